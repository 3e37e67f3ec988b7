import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A Chromium or Chrome to start, and what it needs. */
export interface FoundBrowser {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Removes what was unpacked. */
  readonly clean: () => void;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  ...(process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))),
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * The browser of `CHROME_PATH`, else an installed one, else the one that comes through npm, unpacked into a folder of
 * its own. Undefined where none of them is to be had.
 */
export function findChromium(): FoundBrowser | undefined {
  const given = process.env['CHROME_PATH'];
  const installed = (given === undefined ? PLACES : [given]).find(isExecutable);
  return installed === undefined ? unpacked() : { executablePath: installed, env: {}, clean: () => undefined };
}

function unpacked(): FoundBrowser | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const executablePath = execFileSync(process.execPath, [join(__dirname, 'unpack-chromium.mjs')], {
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: folder, HOME: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const libraries = [process.env['LD_LIBRARY_PATH'], join(folder, 'al2023', 'lib')].filter(Boolean).join(delimiter);
    // The system's own libraries are the better ones where it has them.
    const env = { TMPDIR: folder, HOME: folder, ...(!hasNss() && { LD_LIBRARY_PATH: libraries }) };
    return { executablePath, env, clean };
  } catch {
    clean();
    return undefined;
  }
}

function hasNss(): boolean {
  try {
    return /libnss3\.so/.test(
      execFileSync('ldconfig', ['-p'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
