/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A setting that cannot be used. The message names the variable and the fix. It never contains a secret, so it can be
 * printed.
 */
export class ConfigError extends Error {}

/** The app's server address, taken from the callback URL. */
export interface CallbackUrl {
  readonly url: string;
  /** The port, if the URL is on this machine. Otherwise a proxy receives the requests and terminates TLS. */
  readonly localPort: number | undefined;
}

/** Paths of this app's pages, which the callback cannot use. */
const PAGE_PATHS = /^\/(?:$|login$|logout$|sign-in-failed$|switch-user$|(?:dashboard|faults|public)(?:\/|$))/i;
const MIN_KEY_LENGTH = 32;

/** Gets a variable without surrounding whitespace. An empty value counts as not set. */
export function getVariable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** Formats names for a sentence: `A, B and C`. */
export function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** @throws ConfigError if the text is not a port number */
export function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new ConfigError('PORT must be a number from 0 (any free port) to 65535.');
  }
  return Number(text);
}

/**
 * Checks a client secret. An empty one is an error: it must not turn a web app into a public app by accident.
 *
 * @throws ConfigError if the variable is set but empty
 */
export function parseClientSecret(env: Environment): string | undefined {
  const secret = getVariable(env, 'MC_CLIENT_SECRET');
  if (env['MC_CLIENT_SECRET'] !== undefined && secret === undefined) {
    throw new ConfigError('MC_CLIENT_SECRET is empty. Set it to the client secret, or unset it for a public app.');
  }
  return secret;
}

/**
 * Checks an encryption key. An empty one is an error: it must not turn encryption off by accident.
 *
 * @throws ConfigError if the variable is empty or too short
 */
export function parseEncryptionKey(env: Environment): string | undefined {
  if (env['ENCRYPTION_KEY'] === undefined) return undefined;
  const key = getVariable(env, 'ENCRYPTION_KEY') ?? '';
  if (key.length >= MIN_KEY_LENGTH) return key;
  const problem = key === '' ? 'is empty' : `has fewer than ${MIN_KEY_LENGTH} characters`;
  throw new ConfigError(
    `ENCRYPTION_KEY ${problem}. Generate one with: openssl rand -base64 32. ` +
      'Or unset it: tokens are then stored as plain text.',
  );
}

/**
 * Checks the URL of a store. The URL may contain a password, so the error does not quote it.
 *
 * @throws ConfigError if it is not a URL with one of the protocols
 */
export function parseStoreUrl(
  env: Environment,
  name: string,
  { protocols, example }: { readonly protocols: readonly string[]; readonly example: string },
): string | undefined {
  const text = getVariable(env, name);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !protocols.includes(url.protocol)) {
    throw new ConfigError(`${name} must be a URL such as ${example}. Correct it, or unset it.`);
  }
  return text;
}

/**
 * Parses a callback URL by Marketing Cloud's rules: `https:`, never `localhost`. On 127.0.0.1 the app serves https.
 *
 * @throws ConfigError that names the broken rule
 */
export function parseCallbackUrl(text: string): CallbackUrl {
  if (!URL.canParse(text)) throw callbackError('is not an absolute URL');
  const url = new URL(text);
  const { hostname, pathname } = url;
  if (url.protocol !== 'https:') throw callbackError('must start with https:, as Marketing Cloud requires');
  if (/(?:^|\.)localhost$/.test(hostname)) {
    throw callbackError('names localhost, which Marketing Cloud does not accept; use 127.0.0.1');
  }
  if (/^127\.|^\[::1\]$/.test(hostname) && hostname !== '127.0.0.1') {
    throw callbackError('must use 127.0.0.1 for this machine');
  }
  if (url.search !== '' || text.includes('#') || url.username !== '') {
    throw callbackError('must not contain a query, a fragment or a user name');
  }
  if (!/^[\w\-./~]+$/.test(pathname)) {
    throw callbackError('has a path with characters other than letters, digits and -._~/');
  }
  if (PAGE_PATHS.test(pathname)) {
    throw callbackError(`has the path ${pathname}, which is a page of this app; use /auth/callback`);
  }
  return { url: text, localPort: hostname === '127.0.0.1' ? Number(url.port || 443) : undefined };
}

function callbackError(problem: string): ConfigError {
  return new ConfigError(`MC_CALLBACK_URL ${problem}.`);
}
