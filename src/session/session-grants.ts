import { asObject, getOwn } from '../own-properties';
import type { Session } from './session';
import { isSameUser, type UserTag } from './user-tag';

/** A grant that a session holds, under its strategy's name. */
export interface SessionGrant {
  readonly grantId: string;
  /** Created by a login, and gone with its user; else by `passport.authorize`, which has a life of its own. */
  readonly byLogin: boolean;
  /** The user that the login signed in; a grant of a login without one belongs to nobody. */
  readonly user?: UserTag | undefined;
}

/** The grants of a session by strategy name. Ids and hashes only, never a token. */
export function sessionGrants(session: Session): ReadonlyMap<string, SessionGrant> {
  // A session record may have been planted or damaged: what is not of the right shape does not count.
  const stored = asObject(getOwn(asObject(getOwn(session, 'marketingCloud')) ?? {}, 'grants')) ?? {};
  return new Map(
    Object.entries(stored).flatMap(([name, value]) => {
      const grant = readSessionGrant(asObject(value) ?? {});
      return grant === undefined ? [] : [[name, grant] as const];
    }),
  );
}

/** Puts these grants into a session in the place of what it held; it is for the caller to save it. */
export function setSessionGrants(session: Session, grants: ReadonlyMap<string, SessionGrant>): void {
  if (grants.size > 0) session.marketingCloud = { grants: Object.fromEntries(grants) };
  else delete session.marketingCloud;
}

/** Puts a strategy's grant into a session, or takes it out; it is for the caller to save it. */
export function setSessionGrant(session: Session, name: string, grant: SessionGrant | undefined): void {
  const grants = new Map(sessionGrants(session));
  if (grant === undefined) grants.delete(name);
  else grants.set(name, grant);
  setSessionGrants(session, grants);
}

/** Whether a grant belongs to the session's user: a login's does while that user is signed in. */
export function belongsToUser(grant: SessionGrant, user: UserTag | undefined): boolean {
  return !grant.byLogin || (user !== undefined && grant.user !== undefined && isSameUser(grant.user, user));
}

function readSessionGrant(stored: Readonly<Record<string, unknown>>): SessionGrant | undefined {
  const grantId = getOwn(stored, 'grantId');
  const byLogin = getOwn(stored, 'byLogin');
  if (typeof grantId !== 'string' || typeof byLogin !== 'boolean') return undefined;
  const tag = asObject(getOwn(stored, 'user'));
  const value = tag && getOwn(tag, 'value');
  const id = tag && getOwn(tag, 'id');
  return {
    grantId,
    byLogin,
    user: typeof value === 'string' ? { value, id: typeof id === 'string' ? id : undefined } : undefined,
  };
}
