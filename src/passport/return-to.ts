const MAX_LENGTH = 2048;
/** Characters that a parser may drop, turn or take for a slash, raw or encoded. */
const TRICKS = /\\|%(?:0[0-9a-f]|1[0-9a-f]|7f|5c)|^\/+%2f/i;
/** Where a signed-in user must not land: the page that signs them out again. */
const SIGN_OUT = /\/(?:log|sign)-?out\/?$/i;

/**
 * Where to go after sign-in, as a path on our own origin, or undefined for what is foreign, malformed or would loop.
 *
 * @param value a path, or an absolute URL on `origin`
 * @param barred paths that would start over: the login route's and the callback's
 */
export function readReturnTo(value: unknown, origin: string, barred: readonly string[]): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  if (!/^[\x21-\x7e]+$/.test(value) || TRICKS.test(value)) return undefined;
  if (!/^\/(?!\/)/.test(value) && !value.startsWith(`${origin}/`)) return undefined;
  let url: URL;
  try {
    url = new URL(value, origin);
    decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  if (url.origin !== origin || url.username !== '' || /^\/[/\\]/.test(url.pathname)) return undefined;
  const path = url.pathname.toLowerCase().replace(/\/+$/, '');
  if (SIGN_OUT.test(url.pathname) || barred.some((one) => one.toLowerCase().replace(/\/+$/, '') === path))
    return undefined;
  return value.startsWith('/') ? value : url.pathname + url.search + url.hash;
}
