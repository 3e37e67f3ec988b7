import type { ServerResponse } from 'node:http';
import type { Session } from '../session/session';
import type { AppRequest } from '../session/app-request';

const NAME = 'mc-sign-in-probe';

/** express-session's own cookie object, which knows every attribute of the session's cookie. */
interface SessionCookie {
  serialize?(name: string, value: string): string;
}

/** Sets a cookie with the attributes of the session's: where it does not come back, neither would the session's. */
export function setProbeCookie(res: ServerResponse, { cookie }: Session): void {
  const probe = (cookie as SessionCookie).serialize?.(NAME, '1');
  if (probe !== undefined) res.appendHeader('Set-Cookie', probe);
}

/** Whether the probe has come back. */
export function hasProbeCookie({ headers }: AppRequest): boolean {
  return (headers.cookie ?? '').split(';').some((pair) => pair.trim().startsWith(`${NAME}=`));
}
