import type { IncomingMessage, ServerResponse } from 'node:http';
import { MarketingCloudError } from '../errors';
import type { Session, SessionStore } from '../grants/session';

/** A request as Express, express-session and Passport leave it; only what we use. */
export interface AppRequest extends IncomingMessage {
  originalUrl?: string;
  secure?: boolean;
  res?: ServerResponse;
  session?: Session;
  sessionID?: string;
  sessionStore?: SessionStore;
  logIn?: LogIn;
  login?: LogIn;
}

/** Passport's `req.logIn(user, [options], done)`. */
export type LogIn = (...args: unknown[]) => void;

/** A request's path and its query, as they were asked for, before any router or rewrite had its way. */
export function targetOf(req: AppRequest): { path: string; query: string } {
  const target = (req.originalUrl ?? req.url ?? '').replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Whether two paths match as Express matches a route: letter case and a final slash do not count. */
export function isSamePath(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

/** A browser that only looks ahead; it must start nothing and spend nothing. */
export function isPrefetch(req: AppRequest): boolean {
  return ['sec-purpose', 'purpose'].some((name) => /\bprefetch\b/i.test(String(req.headers[name] ?? '')));
}

/**
 * The request's session.
 *
 * @throws MarketingCloudError `session_unavailable`
 */
export function sessionOf(req: AppRequest): Session {
  const { session } = req;
  if (session === undefined) throw new MarketingCloudError('session_unavailable');
  if (
    typeof session.id !== 'string' ||
    typeof session.save !== 'function' ||
    typeof session.regenerate !== 'function'
  ) {
    throw new MarketingCloudError('session_unavailable', {
      message: 'The session on this request is not one of express-session: it cannot be saved or renewed.',
      hint: 'Use express-session; a session that lives in a cookie cannot hold a sign-in.',
    });
  }
  return session;
}

/** Whether the browser sent this session's id, or the session is as new as the request. */
export function isNewSession(req: AppRequest, session: Session): boolean {
  const cookies = req.headers.cookie ?? '';
  return !cookies.includes(session.id) && !cookies.includes(encodeURIComponent(session.id));
}

/**
 * A session cookie that will not come back with the callback ends a sign-in before it begins: express-session silently
 * sends no `Secure` cookie over what it takes for plain http, and a browser keeps a `Strict` one from a callback.
 *
 * @throws MarketingCloudError `session_unavailable`, with the fix
 */
export function assertCookieComesBack(req: AppRequest, session: Session): void {
  const { secure, sameSite } = session.cookie;
  const encrypted = 'encrypted' in req.socket && req.socket.encrypted === true;
  if (secure === true && req.secure !== true && !encrypted) {
    throw new MarketingCloudError('session_unavailable', {
      message:
        'The session cookie is Secure, and this request is plain http as far as Express knows: no cookie is set.',
      hint: "Behind a proxy that ends TLS: app.set('trust proxy', 1). On plain http, as in development: cookie: { secure: false }.",
    });
  }
  if (sameSite === true || String(sameSite).toLowerCase() === 'strict') {
    throw new MarketingCloudError('session_unavailable', {
      message: "The session cookie is SameSite=Strict: a browser does not send it with Marketing Cloud's callback.",
      hint: "Set cookie: { sameSite: 'lax' }, or 'none' with secure: true for an app that runs in Marketing Cloud's frame.",
    });
  }
}

function canonical(path: string): string {
  let decoded = path;
  try {
    decoded = decodeURI(path);
  } catch {
    // Compared as it stands.
  }
  return decoded.toLowerCase().replace(/(?<=.)\/$/, '');
}
