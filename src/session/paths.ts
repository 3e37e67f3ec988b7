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
  const asked = toSegments(path);
  const known = toSegments(callbackPath);
  const count = known.length - asked.length;
  if (count < 0 || (asked.length === 0 && count > 0)) return undefined;
  const isSame = asked.every((segment, at) => toComparable(segment) === toComparable(known[count + at] ?? ''));
  return isSame
    ? known
        .slice(0, count)
        .map((segment) => `/${segment}`)
        .join('')
    : undefined;
}

/** The parts between slashes, without those of final slashes. */
function toSegments(path: string): readonly string[] {
  const segments = path.split('/').slice(1);
  while (segments.at(-1) === '') segments.pop();
  return segments;
}

function toComparable(segment: string): string {
  return toComparablePath(segment) ?? segment;
}
