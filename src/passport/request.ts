import type { IncomingMessage, ServerResponse } from 'node:http';
import { MarketingCloudError } from '../errors';
import type { SessionRequest } from '../session/session-request';
import type { Session } from '../session/session';

/** A request as Express, express-session and Passport leave it; only what we use. */
export interface AppRequest extends IncomingMessage, SessionRequest {
  originalUrl?: string;
  secure?: boolean;
  hostname?: string;
  /** Express's own way on, to the error handlers too. */
  next?: (error?: unknown) => void;
  res?: ServerResponse;
}

/** A request's path and its query, as they were asked for, before any router or rewrite had its way. */
export function getTarget(req: AppRequest): { path: string; query: string } {
  const target = (req.originalUrl ?? req.url ?? '').replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/**
 * What a proxy has taken off the path of a callback: `''` where the paths match as Express matches a route (letter case
 * and a final slash do not count), `'/app'` for `/callback` under a `callbackURL` with `/app/callback`, else undefined.
 */
export function prefixTakenOff(path: string, callbackPath: string): string | undefined {
  const [seen, known] = [canonical(path), canonical(callbackPath)];
  if (seen === '/' && known !== '/') return undefined;
  return known.endsWith(seen) ? callbackPath.slice(0, known.length - seen.length) : undefined;
}

/** A browser that only looks ahead; it must start nothing and consume nothing. */
export function isPrefetch(req: AppRequest): boolean {
  return ['sec-purpose', 'purpose'].some((name) => /\bprefetch\b/i.test(String(req.headers[name] ?? '')));
}

/**
 * The request's session.
 *
 * @throws MarketingCloudError `session_unavailable`
 */
export function getSession(req: AppRequest): Session {
  const { session } = req;
  if (session === undefined) throw new MarketingCloudError('session_unavailable');
  if (
    typeof session.id !== 'string' ||
    typeof session.save !== 'function' ||
    typeof session.regenerate !== 'function'
  ) {
    const isCookieSession = 'isPopulated' in session;
    throw new MarketingCloudError('session_unavailable', {
      message: `The session on this request is ${isCookieSession ? 'one of cookie-session' : 'not one of express-session'}: it cannot be saved or renewed.`,
      hint: 'Use express-session with a store: a session that lives in a cookie cannot hold a sign-in.',
    });
  }
  return session;
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
