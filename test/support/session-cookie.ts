import { createHmac } from 'node:crypto';
import type { Browser } from './browser';

/** What the harness's app signs its session cookies with. */
const SESSION_SECRET = 'of the session';

/** The `Cookie` header for this session, signed with the app's secret. */
export function cookieFor(sessionId: string, name = 'connect.sid'): string {
  const signature = createHmac('sha256', SESSION_SECRET).update(sessionId).digest('base64').replace(/=+$/, '');
  return `${name}=${encodeURIComponent(`s:${sessionId}.${signature}`)}`;
}

/** The id of the session that a browser is in. */
export function sessionIdOf(browser: Browser): string {
  const ids = [...browser.cookies.values()].map((value) => /^s:([^.]+)\./.exec(decodeURIComponent(value))?.[1]);
  return ids.find((id) => id !== undefined) ?? '';
}
