import { enginesOf } from '../api/request-engines';
import type { Engine } from '../api/engine';
import { bareCause, MarketingCloudError } from '../errors';
import { letGo } from '../grants/end-grant';
import { answerOf } from '../grants/guarded-vault';
import type { Session } from '../grants/session';
import { destroyed, saved } from '../grants/session-io';
import { dropGrant, heldGrants, holdGrant, holdGrantOfLogin, rememberEarlier } from '../grants/session-entry';
import { own } from '../protocol/own';
import { SIGN_IN_MS } from './pending-sign-ins';
import { sessionOf, type AppRequest, type LogIn } from './request';

/** A grant to be filed in a session. */
export interface Link {
  readonly engine: Engine;
  readonly grantId: string;
  readonly returnTo: string | undefined;
  readonly now: () => number;
}

/**
 * Files the grant when `req.logIn` opens a session, whoever calls it: Passport, or the app in a custom callback.
 * Passport regenerates the session there, so the grant's id goes into the new one, before Passport's own single save.
 * A login that fails half-way leaves nobody signed in and no grant; one that fails before the session is renewed leaves
 * the old login as it was.
 */
export function fileAtLogin(req: AppRequest, link: Link): void {
  settleReturnTo(sessionOf(req), link.returnTo);
  for (const name of ['logIn', 'login'] as const) {
    const logIn = req[name];
    if (typeof logIn !== 'function') continue;
    const wrapped: LogIn = (...args) => {
      const done = args.at(-1);
      const opensSession =
        typeof done === 'function' && own(Object(args.length > 2 ? args[1] : {}) as object, 'session') !== false;
      if (!opensSession || req.session === undefined) {
        logIn.apply(req, args);
        return;
      }
      logInAndFile(req, link, (finish) => logIn.apply(req, [...args.slice(0, -1), finish]), done as Callback);
    };
    req[name] = wrapped;
  }
}

type Callback = (error?: unknown) => void;

function logInAndFile(req: AppRequest, link: Link, logIn: (finish: Callback) => void, done: Callback): void {
  const old = sessionOf(req);
  // The app may log the user in a second time, as one of its own.
  const replaced = [...heldGrants(old)].filter(([, { grantId }]) => grantId !== link.grantId);
  const timeoutMs = link.engine.vaultTimeoutMs;
  let renewed = false;
  const restore = instead(old, 'regenerate', async () => {
    try {
      await regenerated(old, timeoutMs);
    } catch (error) {
      // express-session has put an empty session in its place; the old one is still good.
      req.session = old;
      req.sessionID = old.id;
      throw error;
    }
    renewed = true;
    const fresh = sessionOf(req);
    rememberEarlier(fresh, old, link.now(), SIGN_IN_MS);
    // `keepSessionInfo` would merge these over the new session's.
    delete old.marketingCloud;
    delete old.returnTo;
    holdGrantOfLogin(fresh, link.engine.name, link.grantId);
    instead(fresh, 'save', () => saved(fresh, timeoutMs));
    await link.engine.grants.file(link.grantId);
  });
  logIn((error) => {
    restore();
    if (error === undefined || error === null) {
      if (link.returnTo !== undefined) sessionOf(req).returnTo = link.returnTo;
      settleTo(forgetReplaced(req, link, replaced), done);
    } else {
      const tell = (): void => done(error);
      settleTo(undo(req, link, renewed ? replaced : undefined), tell);
    }
  });
}

/**
 * Files the grant in the session that is there, for `passport.authorize`.
 *
 * @throws MarketingCloudError `vault_unavailable`; `invalid_state` when the session has ended meanwhile
 */
