import { afterAll, beforeAll, describe, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { findChromium } from './find-chromium';
import { launchBrowser, type RunningBrowser } from './launch';

const NEEDS = 'Chromium: set CHROME_PATH, or run npm ci on Linux x64';
/** A browser on a busy machine takes its time. */
const TIMEOUT_MS = 60_000;

/**
 * Tests in a real browser, one for the whole block: skipped where there is none, which is a failure in continuous
 * integration.
 */
export function describeInBrowser(name: string, body: (browser: () => Browser) => void): void {
  const found = findChromium();
  const nameWithout = `${name} (there is no ${NEEDS})`;
  const tests = (): void => {
    let running: RunningBrowser | undefined;
    beforeAll(async () => {
      running = await launchBrowser(found);
    });
    afterAll(() => running?.close());
    body(() => {
      if (running === undefined) throw new Error('The browser has not started.');
      return running.browser;
    });
  };

  jest.setTimeout(TIMEOUT_MS);
  if (found !== undefined) describe(name, tests);
  // A developer may have no browser; continuous integration must, and fails.
  else if (process.env['CI'] === undefined) describe.skip(nameWithout, tests);
  else {
    test(nameWithout, () => {
      throw new Error(`These tests need ${NEEDS}.`);
    });
  }
}
