/**
 * A path in the form in which Express compares it with a route's: without escapes, in lower case, without final slashes.
 *
 * @returns undefined for a path with a malformed escape
 */
export function toComparablePath(path: string): string | undefined {
  let decoded = path;
  if (path.includes('%')) {
    try {
      decoded = decodeURIComponent(path);
    } catch {
      return undefined;
    }
  }
  let end = decoded.length;
  while (end > 1 && decoded[end - 1] === '/') end -= 1;
  return decoded.slice(0, end).toLowerCase();
}

/**
 * The prefix that a proxy has taken off the path of a callback: `''` where the paths are the same route, `'/app'` for
 * `/callback` under a `callbackURL` with `/app/callback`.
 *
 * @returns undefined where the path is not the callback's
 */
export function getStrippedPrefix(path: string, callbackPath: string): string | undefined {
  if (path === callbackPath) return '';
  const seen = toComparablePath(path) ?? path;
  const known = toComparablePath(callbackPath) ?? callbackPath;
  if (seen === '/' && known !== '/') return undefined;
  return known.endsWith(seen) ? callbackPath.slice(0, known.length - seen.length) : undefined;
}
