import type { Session } from './session';
import { getSessionGrants, setSessionGrants, type SessionGrant } from './session-grants';
import { destroySession, regenerateSession, saveSession } from './session-io';
import { isSameUser, toUserTag, type UserTag } from './user-tag';
import { getOwn } from '../own-properties';
import { overrideOnce, resolveToCallback } from './passport-hooks';
import { releaseGrants } from './release-grants';
import { getEngines } from './request-engines';
import { getCurrentUserTag, getSerializedUser, type AppRequest } from './app-request';
import type { NewGrant } from './new-grant';

type Callback = (error?: unknown) => void;
type Grants = ReadonlyMap<string, SessionGrant>;

/**
 * `req.logIn(user, [options], done)`: a sign-in's own login holds its new grant and no other; a login of the same user
 * keeps the grants; another user's releases what belonged to the one before. A sign-in's login that fails half-way leaves
 * no user signed in and no grant; one that fails before the session is renewed leaves the old login as it was.
 */
export function logInWithGrants(
  req: AppRequest,
  added: NewGrant | undefined,
  logIn: (args: unknown[]) => unknown,
  args: unknown[],
): unknown {
  const done = args.at(-1);
  const options = Object(args.length > 2 ? args[1] : {}) as object;
  const { session: old } = req;
  const held: Grants = old === undefined ? NO_GRANTS : getSessionGrants(old);
  const { session: wanted } = options as { session?: unknown };
  // As Passport judges it.
  const opensSession = typeof done === 'function' && (wanted === undefined || Boolean(wanted));
  if (!opensSession || typeof old?.regenerate !== 'function' || (added === undefined && held.size === 0)) {
    return logIn(args);
  }
  const login: Login = {
    ...{ req, old, added, held },
    before: held.size > 0 ? getCurrentUserTag(req) : undefined,
    user: args[0],
    keepsInfo: Boolean(getOwn(options, 'keepSessionInfo')),
    timeoutMs: (added?.engine ?? getEngines(req).at(-1))?.vaultTimeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
  const progress: Progress = { isRenewed: false, leaving: NO_GRANTS };
  const restore = overrideOnce(old, 'regenerate', () => renewSession(login, progress));
  const finish: Callback = (error) => {
    restore();
    const failed = error !== undefined && error !== null;
    added?.reportEnd(failed ? error : undefined);
    const end = failed ? () => (done as Callback)(error) : (done as Callback);
    resolveToCallback(failed ? undoLogin(login, progress) : completeLogin(login, progress), end);
  };
  return logIn([...args.slice(0, -1), finish]);
}

const NO_GRANTS: Grants = new Map();

interface Login {
  readonly req: AppRequest;
  readonly old: Session;
  readonly added: NewGrant | undefined;
  readonly held: Grants;
  readonly before: UserTag | undefined;
  readonly user: unknown;
  readonly keepsInfo: boolean;
  readonly timeoutMs: number;
}

interface Progress {
  isRenewed: boolean;
  /** Grants that no session holds once the login is done. */
  leaving: Grants;
}

/** Only for a request without any strategy of this package, whose session holds grants all the same. */
const DEFAULT_TIMEOUT_MS = 5_000;

async function renewSession(login: Login, progress: Progress): Promise<void> {
  const { req, old, added, held, timeoutMs } = login;
  try {
    await regenerateSession(old, timeoutMs);
  } catch (error) {
    // express-session has put an empty session in its place; the old one is still good.
    req.session = old;
    req.sessionID = old.id;
    throw error;
  }
  progress.isRenewed = true;
  const fresh = req.session as Session;
  // `keepSessionInfo` would merge these over the new session's.
  delete old.marketingCloud;
  if (added !== undefined) delete old.returnTo;
  overrideOnce(fresh, 'save', async () => {
    // Passport has serialised the user by now.
    const grants = getGrantsAfter(login, toUserTag(getSerializedUser(fresh, req), login.user));
    setSessionGrants(fresh, grants);
    if (added !== undefined) await added.hold();
    await saveSession(fresh, timeoutMs);
    if (held.size > 0) progress.leaving = getLeaving(held, grants, added !== undefined);
  });
}

/** The grants that the session of a login holds. */
function getGrantsAfter({ added, held, before, keepsInfo }: Login, user: UserTag | undefined): Grants {
  if (added !== undefined) {
    return new Map([[added.engine.name, { grantId: added.id, byLogin: true, user }]]);
  }
  const isSame = before !== undefined && user !== undefined && isSameUser(before, user);
  const kept = [...held].flatMap(([name, grant]): [string, SessionGrant][] => {
    if (!grant.byLogin) return isSame || keepsInfo ? [[name, grant]] : [];
    const isOwn = grant.user !== undefined && user !== undefined && isSameUser(grant.user, user);
    return isOwn ? [[name, { ...grant, user }]] : [];
  });
  return new Map(kept);
}

/** What a login releases: a sign-in every other grant of the session, another user's login the grants of the user before. */
function getLeaving(held: Grants, kept: Grants, isSignIn: boolean): Grants {
  const ids = new Set([...kept.values()].map(({ grantId }) => grantId));
  const leaves = ({ grantId, byLogin }: SessionGrant): boolean => (isSignIn || byLogin) && !ids.has(grantId);
  return new Map([...held].filter(([, grant]) => leaves(grant)));
}

async function completeLogin({ req, added }: Login, { leaving }: Progress): Promise<void> {
  if (added?.returnTo !== undefined && req.session !== undefined) req.session.returnTo = added.returnTo;
  // One that cannot be reached now ends by its own time.
  if (leaving.size > 0)
    await releaseGrants(req, leaving, { why: 'replaced', alsoOf: added?.engine }).catch(() => undefined);
}

/** Leaves no grant of a sign-in whose login has failed, and none of a session that was renewed already: no user has it. */
async function undoLogin({ req, added, held, timeoutMs }: Login, { isRenewed }: Progress): Promise<void> {
  if (added === undefined) return;
  const others = new Map([...held].filter(([, { grantId }]) => grantId !== added.id));
  await Promise.all([
    added.delete().catch(() => undefined),
    isRenewed && releaseGrants(req, others, { why: 'sign-out', alsoOf: added.engine }).catch(() => undefined),
    isRenewed && req.session && destroySession(req.session, timeoutMs),
  ]);
}
