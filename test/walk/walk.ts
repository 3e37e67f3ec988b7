import { signInOverHttp } from './walk-http';
import { signInInChromium } from './walk-chromium';

/** Signs in to a running example app the way a user does: first by a client that keeps cookies, then in a browser. */
async function walk(address: string | undefined): Promise<void> {
  if (address === undefined) throw new Error('Give the address that npm start has printed.');
  console.log(`Over HTTP: ${await signInOverHttp(address)}`);
  console.log(`In Chromium: ${await signInInChromium(address)}`);
}

walk(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
