import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { optionError, parseOptions } from '../strict-options';
import { getErrorCode } from './error-code';
import { describeTrust } from './how-to-trust';
import { keepCertificate } from './kept-certificate';
import { getUserDirectory, USER_DIRECTORY_VARIABLE } from './user-directory';

const OWNER = 'localHttps()';

/**
 * Options of `localHttps()`.
 *
 * @example
 * const options: LocalHttpsOptions = { directory: '/home/me/certificates' };
 * const certificate = await localHttps(options);
 */
export interface LocalHttpsOptions {
  /**
   * The folder for `key.pem` and `certificate.pem`. It is created if it does not exist.
   *
   * @default `passport-marketing-cloud` in the user's data folder: `%LOCALAPPDATA%` on Windows, `$XDG_DATA_HOME`,
   * `~/Library/Application Support` on macOS, or `~/.local/share`
   */
  readonly directory?: string | undefined;
  /** The time in milliseconds, for tests. @default Date.now */
  readonly clock?: (() => number) | undefined;
}

/**
 * A key and a certificate for https on this machine. They can be passed to `https.createServer()` as they are.
 *
 * @example
 * const certificate: LocalHttps = await localHttps();
 * createServer(certificate, app).listen(3000, '127.0.0.1'); // of node:https
 */
export interface LocalHttps {
  /** The private key, in PEM. `util.inspect` does not show it. */
  readonly key: string;
  /** The certificate, in PEM. */
  readonly cert: string;
  /** Whether this call has created the certificate. If so, browsers do not trust it yet. */
  readonly created: boolean;
  /** The certificate's file, to be given to browsers. */
  readonly path: string;
  /** How to make browsers on this platform trust the certificate: lines of text for the terminal. */
  readonly howToTrust: string;
}

/**
 * Gets a certificate for https on `127.0.0.1`, `::1` and `localhost`, for development: Marketing Cloud accepts no `http:`
 * redirect URL. The first call creates it. Later ones, of other apps too, get the same one, so a browser needs to trust it
 * once. It is signed by its own key and can sign no other certificate. It is valid for 397 days, and replaced when fewer
 * than 30 are left. A damaged one is replaced, too.
 *
 * @throws TypeError for an invalid or unknown option
 * @throws Error if the folder cannot be written
 * @example
 * import { createServer } from 'node:https';
 *
 * const certificate = await localHttps();
 * if (certificate.created) console.log(certificate.howToTrust);
 * createServer(certificate, app).listen(3000, '127.0.0.1');
 */
export async function localHttps(options?: LocalHttpsOptions): Promise<LocalHttps> {
  const option = parseOptions(OWNER, options, ['directory', 'clock']);
  const given = parseDirectory(option('directory'));
  const clock = parseClock(option('clock'));
  try {
    const { path, ...kept } = await keepCertificate(given ?? getUserDirectory(), clock);
    const result = { ...kept, path, howToTrust: describeTrust(path, process.platform) };
    const shown = { ...result, key: '(hidden)' };
    return Object.defineProperty(result, inspect.custom, { value: () => shown });
  } catch (cause) {
    const code = getErrorCode(cause);
    if (code === undefined) throw cause;
    const place = given ?? 'the user’s data folder';
    const or = given === undefined ? `, or set ${USER_DIRECTORY_VARIABLE} to one` : '';
    throw new Error(
      `localHttps() cannot keep its certificate in ${place} (${code}). ` +
        `Give a folder that can be written as option directory${or}.`,
      { cause },
    );
  }
}

function parseDirectory(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw optionError('directory', 'must be the path of a folder', OWNER);
  return resolve(value);
}

function parseClock(value: unknown): () => number {
  if (value === undefined) return Date.now;
  if (typeof value !== 'function') throw optionError('clock', 'must be a function that returns milliseconds', OWNER);
  return value as () => number;
}
