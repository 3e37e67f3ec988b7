import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** A Chromium or Chrome to start, and what it needs. */
export interface FoundBrowser {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  ...(process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))),
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const MODULES = join(__dirname, '..', '..', '..', 'node_modules');

/**
 * The browser of `CHROME_PATH`, else an installed one, else the one that comes through npm, unpacked once and kept
 * beside the modules. Undefined where none of them is to be had.
 */
export function findChromium(): FoundBrowser | undefined {
  const given = process.env['CHROME_PATH'];
  const installed = (given === undefined ? PLACES : [given]).find(isExecutable);
  return installed === undefined ? unpacked() : { executablePath: installed, env: {} };
}

/** Every browser that there is, by where it is from: the system's and npm's differ in what they block. */
export function findChromiums(): readonly (readonly ['of the system' | 'from npm', FoundBrowser])[] {
  const installed = PLACES.find(isExecutable);
  const fromNpm = unpacked();
  return [
    ...(installed === undefined ? [] : [['of the system', { executablePath: installed, env: {} }] as const]),
    ...(fromNpm === undefined ? [] : [['from npm', fromNpm] as const]),
  ];
}

function unpacked(): FoundBrowser | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    const cache = join(MODULES, '.cache', `chromium-${versionOf('@sparticuz/chromium')}`);
    const folder = isExecutable(join(cache, 'chromium')) ? cache : unpackTo(cache);
    const libraries = [process.env['LD_LIBRARY_PATH'], join(folder, 'al2023', 'lib')].filter(Boolean).join(delimiter);
    // The system's own libraries are the better ones where it has them.
    return { executablePath: join(folder, 'chromium'), env: hasNss() ? {} : { LD_LIBRARY_PATH: libraries } };
  } catch {
    return undefined;
  }
}

/** Unpacks beside the cache and moves it there in one step: others may be doing the same at this moment. */
function unpackTo(cache: string): string {
  const folder = newFolder(cache);
  const discard = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync(process.execPath, [join(__dirname, 'unpack-chromium.mjs')], {
      env: { ...process.env, TMPDIR: folder, HOME: folder },
      stdio: 'ignore',
    });
    renameSync(folder, cache);
  } catch (error) {
    discard();
    // Another process was faster.
    if (!isExecutable(join(cache, 'chromium'))) throw error;
  }
  return cache;
}

function newFolder(cache: string): string {
  mkdirSync(dirname(cache), { recursive: true });
  return mkdtempSync(`${cache}-`);
}

function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8')) as { version: string };
  return version;
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
