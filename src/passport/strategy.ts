import type { Request } from 'express';
import { Connection } from '../api/connection';
import type { MarketingCloud } from '../api/marketing-cloud';
import type { Credentials } from '../api/credentials';
import { ENGINE, type Engine, type HasEngine } from '../api/engine';
import { authorizationEndpoint } from '../protocol/authorization-request';
import { isAuthorizationResponse, isPartOfAuthorizationResponse } from '../protocol/authorization-response';
import { tokenEndpoint } from '../protocol/token-request';
import type { AppRequest } from '../session/app-request';
import { claimName } from '../session/request-engines';
import { shareHiddenClass } from '../session/share-hidden-class';
import { createTenant } from '../tenant';
import { handleCallback } from './callback';
import type { StrategyOptions } from './options';
import { getStrippedPrefix } from '../session/paths';
import { answerLanding, isLanding } from './framed-callback';
import { answerFramedStart } from './framed-start';
import { hasFailureOption, parseRequestOptions } from './request-options';
import { assertNoLoop } from './refusal-count';
import { isPrefetch, parseTarget, type RequestTarget } from '../session/request-target';
import { settle } from './settings';
import { warnOfCallbackURL } from './setup-warnings';
import { SignInFlow } from './sign-in-flow';
import { startSignIn } from './start-sign-in';
import { StrategyHooks, type HookedStrategy } from './strategy-hooks';
import { createStrategyParts, type StrategyParts } from './strategy-parts';
import type {
  ShortVerifyFunction,
  ShortVerifyFunctionWithRequest,
  VerifyFunction,
  VerifyFunctionWithRequest,
} from './types';
import { profileAsUser } from './verify';

type WithRequest = Omit<StrategyOptions, 'passReqToCallback'> & { passReqToCallback: true };

/**
 * Signs users in to Salesforce Marketing Cloud Engagement by the authorization code flow:
 * https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/integration-app-auth-code.html
 *
 * A passport-oauth2 strategy by class, options, verify arities and hooks. The requests that it sends, how it keeps `state`
 * and how it judges a callback are its own. Nothing of a request is kept on it, so the instance itself may be passed to
 * `passport.authenticate`.
 *
 * @throws TypeError on construction, naming the option and the fix, for an option that is bad, unknown or contradictory
 *
 * @example
 * const strategy = new Strategy({
 *   subdomain: process.env.MC_SUBDOMAIN,
 *   clientID: process.env.MC_CLIENT_ID,
 *   clientSecret: process.env.MC_CLIENT_SECRET,
 *   callbackURL: 'https://app.example.com/auth/callback',
 *   scope: ['offline', 'email_read'],
 * });
 * passport.use(strategy);
 */
export class Strategy extends StrategyHooks implements HasEngine {
  override name: string;
  readonly #parts: StrategyParts;

  constructor(options: StrategyOptions, verify?: VerifyFunction);
  constructor(options: WithRequest, verify: VerifyFunctionWithRequest);
  constructor(options: StrategyOptions, verify: ShortVerifyFunction);
  constructor(options: WithRequest, verify: ShortVerifyFunctionWithRequest);
  constructor(options: StrategyOptions | WithRequest, verify?: unknown) {
    if (verify !== undefined && typeof verify !== 'function') throw new TypeError('verify must be a function.');
    const settings = settle(options, verify !== undefined);
    const { authBaseUrl } = createTenant(settings.baseUrlTemplate, settings.subdomain);
    super(
      {
        authorizationURL: authorizationEndpoint(authBaseUrl),
        tokenURL: tokenEndpoint(authBaseUrl),
        clientID: settings.clientID,
        callbackURL: settings.callbackURL,
        scope: settings.scope,
        state: true,
        pkce: settings.pkce,
        passReqToCallback: settings.passReqToCallback,
        skipUserProfile: settings.skipUserProfile,
      },
      verify ?? profileAsUser,
    );
    this.name = settings.name;
    this.#parts = createStrategyParts(settings);
    warnOfCallbackURL(settings);
  }

