import { Connection, type GrantHolder } from '../api/connection';
import { ENGINE, type Engine, type HasEngine } from '../api/engine';
import { noteEngine } from '../api/request-engines';
import { MarketingCloudError } from '../errors';
import { letGo } from '../grants/end-grant';
import { dropGrant, heldGrants, isAtHome, type HeldGrant } from '../grants/session-entry';
import { asObject, own } from '../protocol/own';
import type { AppRequest, Middleware } from './request';

/**
 * Puts `req.marketingCloud` on every request, after the session middlewares. No I/O happens until it is asked for
 * something. With several strategies the one that runs last on a request has the word there.
 *
 * @throws TypeError when it is not given a `Strategy`
 */
export function marketingCloud(strategy: HasEngine): Middleware {
  if (typeof (strategy as Partial<HasEngine> | undefined)?.[ENGINE] !== 'function') {
    throw new TypeError('marketingCloud(strategy) needs the Strategy instance that passport.use() got.');
  }
  const engine = strategy[ENGINE]();
  return function marketingCloudMiddleware(incoming, _res, next) {
    const req = incoming as AppRequest;
    if (req.sessionStore !== undefined) engine.attach(req.sessionStore);
    noteEngine(req, engine);
    req.marketingCloud = new Connection(engine, sessionHolder(req, engine));
    next();
  };
}

/** The session's hold on its grant. It is read anew each time: a login in this very request changes it. */
function sessionHolder(req: AppRequest, engine: Engine): GrantHolder {
  const held = (): HeldGrant | undefined => req.session && heldGrants(req.session).get(engine.name);
  // What a login filed goes with it, whichever way the user was logged out, or another one in.
  const isOrphan = (grant: HeldGrant): boolean =>
    req.session !== undefined && !isAtHome(req.session, grant, hasPassportUser(req));
  const release = (): void => {
    if (req.session !== undefined && held() !== undefined) dropGrant(req.session, engine.name);
  };
  return {
    isSession: true,
    grantId: () => {
      const grant = held();
      return grant === undefined || isOrphan(grant) ? undefined : grant.grantId;
    },
    settle: async () => {
      if (req.session === undefined) throw new MarketingCloudError('session_unavailable');
      const grant = held();
      if (grant === undefined || !isOrphan(grant)) return grant?.grantId;
      await letGo(engine.grants, grant.grantId);
      release();
      return undefined;
    },
    release: () => {
      release();
      return Promise.resolve();
    },
  };
}

/** As Passport itself judges it. */
function hasPassportUser(req: AppRequest): boolean {
  const login = asObject(own(req.session ?? {}, req._sessionManager?._key ?? 'passport'));
  const user = login && own(login, 'user');
  return Boolean(user) || user === 0;
}
