const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Marketing Cloud's maximum number of redirect URLs. */
export const MAX_REDIRECT_URLS = 10;

function isLoopback(url: URL): boolean {
  return LOOPBACK_HOSTS.has(url.hostname);
}

/**
 * Returns what is wrong with a redirect URL by Marketing Cloud's rules, with the fix; `undefined` for a valid one.
 *
 * @param relaxed allows `http:` and `localhost` on loopback, which Marketing Cloud refuses
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/integration-considerations.html
 */
export function findRedirectUrlProblem(value: string, relaxed: boolean): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined) return 'is not an absolute URL; write https://host/path';
  if (value.includes('*')) return 'has a wildcard; Marketing Cloud compares redirect URLs exactly, so list each one';
  if (url.hash !== '') return 'has a fragment; leave it out';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (relaxed && isLoopback(url)) return undefined;
  if (url.hostname === 'localhost') return 'names localhost, which Marketing Cloud refuses; use 127.0.0.1';
  if (url.protocol === 'http:') return 'is plain http; Marketing Cloud requires https, also on loopback';
  return undefined;
}

/** Returns whether an authorization request may have this redirect URL. The comparison is exact, as documented. */
export function allowsRedirectUrl(
  registered: readonly string[] | 'any-on-loopback',
  value: string,
  relaxed: boolean,
): boolean {
  if (registered !== 'any-on-loopback') return registered.includes(value);
  return findRedirectUrlProblem(value, relaxed) === undefined && isWeb(value) && isLoopback(new URL(value));
}

function isWeb(value: string): boolean {
  return /^https?:\/\//i.test(value);
}
