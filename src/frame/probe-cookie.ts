import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Session } from '../session/session';
import type { AppRequest } from '../session/app-request';
import { getDestination } from './destination';
import { getEmbedding } from './embedding';

const NAME = 'mc-sign-in-probe';
/** The sign-in page has been shown, and no page of the app in a frame since. */
const ASKED = '1';
/** The guard has let a page in a frame through since: the sign-in has held. */
const HELD = '2';

/** express-session's own cookie object, which knows every attribute of the session's cookie. */
interface SessionCookie {
  serialize?(name: string, value: string): string;
}

/** Sets a cookie with the attributes of the session's: where it does not come back, neither would the session's. */
export function setProbeCookie(res: ServerResponse, { cookie }: Session, value = ASKED): void {
  const probe = (cookie as SessionCookie).serialize?.(NAME, value);
  if (probe !== undefined) res.appendHeader('Set-Cookie', probe);
}

/** Whether the probe has come back. */
export function hasProbeCookie(req: IncomingMessage): boolean {
  return readProbe(req) !== undefined;
}

/** Whether the app has shown a page in a frame since the sign-in page was shown last: no sign-in before is a loop's. */
export function hasHeldSignIn(req: IncomingMessage): boolean {
  return readProbe(req) === HELD;
}

/** Remembers that the guard lets a page in a frame through: once after each time that the sign-in page was shown. */
export function rememberHeldSignIn(req: AppRequest, res: ServerResponse): void {
  const isFramed = getEmbedding(req) !== undefined && getDestination(req) === 'frame';
  if (!isFramed || req.session === undefined || res.headersSent || readProbe(req) !== ASKED) return;
  setProbeCookie(res, req.session, HELD);
}

function readProbe({ headers }: IncomingMessage): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
}
