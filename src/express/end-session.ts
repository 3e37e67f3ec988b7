import type { ServerResponse } from 'node:http';
import { releaseGrants } from '../session/release-grants';
import type { Session } from '../session/session';
import { getSessionGrants } from '../session/session-grants';
import { destroySession } from '../session/session-io';
import type { AppRequest } from '../session/app-request';

/**
 * Ends everything that a session holds, the grants first: a session without its grant is harmless, not so the reverse.
 * The cookie is cleared with the attributes it was set with.
 *
 * @throws MarketingCloudError `vault_unavailable`; the session is left, so that it can be repeated
 */
export async function endSession(
  req: AppRequest,
  res: ServerResponse,
  session: Session,
  cookieName: string,
  timeoutMs: number,
): Promise<void> {
  await releaseGrants(req, getSessionGrants(session), { why: 'sign-out' });
  const cookie = session.cookie as Session['cookie'] & SessionCookie;
  await destroySession(session, timeoutMs);
  Reflect.set(req, req._userProperty ?? 'user', null);
  cookie.expires = new Date(0);
  res.appendHeader('Set-Cookie', cookie.serialize(cookieName, ''));
}

/** express-session's own cookie object, which knows every attribute it was set with. */
interface SessionCookie {
  expires: Date;
  serialize(name: string, value: string): string;
}
