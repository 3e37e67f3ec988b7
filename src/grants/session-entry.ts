import { asObject, own } from '../protocol/own';
import { digestOf } from './ids';
import type { Session } from './session';

/** A grant that a session holds, under its strategy's name. */
export interface HeldGrant {
  readonly grantId: string;
  /** Filed by a login, and gone with it; else by `passport.authorize`, which has a life of its own. */
  readonly byLogin: boolean;
  /** The session that its login opened: each login and logout renews the session, and may carry this entry along. */
  readonly session?: string | undefined;
}

/** A session that our own login has replaced, remembered so that sign-ins which began in it can still finish. */
interface EarlierSession {
  readonly browser: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** What `req.session.marketingCloud` is: ids and hashes, never a token. */
interface SessionEntry {
  readonly grants: Readonly<Record<string, HeldGrant>>;
  readonly earlier: readonly EarlierSession[];
}

/** The grants of a session by strategy name. */
export function heldGrants(session: Session): ReadonlyMap<string, HeldGrant> {
  return new Map(Object.entries(readEntry(session).grants));
}

/** Puts a grant into a session; it is for the caller to save it. */
export function holdGrant(session: Session, name: string, held: HeldGrant): void {
  const entry = readEntry(session);
  session.marketingCloud = { ...entry, grants: { ...entry.grants, [name]: held } };
}

/** Puts the grant of a login into the session that the login has opened. */
export function holdGrantOfLogin(session: Session, name: string, grantId: string): void {
  holdGrant(session, name, { grantId, byLogin: true, session: browserOf(session) });
}

/** Whether a grant belongs in this session: a login's does in the one that it opened, while its user is signed in. */
export function isAtHome(session: Session, held: HeldGrant, hasUser: boolean): boolean {
  return !held.byLogin || (hasUser && held.session === browserOf(session));
}

/** Takes a strategy's grant out of a session. */
export function dropGrant(session: Session, name: string): void {
  const { grants, ...entry } = readEntry(session);
  session.marketingCloud = {
    ...entry,
    grants: Object.fromEntries(Object.entries(grants).filter(([key]) => key !== name)),
  };
}

/** Gives a session that has nothing of ours an empty entry, which makes express-session send its cookie. */
export function touchEntry(session: Session): void {
  session.marketingCloud = readEntry(session);
}

/** Who may finish a sign-in that begins in this session: a hash of the session's id. */
export function browserOf(session: Session): string {
  return digestOf('browser', session.id);
}

/** This session's browser, and what it was called in the sessions that our own logins replaced lately. */
export function browsersOf(session: Session, nowMs: number): string[] {
  return [browserOf(session), ...liveEarlier(session, nowMs).map((earlier) => earlier.browser)];
}

/** Has a new session remember the one it replaces, and those that one remembered, until their time is over. */
export function rememberEarlier(fresh: Session, old: Session, nowMs: number, forMs: number): void {
  const earlier = [{ browser: browserOf(old), until: nowMs + forMs }, ...liveEarlier(old, nowMs)];
  fresh.marketingCloud = { ...readEntry(fresh), earlier: earlier.slice(0, MAX_EARLIER) };
}

/** Tabs that began in one session finish in as many logins, one after the other. */
const MAX_EARLIER = 200;

function liveEarlier(session: Session, nowMs: number): readonly EarlierSession[] {
  return readEntry(session).earlier.filter((earlier) => earlier.until > nowMs);
}

/** A session record may have been planted or damaged: what is not of the right shape does not count. */
function readEntry(session: Session): SessionEntry {
  const stored = asObject(own(session, 'marketingCloud')) ?? {};
  const grants = Object.entries(asObject(own(stored, 'grants')) ?? {}).flatMap(([name, value]) => {
    const grantId = own(asObject(value) ?? {}, 'grantId');
    const byLogin = own(asObject(value) ?? {}, 'byLogin');
    const home = own(asObject(value) ?? {}, 'session');
    return typeof grantId === 'string' && typeof byLogin === 'boolean'
      ? [[name, { grantId, byLogin, ...(typeof home === 'string' && { session: home }) }] as const]
      : [];
  });
  const earlier = own(stored, 'earlier');
  return {
    grants: Object.fromEntries(grants),
    earlier: Array.isArray(earlier) ? earlier.filter(isEarlier) : [],
  };
}

function isEarlier(value: unknown): value is EarlierSession {
  const earlier = asObject(value);
  return typeof earlier?.['browser'] === 'string' && typeof earlier['until'] === 'number';
}
