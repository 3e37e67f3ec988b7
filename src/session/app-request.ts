import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MarketingCloud } from '../api/marketing-cloud';
import { asObject, getOwn } from '../own-properties';
import type { SessionStore } from '../vaults/session-store/session-store';
import type { Session } from './session';
import { toUserTag, type UserTag } from './user-tag';

/** An Express app. One that is mounted in another knows it as its parent. */
export interface ExpressApp {
  readonly parent?: ExpressApp;
}

/** A request with what Express, express-session, Passport and this package put on it; only the members that are used. */
export interface AppRequest extends IncomingMessage {
  /** The Express app that handles the request. */
  app?: ExpressApp;
  res?: ServerResponse;
  /** Express's continuation, which also takes errors to the error handlers. */
  next?: (error?: unknown) => void;
  originalUrl?: string;
  /** The path at which the router is mounted that handles the request. */
  baseUrl?: string;
  secure?: boolean;
  hostname?: string;
  session?: Session;
  sessionID?: string;
  sessionStore?: SessionStore;
  /** Passport's name for the user's property, and its session manager with the key it uses. */
  _userProperty?: string;
  _sessionManager?: { _key?: string };
  marketingCloud?: MarketingCloud;
}

/** The user object that Passport has put on the request. */
export function getUser(req: AppRequest): unknown {
  return Reflect.get(req, req._userProperty ?? 'user');
}

/** What Passport keeps of the user in a session. */
export function getSerializedUser(session: Session, req: AppRequest): unknown {
  const login = asObject(getOwn(session, req._sessionManager?._key ?? 'passport'));
  return login && getOwn(login, 'user');
}

/** The tag of the user who is signed in to the request's session. */
export function getCurrentUserTag(req: AppRequest): UserTag | undefined {
  return req.session && toUserTag(getSerializedUser(req.session, req), getUser(req));
}
