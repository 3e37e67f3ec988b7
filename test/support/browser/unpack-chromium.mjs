// Unpacks @sparticuz/chromium, an ES module that Jest's CommonJS cannot load, into the folder that TMPDIR names. It
// unpacks the libraries of its system too where it takes itself to be on that.
process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
const { default: chromium } = await import('@sparticuz/chromium');
await chromium.executablePath();
