/** Between two cookies, where their headers are joined by commas: a date contains a comma, but no name follows it. */
const BETWEEN_COOKIES = /, *(?=[^\s;,=]+=)/;

/**
 * Says why browsers refuse a cookie of an answer, without its name and value.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie
 *
 * @param header all `Set-Cookie` headers, joined by commas
 * @returns undefined where they accept each cookie, or where there is none
 */
export function findRefusedCookie(header = ''): string | undefined {
  for (const cookie of header.split(BETWEEN_COOKIES)) {
    const reason = findReason(cookie);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function findReason(cookie: string): string | undefined {
  const [pair = '', ...parts] = cookie.split(';').map((part) => part.trim().toLowerCase());
  const attributes = new Map(parts.map((part) => toAttribute(part)));
  const prefix = ['__host-', '__secure-'].find((each) => pair.startsWith(each));
  const named = prefix === '__host-' ? 'has a name that begins with __Host-' : 'has a name that begins with __Secure-';
  if (!attributes.has('secure')) {
    if (prefix !== undefined) return `${named}, but is not Secure`;
    if (attributes.get('samesite') === 'none') return 'is SameSite=None, but not Secure';
    if (attributes.has('partitioned')) return 'is Partitioned, but not Secure';
  }
  if (prefix !== '__host-') return undefined;
  if (attributes.get('path') !== '/') return `${named}, but a Path other than /`;
  return attributes.has('domain') ? `${named}, and a Domain` : undefined;
}

function toAttribute(text: string): readonly [name: string, value: string] {
  const [name = '', ...value] = text.split('=');
  return [name.trim(), value.join('=').trim()];
}
