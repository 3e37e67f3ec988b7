import { asObject, getOwn, type JsonObject } from '../own-properties';
import { getSerializedUser, getUser, type AppRequest } from './app-request';
import type { Session } from './session';
import { isTagOf, type UserTag } from './user-tag';

/** A grant that a session holds, under its strategy's name. */
export interface SessionGrant {
  readonly grantId: string;
  /** Created by a login, and gone with its user; else by `passport.authorize`, which has a life of its own. */
  readonly byLogin: boolean;
  /** The user that the login signed in. Without one the grant belongs to no user. */
  readonly user?: UserTag | undefined;
}

/** The grants of a session by strategy name. Ids and hashes only, never a token. */
export function getSessionGrants(session: Session): ReadonlyMap<string, SessionGrant> {
  const grants = new Map<string, SessionGrant>();
  for (const [name, stored] of Object.entries(getStored(session))) {
    const grant = toSessionGrant(stored);
    if (grant !== undefined) grants.set(name, grant);
  }
  return grants;
}

/** A strategy's grant in a session. */
export function getSessionGrant(session: Session, name: string): SessionGrant | undefined {
  return toSessionGrant(getOwn(getStored(session), name));
}

/** Puts these grants into a session in the place of what it held. The caller saves the session. */
export function setSessionGrants(session: Session, grants: ReadonlyMap<string, SessionGrant>): void {
  if (grants.size > 0) session.marketingCloud = { grants: Object.fromEntries(grants) };
  else delete session.marketingCloud;
}

/** Puts a strategy's grant into a session, or takes it out. The caller saves the session. */
export function setSessionGrant(session: Session, name: string, grant: SessionGrant | undefined): void {
  const grants = new Map(getSessionGrants(session));
  if (grant === undefined) grants.delete(name);
  else grants.set(name, grant);
  setSessionGrants(session, grants);
}

/** Whether a grant belongs to the user of the request's session: a login's grant does while that user is signed in. */
export function belongsToUser(grant: SessionGrant, req: AppRequest): boolean {
  if (!grant.byLogin) return true;
  if (grant.user === undefined || req.session === undefined) return false;
  return isTagOf(grant.user, getSerializedUser(req.session, req), getUser(req));
}

const NONE: JsonObject = {};

/** A session record may have been planted or damaged: what is not of the right shape does not count. */
function getStored(session: Session): JsonObject {
  const own = asObject(getOwn(session, 'marketingCloud'));
  return (own && asObject(getOwn(own, 'grants'))) ?? NONE;
}

function toSessionGrant(value: unknown): SessionGrant | undefined {
  const stored = asObject(value);
  if (stored === undefined) return undefined;
  const grantId = getOwn(stored, 'grantId');
  const byLogin = getOwn(stored, 'byLogin');
  if (typeof grantId !== 'string' || typeof byLogin !== 'boolean') return undefined;
  return { grantId, byLogin, user: toStoredTag(asObject(getOwn(stored, 'user'))) };
}

function toStoredTag(tag: JsonObject | undefined): UserTag | undefined {
  if (tag === undefined) return undefined;
  const value = getOwn(tag, 'value');
  const id = getOwn(tag, 'id');
  if (typeof value !== 'string') return undefined;
  return { value, id: typeof id === 'string' ? id : undefined };
}
