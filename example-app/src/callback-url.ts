import { ConfigError } from './config-error';

/** Where the app runs: what follows from the callback URL. */
export interface CallbackUrl {
  readonly url: string;
  readonly path: string;
  /** Its own port, where it is on this machine; elsewhere a proxy takes the requests and ends TLS. */
  readonly ownPort: number | undefined;
}

/** The app's own paths, which cannot be the callback's. */
const TAKEN = /^\/(?:$|login$|logout$|sign-in-failed$|(?:dashboard|public)(?:\/|$))/i;

/**
 * Reads a callback URL by Marketing Cloud's rules: `https:`, never `localhost`. On 127.0.0.1 the app serves https itself.
 *
 * @throws ConfigError that says which rule it breaks
 */
export function readCallbackUrl(text: string): CallbackUrl {
  if (!URL.canParse(text)) throw refused('is not an absolute URL');
  const url = new URL(text);
  const { hostname, pathname } = url;
  if (url.protocol !== 'https:') throw refused('must start with https:, which Marketing Cloud insists on');
  if (/(?:^|\.)localhost$/.test(hostname)) {
    throw refused('names localhost, which Marketing Cloud does not take; write 127.0.0.1');
  }
  if (/^127\.|^\[::1\]$/.test(hostname) && hostname !== '127.0.0.1')
    throw refused('must say 127.0.0.1 on this machine');
  if (url.search !== '' || text.includes('#') || url.username !== '') throw refused('must end with its path');
  if (!/^[\w\-./~]+$/.test(pathname)) throw refused('has a path with characters other than letters, digits and -._~/');
  if (TAKEN.test(pathname)) throw refused(`has the path ${pathname}, which is a page of this app; try /auth/callback`);
  return { url: text, path: pathname, ownPort: hostname === '127.0.0.1' ? Number(url.port || 443) : undefined };
}

function refused(why: string): ConfigError {
  return new ConfigError(`MC_CALLBACK_URL ${why}.`);
}
