import type { ServerResponse } from 'node:http';
import { Connection } from '../api/connection';
import type { Credentials } from '../api/credentials';
import type { MarketingCloud } from '../api/marketing-cloud';
import { rememberHeldSignIn } from '../frame/probe-cookie';
import { getEngines } from '../session/request-engines';
import { getCurrentUserTag, getUser } from '../session/app-request';
import { hasCode, MarketingCloudError } from '../errors';
import { getSessionGrant } from '../session/session-grants';
import { parseRequestedScope } from '../protocol/scopes';
import { optionError, parseOptions } from '../strict-options';
import { askToSignIn } from './ask-to-sign-in';
import { DEFAULT_LOGIN_URL, parseLoginUrl } from './login-url';
import { middleware, type Middleware } from './middleware';
import { isOfAnotherAccount, refuseOtherAccount } from './page-account';
import type { AppRequest } from '../session/app-request';
import { createView } from './user-view';

/** The options of `requireMarketingCloud()`. */
export interface GuardOptions {
  /**
   * Where a page navigation goes to sign in.
   * @default the login route of `signInRoutes()` or the `loginUrl` of `marketingCloud()`, else '/login'
   */
  loginUrl?: string | undefined;
  /** Scopes that the grant must have. */
  scope?: string | readonly string[] | undefined;
}

/**
 * Lets a request through with fresh credentials on `req.user.marketingCloud`; needs `marketingCloud(strategy)` before
 * it. Without a user, a grant, or with a dead grant a page navigation goes to `loginUrl` and comes back later, and
 * anything else gets 401 as JSON. A missing scope is an error 403. Every other failure is `next(err)`.
 *
 * @throws TypeError for bad options
 *
 * @example
 * app.get('/assets', requireMarketingCloud({ loginUrl: '/login' }), async (req, res) => {
 *   res.json(await req.marketingCloud.rest.get('/asset/v1/content/assets'));
 * });
 */
export function requireMarketingCloud(options: GuardOptions = {}): Middleware {
  const option = parseOptions('requireMarketingCloud()', options, ['loginUrl', 'scope']);
  const given = option('loginUrl');
  const ownLoginUrl = given === undefined ? undefined : parseLoginUrl('requireMarketingCloud()', given);
  const scope = option('scope');
  const needed = scope === undefined ? [] : parseRequestedScope(scope);
  if (needed === undefined) {
    throw optionError('scope', 'must name at least one scope', 'requireMarketingCloud()');
  }

  const waitForCredentials = middleware('requireMarketingCloudMiddleware', async (req, res) => {
    const { marketingCloud } = req;
    const engine = getEngines(req).at(-1);
    if (marketingCloud === undefined || engine === undefined) {
      throw new Error('requireMarketingCloud() needs app.use(marketingCloud(strategy)) before it.');
    }
    if (req.session === undefined) throw new MarketingCloudError('session_unavailable');
    const user = getUser(req);
    if (user === undefined || user === null) {
      const isMissing = holdsGrantWithoutUser(req, engine.name);
      // The grant of a user who is gone is released; why that could not be done now is of no use here.
      await Connection.releaseOrphan(marketingCloud).catch(() => undefined);
      if (isMissing) throw new MarketingCloudError('user_missing');
      return askToSignIn(req, res, getLoginUrl(marketingCloud), engine);
    }
    if (typeof user !== 'object') throw new MarketingCloudError('invalid_user');

    let credentials: Credentials;
    try {
      credentials = await marketingCloud.credentials();
    } catch (error) {
      if (hasCode(error, 'sign_in_required')) return askToSignIn(req, res, getLoginUrl(marketingCloud), engine);
      throw error;
    }
    assertScope(credentials, needed);
    if (isOfAnotherAccount(req, marketingCloud)) return refuseOtherAccount(res);
    showCredentials(req, res, user, credentials);
    return 'next';
  });

  return function requireMarketingCloudMiddleware(incoming, res, next) {
    const req = incoming as AppRequest;
    const { marketingCloud, session } = req;
    const user = getUser(req);
    if (marketingCloud !== undefined && ownLoginUrl !== undefined) Connection.setLoginUrl(marketingCloud, ownLoginUrl);
    // A fresh grant of a vault in this process needs no promise.
    const credentials =
      marketingCloud !== undefined && session !== undefined && typeof user === 'object' && user !== null
        ? Connection.getNow(marketingCloud)
        : undefined;
    if (credentials === undefined || !needed.every((scope) => credentials.scope.includes(scope))) {
      waitForCredentials(incoming, res, next);
      return;
    }
    if (marketingCloud !== undefined && isOfAnotherAccount(req, marketingCloud)) {
      refuseOtherAccount(res);
      return;
    }
    try {
      showCredentials(req, res, user as object, credentials);
    } catch (error) {
      next(error);
      return;
    }
    next();
  };
}

function getLoginUrl(connection: MarketingCloud): string {
  return Connection.getLoginUrl(connection) ?? DEFAULT_LOGIN_URL;
}

/** @throws MarketingCloudError `insufficient_scope` */
function assertScope(credentials: Credentials, needed: readonly string[]): void {
  if (needed.length === 0) return;
  const lacking = needed.filter((scope) => !credentials.scope.includes(scope));
  if (lacking.length === 0) return;
  throw new MarketingCloudError('insufficient_scope', {
    message: `The grant lacks a scope that this route needs: ${lacking.join(' ')}.`,
  });
}

/** Puts the user's view in the user's place until the response has ended. It follows a refresh in the same request. */
function showCredentials(req: AppRequest, res: ServerResponse, user: object, credentials: Credentials): void {
  const { marketingCloud } = req;
  const current = (): Credentials | undefined => {
    // A handler still runs for a client that has gone: its response is closed before it has ended.
    if (res.closed && res.writableEnded) return undefined;
    return (marketingCloud && Connection.getLatest(marketingCloud)) ?? credentials;
  };
  Reflect.set(req, req._userProperty ?? 'user', createView(user, current));
  rememberHeldSignIn(req, res);
}

/**
 * Whether the session holds a grant although there is no user: a redirect to the login page would come back to the same
 * state for ever. After a logout that kept the session, a grant of `passport.authorize` may be left; that is no mistake.
 */
function holdsGrantWithoutUser(req: AppRequest, name: string): boolean {
  const grant = req.session && getSessionGrant(req.session, name);
  return grant !== undefined && (grant.byLogin || getCurrentUserTag(req) !== undefined);
}
