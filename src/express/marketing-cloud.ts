import { Connection, type GrantHolder } from '../api/connection';
import { ENGINE, type Engine, type HasEngine } from '../api/engine';
import { hookLogins } from '../session/login-hooks';
import { claimName, rememberEngine } from '../session/request-engines';
import { currentUserTag, isInProduction } from '../session/session-request';
import { MarketingCloudError } from '../errors';
import { releaseSessionGrant } from '../grants/end-grant';
import { belongsToUser, sessionGrants, setSessionGrant, type SessionGrant } from '../session/session-grants';
import { isStored } from '../session/session-io';
import type { AppRequest, Middleware } from './request';

/**
 * Puts `req.marketingCloud` on every request; goes after `passport.session()`. No I/O happens until it is asked for
 * something. With several strategies the last one mounted wins there.
 *
 * A second strategy of the same name in one app is an error on its first request: give it its own `name`.
 *
 * @throws TypeError when it is not given a `Strategy`
 *
 * @example
 * app.use(passport.session());
 * app.use(marketingCloud(strategy));
 */
export function marketingCloud(strategy: HasEngine): Middleware {
  if (typeof (strategy as Partial<HasEngine> | undefined)?.[ENGINE] !== 'function') {
    throw new TypeError('marketingCloud(strategy) needs the Strategy instance that passport.use() got.');
  }
  const engine = strategy[ENGINE]();
  return function marketingCloudMiddleware(incoming, _res, next) {
    const req = incoming as AppRequest;
    try {
      claimName(req, engine);
    } catch (error) {
      next(error);
      return;
    }
    if (req.sessionStore !== undefined) engine.attach(req.sessionStore, () => isInProduction(req));
    rememberEngine(req, engine);
    hookLogins(req);
    req.marketingCloud = new Connection(engine, sessionHolder(req, engine));
    next();
  };
}

/** The session's hold on its grant. It is read anew each time: a login in this very request changes it. */
function sessionHolder(req: AppRequest, engine: Engine): GrantHolder {
  const held = (): SessionGrant | undefined => req.session && sessionGrants(req.session).get(engine.name);
  // A login's grant goes with its user, whichever way that user was logged out, or another one in.
  const isOrphan = (grant: SessionGrant): boolean => grant.byLogin && !belongsToUser(grant, currentUserTag(req));
  const release = async (): Promise<void> => {
    const { session } = req;
    if (session === undefined || held() === undefined) return;
    // A session that was signed out in the meantime would be stored again if it were changed.
    if (await isStored(req.sessionStore, session, engine.vaultTimeoutMs)) {
      setSessionGrant(session, engine.name, undefined);
    }
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
      await releaseSessionGrant(engine.grants, grant.grantId);
      await release();
      return undefined;
    },
    release,
  };
}
