/** Values that a query may hold; `undefined` leaves the parameter out, a list repeats it. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>;
type QueryValue = string | number | boolean;

/** A path that is encoded more often than this is refused where the base URL has a path. */
const MAX_DECODINGS = 5;

/**
 * A URL under one of the base URLs, or an error: the access token goes where this points.
 *
 * @param path appended to the first base URL, and stays under it; or an absolute URL under any of them
 * @throws TypeError when the path is no path, or leads out of where it may
 */
export function toTenantUrl(path: unknown, baseUrls: readonly string[], query: Query = {}): string {
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
    !url.pathname.startsWith('//') &&
    (root === '' || staysUnder(root, url))
  );
}

/**
 * Whether a path stays under its root also at a proxy or a server that decodes it, once or several times, merges slashes
 * (nginx does both) or cuts off what follows a semicolon (Tomcat): there `/tenant/rest/%2f../x` is `/tenant/x`.
 */
function staysUnder(root: string, url: URL): boolean {
  let path = url.pathname;
  for (let round = 0; round < MAX_DECODINGS; round += 1) {
    const decoded = path.replace(/%(?:2[ef5]|3b|5c)/gi, (encoded) => decodeURIComponent(encoded));
    const merged = decoded
      .replaceAll('\\', '/')
      .replace(/;[^/]*/g, '')
      .replace(/\/+/g, '/');
    if (!`${new URL(merged, url.origin).pathname}/`.startsWith(`${root}/`)) return false;
    if (decoded === path) return true;
    path = decoded;
  }
  return false;
}