export async function fileInPlace(req: AppRequest, link: Link): Promise<void> {
  const session = sessionOf(req);
  const before = heldGrants(session).get(link.engine.name);
  try {
    await link.engine.grants.file(link.grantId);
    if (!(await isStored(req, session, link.engine.vaultTimeoutMs))) throw new MarketingCloudError('invalid_state');
    holdGrant(session, link.engine.name, { grantId: link.grantId, byLogin: false });
    settleReturnTo(session, link.returnTo);
    await saved(session, link.engine.vaultTimeoutMs);
  } catch (error) {
    if (heldGrants(session).get(link.engine.name)?.grantId === link.grantId) {
      if (before === undefined) dropGrant(session, link.engine.name);
      else holdGrant(session, link.engine.name, before);
    }
    await link.engine.grants.forget(link.grantId).catch(() => undefined);
    throw error;
  }
  if (before !== undefined) await letGo(link.engine.grants, before.grantId).catch(() => undefined);
}

/** What a session says about where to go has come from anywhere; from here on it is what we have read and found ours. */
function settleReturnTo(session: Session, returnTo: string | undefined): void {
  if (returnTo !== undefined) session.returnTo = returnTo;
  else delete session.returnTo;
}

/** Ends in a callback outside the promise, so that what it throws is not taken for the promise's own failure. */
function settleTo(promise: Promise<void>, callback: Callback): void {
  promise.then(
    () => process.nextTick(callback),
    (error: unknown) => process.nextTick(callback, error),
  );
}

/**
 * Has a step of ours run in place of a session's own method, once; the method is back by then. Passport waits for it
 * without a deadline. Returns how to take the step out again.
 */
function instead(session: Session, name: 'regenerate' | 'save', step: () => Promise<void>): () => void {
  const before = Object.getOwnPropertyDescriptor(session, name);
  const restore = (): void => {
    if (before === undefined) Reflect.deleteProperty(session, name);
    else Object.defineProperty(session, name, before);
  };
  Object.defineProperty(session, name, {
    configurable: true,
    enumerable: false,
    value: (callback: Callback = () => undefined) => {
      restore();
      settleTo(step(), callback);
      return session;
    },
  });
  return restore;
}

function regenerated(session: Session, timeoutMs: number): Promise<void> {
  return answerOf(
    () =>
      new Promise((resolve, reject) => {
        session.regenerate((error) => (error === undefined || error === null ? resolve() : reject(bareCause(error))));
      }),
    timeoutMs,
  );
}

/** Whether a session is in its store. Saving one that was signed out meanwhile would bring it back. */
function isStored(req: AppRequest, session: Session, timeoutMs: number): Promise<boolean> {
  return answerOf(
    () =>
      new Promise((resolve, reject) => {
        if (req.sessionStore === undefined) resolve(true);
        else
          req.sessionStore.get(session.id, (error, found) => {
            if (error === undefined || error === null) resolve(found !== undefined && found !== null);
            else if ((error as { code?: unknown }).code === 'ENOENT') resolve(false);
            else reject(bareCause(error));
          });
      }),
    timeoutMs,
  );
}

/** A new sign-in ends the session's other grants; one that cannot be reached now ends by its own time. */
async function forgetReplaced(
  req: AppRequest,
  link: Link,
  replaced: readonly [string, { grantId: string }][],
): Promise<void> {
  const engines = new Map(enginesOf(req).map((engine) => [engine.name, engine]));
  engines.set(link.engine.name, link.engine);
  for (const [name, { grantId }] of replaced) {
    const engine = engines.get(name);
    if (engine !== undefined) await letGo(engine.grants, grantId).catch(() => undefined);
  }
}

/** What a login that failed has left; the grants of the session that it had renewed already are nobody's any more. */
async function undo(
  req: AppRequest,
  link: Link,
  replaced: readonly [string, { grantId: string }][] | undefined,
): Promise<void> {
  await Promise.all([
    link.engine.grants.forget(link.grantId).catch(() => undefined),
    replaced && forgetReplaced(req, link, replaced),
    replaced && req.session && destroyed(req.session, link.engine.vaultTimeoutMs),
  ]);
}