  /** Called by Passport, on the login route and on the callback route. */
  override authenticate(req: Request, options: object = {}): void {
    shareHiddenClass(req);
    const parts = Strategy.#getParts(this);
    // All that belongs to this request is in its flow: the app may pass the instance itself, which the next request shares.
    const flow = new SignInFlow(parts, this as unknown as HookedStrategy, req as unknown as AppRequest);
    try {
      const { res } = flow;
      if (res?.headersSent === false) {
        res.setHeader('Cache-Control', 'no-store');
        res.setHeader('Referrer-Policy', 'no-referrer');
      }
      flow.options = parseRequestOptions(options);
      flow.refusalUrl = flow.options.refusalUrl;
      flow.hasFailureOption = hasFailureOption(options);
      Strategy.#dispatch(flow).catch((error: unknown) => flow.endByThrown(error));
    } catch (error) {
      flow.endByThrown(error);
    }
  }

  /** What `req.marketingCloud` offers, for a grant's id outside a request: jobs, workers. */
  grant(grantId: string): MarketingCloud {
    const { engine } = Strategy.#getParts(this);
    let id: string | undefined = grantId;
    return new Connection(engine, {
      isSession: false,
      grantId: () => id,
      resolveGrantId: () => Promise.resolve(id),
      release: () => {
        id = undefined;
        return Promise.resolve();
      },
    });
  }

  /** Short for `grant(grantId).credentials()`. */
  async credentials(grantId: string): Promise<Credentials> {
    return await this.grant(grantId).credentials();
  }

  /**
   * Deletes a grant, kept or not. One that is gone is no error.
   *
   * @throws MarketingCloudError `vault_unavailable`
   */
  async forget(grantId: string): Promise<void> {
    await Strategy.#getParts(this).engine.grants.delete(grantId, 'forget');
  }

  /** Finishes the refreshes and commits that are under way and closes the package's connections. No signal handler is installed. */
  async close(): Promise<void> {
    const { engine } = Strategy.#getParts(this);
    await engine.grants.close();
    await engine.transport.close();
  }

  /** For the package's middlewares. */
  [ENGINE](): Engine {
    return Strategy.#getParts(this).engine;
  }

  /** Tells a callback from the start of a sign-in. A request that only looks ahead gets an empty answer. */
  static async #dispatch(flow: SignInFlow): Promise<void> {
    const { parts, req, res } = flow;
    if (res !== undefined && (req.method === 'HEAD' || isPrefetch(req))) {
      res.statusCode = 204;
      res.end();
      return;
    }
    claimName(req, parts.engine);
    if (req.sessionStore !== undefined) parts.engine.attach(req.sessionStore);
    const target = parseTarget(req);
    if (isCallback(target, parts.engine.callbackPath)) {
      // A login route with the `code` of a refusal in its query counts as a start: it may be where refusals lead.
      if (!isOnPath(target, parts.engine.callbackPath)) assertNoLoop(flow.cookies, parts.settings.now());
      await handleCallback(flow, target);
    } else if (isLanding(target, parts.engine.callbackPath) && answerLanding(flow)) return;
    else if (!(await answerFramedStart(flow, target))) await startSignIn(flow, target);
  }

  /** Passport works on copies that inherit from a strategy; private members are only on the strategy itself. */
  static #getParts(strategy: object): StrategyParts {
    for (let one: object | null = strategy; one !== null; one = Object.getPrototypeOf(one) as object | null) {
      if (#parts in one) return one.#parts;
    }
    throw new TypeError('This is not a strategy.');
  }
}

/** A `code` or an `error` makes a callback on any path, a part of a response on the callback's own path. */
function isCallback({ path, query }: RequestTarget, callbackPath: string): boolean {
  if (query.size === 0) return false;
  if (isAuthorizationResponse(query)) return true;
  return isPartOfAuthorizationResponse(query) && isOnPath({ path }, callbackPath);
}

function isOnPath({ path }: Pick<RequestTarget, 'path'>, callbackPath: string): boolean {
  return getStrippedPrefix(path, callbackPath) !== undefined;
}
