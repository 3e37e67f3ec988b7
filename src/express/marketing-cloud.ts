import { Connection } from '../api/connection';
import { ENGINE, type HasEngine } from '../api/engine';
import { followLogins } from '../session/follow-logins';
import { claimName, addEngine } from '../session/request-engines';
import type { AppRequest } from '../session/app-request';
import { shareHiddenClass } from '../session/share-hidden-class';
import { SessionGrantHolder } from './session-grant-holder';
import { parseLoginUrl } from './login-url';
import type { Middleware } from './middleware';
import { parseOptions } from '../strict-options';

/** The options of `marketingCloud()`. */
export interface MarketingCloudOptions {
  /**
   * Where the user signs in, for a 401 that a route answers by an error of this package.
   * @default '/login'
   */
  loginUrl?: string | undefined;
}

/**
 * Puts `req.marketingCloud` on every request; goes after `passport.session()`. No I/O happens until it is asked for
 * something. With several strategies the last one mounted wins there.
 *
 * A second strategy of the same name in one app is an error on its first request: give it its own `name`.
 *
 * @throws TypeError when it is not given a `Strategy`, and for bad options
 *
 * @example
 * app.use(passport.session());
 * app.use(marketingCloud(strategy));
 */
export function marketingCloud(strategy: HasEngine, options: MarketingCloudOptions = {}): Middleware {
  if (typeof (strategy as Partial<HasEngine> | undefined)?.[ENGINE] !== 'function') {
    throw new TypeError('marketingCloud(strategy) needs the Strategy instance that passport.use() got.');
  }
  const loginUrl = parseLoginUrl(
    'marketingCloud()',
    parseOptions('marketingCloud()', options, ['loginUrl'])('loginUrl'),
  );
  const engine = strategy[ENGINE]();
  return function marketingCloudMiddleware(incoming, _res, next) {
    const req = incoming as AppRequest;
    shareHiddenClass(req);
    try {
      claimName(req, engine);
    } catch (error) {
      next(error);
      return;
    }
    const { sessionStore } = req;
    if (sessionStore !== undefined) engine.attach(sessionStore);
    addEngine(req, engine);
    followLogins(req);
    req.marketingCloud = new Connection(engine, new SessionGrantHolder(req, engine), loginUrl);
    next();
  };
}
