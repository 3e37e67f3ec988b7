/** Values that a query may hold; `undefined` leaves the parameter out, a list repeats it. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>;
type QueryValue = string | number | boolean;

/**
 * A URL under one of the base URLs, or an error: the access token goes where this points.
 *
 * @param path appended to the first base URL, and stays under it; or an absolute URL under any of them
 * @throws TypeError when the path is no path, or leads out of where it may
 */
export function targetUrl(path: unknown, baseUrls: readonly string[], query: Query = {}): string {
  if (typeof path !== 'string' || !/^[\x21-\x7e]+$/.test(path) || path.includes('\\') || path.includes('#')) {
    throw new TypeError('The path must be a string of visible ASCII characters, percent-encoded where needed.');
  }
  const absolute = /^https?:\/\//i.test(path);
  if (!absolute && !/^\/(?!\/)/.test(path)) throw new TypeError('The path must start with one slash.');
  const url = parse(absolute ? path : `${baseUrls[0] ?? ''}${path}`);
  const allowed = absolute ? baseUrls : baseUrls.slice(0, 1);
  if (url === undefined || !allowed.some((baseUrl) => isUnder(url, new URL(baseUrl)))) {
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
  const root = base.pathname.replace(/(?<!\/)\/+$/, '');
  return (
    url.origin === base.origin &&
    url.username === '' &&
    url.password === '' &&
    url.pathname.startsWith(`${root}/`) &&
    !url.pathname.startsWith('//')
  );
}
