import { Connection } from '../api/connection';
import type { Credentials } from '../api/credentials';
import { enginesOf } from '../api/request-engines';
import { hasCode, MarketingCloudError } from '../errors';
import { bare } from '../protocol/own';
import { readScope } from '../protocol/scopes';
import { askToSignIn } from './ask-to-sign-in';
import { middleware, type Middleware } from './request';
import { viewOf } from './user-view';

/** What a guarded route needs. */
export interface GuardOptions {
  /**
   * Where a page navigation goes to sign in.
   * @default '/login'
   */
  loginUrl?: string | undefined;
  /** Scopes that the grant must have. */
  scope?: string | readonly string[] | undefined;
}

/**
 * Lets a request through with fresh credentials on `req.user.marketingCloud`; needs `marketingCloud(strategy)` before
 * it. Without a user, a grant, or with a dead grant a page navigation goes to `loginUrl` and comes back later, and
 * anything else gets 401 as JSON. A scope that is lacking is an error 403; whatever else goes wrong is `next(err)`.
 *
 * @throws TypeError for bad options
 */
export function requireMarketingCloud(options: GuardOptions = {}): Middleware {
  const { loginUrl = '/login', scope } = bare(options);
  if (typeof loginUrl !== 'string' || !/^[\x21-\x7e]+$/.test(loginUrl))
    throw new TypeError('Option loginUrl must be a path or a URL.');
  const needed = scope === undefined ? [] : readScope(scope);
  if (needed === undefined) throw new TypeError('Option scope must name at least one scope.');

  return middleware('requireMarketingCloudMiddleware', async (req, res) => {
    const { marketingCloud } = req;
    const engine = enginesOf(req).at(-1);
    if (marketingCloud === undefined || engine === undefined) {
      throw new Error('requireMarketingCloud() needs app.use(marketingCloud(strategy)) before it.');
    }
    if (req.session === undefined) throw new MarketingCloudError('session_unavailable');
    const property = req._userProperty ?? 'user';
    const user: unknown = Reflect.get(req, property);
    if (user === undefined || user === null) {
      // Whoever is asked to sign in has no use for the reason why that could not be done now.
      await Connection.settle(marketingCloud).catch(() => undefined);
      return await askToSignIn(req, res, loginUrl, engine.vaultTimeoutMs);
    }
    if (typeof user !== 'object') throw new MarketingCloudError('invalid_user');

    let credentials: Credentials;
    try {
      credentials = await marketingCloud.credentials();
    } catch (error) {
      if (hasCode(error, 'sign_in_required')) return await askToSignIn(req, res, loginUrl, engine.vaultTimeoutMs);
      throw error;
    }
    if (needed.some((scope) => !credentials.scope.includes(scope))) throw new MarketingCloudError('insufficient_scope');
    const view = viewOf(user, () => Connection.latestOf(marketingCloud) ?? credentials);
    // A client who went away while the guard waited has closed it before.
    if (res.closed) view.end();
    else res.once('close', () => view.end());
    Reflect.set(req, property, view.user);
    return 'next';
  });
}
