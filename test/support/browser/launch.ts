import { chromium, type Browser } from 'playwright-core';
import { findChromium } from './find-chromium';

/** A real browser, and how to end it. */
export interface RunningBrowser {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/**
 * Starts a Chromium without its sandbox, which needs rights that a test does not have, and without its talk to its
 * maker; web security stays on. Undefined where there is no browser.
 */
export async function launchBrowser(): Promise<RunningBrowser | undefined> {
  const found = findChromium();
  if (found === undefined) return undefined;
  try {
    const browser = await chromium.launch({
      executablePath: found.executablePath,
      env: { ...definedEnvironment(), ...found.env },
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
      ],
    });
    return {
      browser,
      close: async () => {
        await browser.close();
        found.clean();
      },
    };
  } catch (error) {
    found.clean();
    throw error;
  }
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
