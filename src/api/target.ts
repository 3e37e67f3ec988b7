/** Values that a query may hold; `undefined` leaves the parameter out, a list repeats it. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>;
type QueryValue = string | number | boolean;

/**
 * A URL under one of the base URLs, or an error: the access token goes where this points.
 *
 * @param path appended to the first base URL; or an absolute URL under any of them
 * @throws TypeError when the path is no path, or leads out of every base URL
 */
export function targetUrl(path: unknown, baseUrls: readonly string[], query: Query = {}): string {
  if (typeof path !== 'string' || !/^[\x21-\x7e]+$/.test(path) || path.includes('\\') || path.includes('#')) {
    throw new TypeError('The path must be a string of visible ASCII characters, percent-encoded where needed.');
  }
  const absolute = /^https?:\/\//i.test(path);
  if (!absolute && !/^\/(?!\/)/.test(path)) throw new TypeError('The path must start with one slash.');
  const text = absolute ? path : `${baseUrls[0] ?? ''}${path}`;
  const url = parse(text);
  // Some servers take an encoded slash for a slash, and then dots beside it for a way up.
  const decoded = parse(text.replace(/%2f|%5c/gi, '/'));
  // Base URLs may be neighbours, and a path must not lead from the first to the next.
  const allowed = absolute ? baseUrls : baseUrls.slice(0, 1);
  const stays = (one: URL | undefined): boolean =>
    one !== undefined && allowed.some((baseUrl) => isUnder(one, new URL(baseUrl)));
  if (url === undefined || !stays(url) || !stays(decoded)) {
    throw new TypeError("The path must stay under the tenant's base URLs.");
  }
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as QueryValue[]) : [value]) {
      if (one !== undefined) url.searchParams.append(name, String(one));
    }
  }
  return url.href;
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function isUnder(url: URL, base: URL): boolean {
  const root = base.pathname.replace(/\/+$/, '');
  return (
    url.origin === base.origin &&
    url.username === '' &&
    url.password === '' &&
    url.pathname.startsWith(`${root}/`) &&
    !url.pathname.startsWith('//')
  );
}
