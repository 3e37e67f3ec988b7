import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { findChromium, type FoundBrowser } from './find-chromium';

/** A real browser, and how to end it. */
export interface RunningBrowser {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/**
 * Starts a Chromium with folders of its own, without its sandbox, which needs rights that a test does not have, and
 * without its talk to its maker; web security stays on. Undefined where there is no browser.
 */
export async function launchBrowser(
  found: FoundBrowser | undefined = findChromium(),
): Promise<RunningBrowser | undefined> {
  if (found === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'browser-'));
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  // Playwright ends the browser and the process by itself at a signal.
  process.once('exit', clean);
  try {
    const browser = await chromium.launch({
      executablePath: found.executablePath,
      env: { ...definedEnvironment(), TMPDIR: folder, HOME: folder, ...found.env },
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
      ],
    });
    return {
      browser,
      close: async () => {
        await browser.close();
        process.off('exit', clean);
        clean();
      },
    };
  } catch (error) {
    process.off('exit', clean);
    clean();
    throw error;
  }
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
