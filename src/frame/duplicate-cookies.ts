import type { AppRequest } from '../session/app-request';

/** What express-session and cookie-parser sign begins with `s:`; the signature is behind the last dot. */
const SIGNED = /^s:(.*)\.[^.]*$/s;

/**
 * The name of a session cookie that the browser has sent twice: one set with `Partitioned` and one of the same name
 * without it, or for two paths. express-session reads the first, which may be the old one, for as long as that lives.
 *
 * express-session does not publish the name of its cookie. It is the one that holds the session's id. For a new session
 * there is none: then it is any cookie with a value that looks like the session's id. Most signed CSRF tokens do not.
 */
export function findDuplicateCookie({ headers, sessionID }: AppRequest): string | undefined {
  if (sessionID === undefined) return undefined;
  const cookies = [...parseSignedCookies(headers.cookie)];
  const session = cookies.find(([, values]) => values.includes(sessionID));
  const candidates = session ? [session] : cookies.filter(([, values]) => values.some(isLike(sessionID)));
  return candidates.find(([, values]) => values.length > 1)?.[0];
}

/** What was signed, by the cookie's name. */
function parseSignedCookies(header = ''): Map<string, string[]> {
  const cookies = new Map<string, string[]>();
  for (const pair of header.split(';')) {
    const [name = '', value = ''] = pair.trim().split(/=(.*)/s);
    const [, signed] = SIGNED.exec(decode(value)) ?? [];
    if (signed === undefined) continue;
    const values = cookies.get(name);
    if (values === undefined) cookies.set(name, [signed]);
    else values.push(signed);
  }
  return cookies;
}

/** Ids of one app are alike in length, and in whether there is more in them than letters, digits, `-` and `_`. */
function isLike(id: string): (value: string) => boolean {
  const isPlain = (text: string): boolean => /^[\w-]*$/.test(text);
  return (value) => value.length === id.length && isPlain(value) === isPlain(id);
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
