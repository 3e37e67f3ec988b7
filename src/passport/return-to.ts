import type { Session } from '../session/session';
import { getStrippedPrefix, toComparablePath } from '../session/paths';

const MAX_LENGTH = 2048;
/** What a parser may drop, turn or take for a slash in a path, raw or encoded. */
const TRICKS = /\\|%(?:0[0-9a-f]|1[0-9a-f]|7f|5c)|^\/+%2f/i;
/** Where a signed-in user must not land: the page that signs them out again. */
const SIGN_OUT = /[/_-](?:log|sign)-?out$/;

/**
 * Where to go after sign-in, as a path on the app's origin. Undefined for a value that is foreign, malformed or would loop.
 *
 * @param value a path, or an absolute URL on `origin`
 * @param barred paths that would start over: the login route's and the callback's
 */
export function parseReturnTo(value: unknown, origin: string, barred: readonly string[]): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  const [beforeQuery = ''] = value.split(/[?#]/, 1);
  if (!/^[\x21-\x7e]+$/.test(value) || TRICKS.test(beforeQuery)) return undefined;
  if (!/^\/(?!\/)/.test(value) && !value.startsWith(`${origin}/`)) return undefined;
  if (!URL.canParse(value, origin)) return undefined;
  const url = new URL(value, origin);
  const path = toComparablePath(url.pathname);
  if (path === undefined) return undefined;
  if (url.origin !== origin || url.username !== '' || /^\/[/\\]/.test(url.pathname)) return undefined;
  if (SIGN_OUT.test(path) || barred.some((one) => toComparablePath(one) === path)) return undefined;
  return value.startsWith('/') ? value : url.pathname + url.search + url.hash;
}

/**
 * Shows an app that has not logged the user in yet where to go afterwards. It replaces what the session said, which has
 * not been checked. It is not enumerable, so that express-session never stores it with the old session.
 */
export function offerReturnTo(session: Session, returnTo: string | undefined): void {
  Object.defineProperty(session, 'returnTo', {
    value: returnTo,
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

/** A page of the app as its users see it, where a proxy takes off a prefix that `callbackURL` shows. */
export function addStrippedPrefix(
  returnTo: string | undefined,
  path: string,
  callbackPath: string,
): string | undefined {
  const prefix = getStrippedPrefix(path, callbackPath) ?? '';
  if (returnTo === undefined || prefix === '') return returnTo;
  const isComplete = returnTo.startsWith(prefix) && /^(?:[/?#]|$)/.test(returnTo.slice(prefix.length));
  return isComplete ? returnTo : prefix + returnTo;
}
