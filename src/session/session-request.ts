import { asObject, getOwn } from '../own-properties';
import type { SessionStore } from '../vaults/session-store/session-store';
import type { Session } from './session';
import { userTagFor, type UserTag } from './user-tag';

/** An Express app; one that is mounted in another knows it as its parent. */
export interface ExpressApp {
  get?(setting: string): unknown;
  readonly parent?: ExpressApp;
}

/** What express-session and Passport leave on a request; only what is used here. */
export interface SessionRequest {
  /** The Express app that handles the request. */
  app?: ExpressApp;
  session?: Session;
  sessionID?: string;
  sessionStore?: SessionStore;
  /** Passport's name for the user's property, and its session manager with the key it uses. */
  _userProperty?: string;
  _sessionManager?: { _key?: string };
}

/** Whether the app runs in production, as Express knows it. */
export function isInProduction(req: SessionRequest): boolean {
  return req.app?.get?.('env') === 'production';
}

/** The user object that Passport has put on the request. */
export function getUser(req: SessionRequest): unknown {
  return Reflect.get(req, req._userProperty ?? 'user');
}

/** What Passport keeps of the user in a session. */
export function serializedUserIn(session: Session, req: SessionRequest): unknown {
  const login = asObject(getOwn(session, req._sessionManager?._key ?? 'passport'));
  return login && getOwn(login, 'user');
}

/** The tag of the user who is signed in to the request's session. */
export function currentUserTag(req: SessionRequest): UserTag | undefined {
  return req.session && userTagFor(serializedUserIn(req.session, req), getUser(req));
}
