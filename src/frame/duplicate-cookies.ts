import type { AppRequest } from '../session/app-request';

/** express-session signs its cookie: `s:` and the id. */
const SIGNED = /^(?:s:|s%3A)/i;

/**
 * The name of a session cookie that the browser has sent twice: one set with `Partitioned` and one of the same name
 * without it, or for two paths. express-session reads the first, which may be the old one, for as long as that lives.
 */
export function findDuplicateCookie({ headers }: AppRequest): string | undefined {
  const seen = new Set<string>();
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [name = '', value = ''] = pair.trim().split(/=(.*)/s);
    if (!SIGNED.test(value)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
