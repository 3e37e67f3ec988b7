import { describe, jest, test } from '@jest/globals';

type Test = typeof test;
import { findChromiums, type FoundBrowser } from '../browser/find-chromium';

/** Browsers, servers and the emulator start for each test. */
const TIMEOUT_MS = 90_000;

/** The same tests in each Chromium that there is: the one from npm, and the system's. */
export function describeInChromium(
  name: string,
  body: (browser: () => FoundBrowser, test: Test, kind?: 'of the system' | 'from npm') => void,
): void {
  jest.setTimeout(TIMEOUT_MS);
  const found = findChromiums();
  for (const [kind, browser] of found) describe(`${name} (${kind})`, () => body(() => browser, test, kind));
  if (found.length > 0) return;
  const noBrowser = (): never => {
    throw new Error('There is no Chromium.');
  };
  // A developer may have no browser; continuous integration must, and fails.
  if (process.env['CI'] === undefined) describe.skip(`${name} (there is no Chromium)`, () => body(noBrowser, test));
  else {
    test(`${name} needs Chromium`, () => {
      throw new Error('These tests need Chromium: set CHROME_PATH, or run npm ci on Linux x64.');
    });
  }
}
