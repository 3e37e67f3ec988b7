import { signInInChromium } from './walk-chromium';
import { signInOverHttp } from './walk-http';

/** Signs in to a running example app as a user does: first with an HTTP client, then in a browser. */
async function walk(address: string | undefined): Promise<void> {
  if (address === undefined) throw new Error('Usage: node -r esbuild-register test/walk/walk.ts <address of the app>');
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
