// The package warns of what many tests do on purpose, such as plain http. Their output would hide a failure: a test that is
// about a warning takes the place of this function.
const emitWarning = process.emitWarning.bind(process) as (...given: unknown[]) => void;
process.emitWarning = (warning: string | Error, options?: unknown, ...rest: unknown[]) => {
  if ((options as { type?: unknown } | undefined)?.type === 'PassportMarketingCloudWarning') return;
  emitWarning(warning, options, ...rest);
};
