import { enginesOf } from '../api/request-engines';
import type { Engine } from '../api/engine';
import type { Session } from '../grants/session';
import { destroyed, saved } from '../grants/session-io';
import { dropGrant, heldGrants, holdGrant, rememberEarlier } from '../grants/session-entry';
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
      if (req[name] === wrapped) req[name] = logIn;
      logInAndFile(req, link, (finish) => logIn.apply(req, [...args.slice(0, -1), finish]), done as Callback);
    };
    req[name] = wrapped;
  }
}

type Callback = (error?: unknown) => void;

function logInAndFile(req: AppRequest, link: Link, logIn: (finish: Callback) => void, done: Callback): void {
  const old = sessionOf(req);
  const replaced = [...heldGrants(old)];
  let renewed = false;
  const restore = interceptRegenerate(old, (error, next) => {
    if (error !== undefined && error !== null) {
      // express-session has put an empty session in its place; the old one is still good.
      req.session = old;
      req.sessionID = old.id;
      next(error);
      return;
    }
    renewed = true;
    const fresh = sessionOf(req);
    rememberEarlier(fresh, old, link.now(), SIGN_IN_MS);
    // `keepSessionInfo` would merge these over the new session's.
    delete old.marketingCloud;
    delete old.returnTo;
    holdGrant(fresh, link.engine.name, { grantId: link.grantId, byLogin: true });
    settleTo(link.engine.grants.file(link.grantId), next);
  });
  logIn((error) => {
    restore();
    if (error === undefined || error === null) {
      if (link.returnTo !== undefined) sessionOf(req).returnTo = link.returnTo;
      settleTo(forgetReplaced(req, link, replaced), done);
    } else {
      const tell = (): void => done(error);
      settleTo(undo(req, link, renewed), tell);
    }
  });
}

/**
 * Files the grant in the session that is there, for `passport.authorize`.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export async function fileInPlace(req: AppRequest, link: Link): Promise<void> {
  const session = sessionOf(req);
  const before = heldGrants(session).get(link.engine.name);
  try {
    await link.engine.grants.file(link.grantId);
    holdGrant(session, link.engine.name, { grantId: link.grantId, byLogin: false });
    await saved(session, link.engine.vaultTimeoutMs);
  } catch (error) {
    if (before === undefined) dropGrant(session, link.engine.name);
    else holdGrant(session, link.engine.name, before);
    await link.engine.grants.forget(link.grantId).catch(() => undefined);
    throw error;
  }
  if (before !== undefined) await link.engine.grants.letGo(before.grantId).catch(() => undefined);
  if (link.returnTo !== undefined) session.returnTo = link.returnTo;
}

/** Ends in a callback outside the promise, so that what it throws is not taken for the promise's own failure. */
function settleTo(promise: Promise<void>, callback: Callback): void {
  promise.then(
    () => process.nextTick(callback),
    (error: unknown) => process.nextTick(callback, error),
  );
}

/** Puts a step between the session's regeneration and whoever asked for it; returns how to take it out again. */
function interceptRegenerate(session: Session, step: (error: unknown, next: Callback) => void): () => void {
  const before = Object.getOwnPropertyDescriptor(session, 'regenerate');
  const regenerate = session.regenerate.bind(session);
  const restore = (): void => {
    if (before === undefined) Reflect.deleteProperty(session, 'regenerate');
    else Object.defineProperty(session, 'regenerate', before);
  };
  Object.defineProperty(session, 'regenerate', {
    configurable: true,
    enumerable: false,
    value: (callback: Callback) => {
      restore();
      return regenerate((error) => step(error, callback));
    },
  });
  return restore;
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
    await engines
      .get(name)
      ?.grants.letGo(grantId)
      .catch(() => undefined);
  }
}

async function undo(req: AppRequest, link: Link, renewed: boolean): Promise<void> {
  await link.engine.grants.forget(link.grantId).catch(() => undefined);
  if (renewed && req.session !== undefined) await destroyed(req.session, link.engine.vaultTimeoutMs);
}
