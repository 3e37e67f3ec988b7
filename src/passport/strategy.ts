import type { Request } from 'express';
import { Connection, type MarketingCloud } from '../api/connection';
import type { Credentials } from '../api/credentials';
import { ENGINE, type Engine, type HasEngine } from '../api/engine';
import { isInProduction } from '../session/session-request';
import { authorizationEndpoint } from '../protocol/authorization-request';
import { isAuthorizationResponse, isPartOfAuthorizationResponse } from '../protocol/authorization-response';
import type { Profile } from '../protocol/userinfo';
import { createTenant } from '../tenant';
import { Attempt, getOutcomes } from './attempt';
import { BrowserCookies } from './browser-cookies';
import { OAuth2Base } from './oauth2-base';
import type { StrategyOptions } from './options';
import { isPrefetch, prefixTakenOff, getTarget, type AppRequest } from './request';
import { Run } from './run';
import { settle } from './settings';
import { warnOfCallbackURL } from './setup-warnings';
import { readRequestOptions } from './sign-in-options';
import { assemble, type StrategyParts } from './strategy-parts';
import type {
  ShortVerifyFunction,
  ShortVerifyFunctionWithRequest,
  VerifyFunction,
  VerifyFunctionWithRequest,
} from './types';
import { profileAsUser } from './verify';
import { claimName } from '../session/request-engines';

type WithRequest = Omit<StrategyOptions, 'passReqToCallback'> & { passReqToCallback: true };

/**
 * Signs users in to Salesforce Marketing Cloud Engagement by the authorization code flow:
 * https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/integration-app-auth-code.html
 *
 * A passport-oauth2 strategy by class, options, verify arities and hooks; what it says on the wire, how it keeps
 * `state` and what it makes of a callback are its own. Nothing of a request is kept on it, so the instance itself may
 * be passed to `passport.authenticate`.
 *
 * @throws TypeError on construction, naming the option and the fix, for an option that is bad, unknown or contradictory
 */
export class Strategy extends OAuth2Base implements HasEngine {
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
        tokenURL: authorizationEndpoint(authBaseUrl),
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
    this.#parts = assemble(settings);
    warnOfCallbackURL(settings);
  }

  /** Passport's entry: begins a sign-in, or finishes one. */
  override authenticate(req: Request, options: object = {}): void {
    // Everything of this request hangs on `run`; Passport may hand the same instance to the next request meanwhile.
    const request = req as unknown as AppRequest;
    const outcomes = getOutcomes(this, request);
    const parts = Strategy.#partsOf(this);
    const attempt = new Attempt({
      req: request,
      outcomes,
      cookies: new BrowserCookies(request, parts.isHttps),
      now: parts.settings.now,
    });
    try {
      if (attempt.res?.headersSent === false) {
        attempt.res.setHeader('Cache-Control', 'no-store');
        attempt.res.setHeader('Referrer-Policy', 'no-referrer');
      }
      const run = new Run(parts, attempt, this, readRequestOptions(options));
      Strategy.#lead(parts, attempt, run).catch((error: unknown) => attempt.end(error));
    } catch (error) {
      attempt.end(error);
    }
  }

  /** Hook of passport-oauth2: parameters that a subclass adds to the authorization request. */
  authorizationParams(_options: object): object {
    return {};
  }

  /** Hook of passport-oauth2: parameters that a subclass adds to the token request. */
  tokenParams(_options: object): object {
    return {};
  }

  /** Hook of passport-oauth2: asks userinfo, during a sign-in. */
  userProfile(accessToken: string, done: (error: unknown, profile?: Profile) => void): void {
    Run.of(this).userProfile(accessToken, done);
  }

  /** What `req.marketingCloud` offers, for a grant's id outside a request: jobs, workers. */
  grant(grantId: string): MarketingCloud {
    const { engine } = Strategy.#partsOf(this);
    let id: string | undefined = grantId;
    return new Connection(engine, {
      isSession: false,
      grantId: () => id,
      settle: () => Promise.resolve(id),
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

  /** Ends a grant. */
  async forget(grantId: string): Promise<void> {
    await Strategy.#partsOf(this).engine.grants.delete(grantId);
  }

  /** Finishes the refreshes and commits that are under way and closes our own connections. No signal handler is ever installed. */
  async close(): Promise<void> {
    const { engine } = Strategy.#partsOf(this);
    await engine.refresher.close();
    await engine.transport.close();
  }

  /** For our own middlewares. */
  [ENGINE](): Engine {
    return Strategy.#partsOf(this).engine;
  }

  /** Decides what a request is: nothing, a callback, or the beginning of a sign-in. */
  static async #lead(parts: StrategyParts, attempt: Attempt, run: Run): Promise<void> {
    const { req, res } = attempt;
    if (res !== undefined && (req.method === 'HEAD' || isPrefetch(req))) {
      res.statusCode = 204;
      res.end();
      return;
    }
    claimName(req, parts.engine);
    if (req.sessionStore !== undefined) parts.engine.attach(req.sessionStore, () => isInProduction(req));
    const { path, query } = getTarget(req);
    const isCallbackPath = prefixTakenOff(path, parts.callbackPath) !== undefined;
    if (isAuthorizationResponse(query) || (isCallbackPath && isPartOfAuthorizationResponse(query))) {
      await run.finish(query);
    } else {
      await run.begin();
    }
  }

  /** Passport works on copies that inherit from a strategy; private members are only on the strategy itself. */
  static #partsOf(strategy: object): StrategyParts {
    for (let one: object | null = strategy; one !== null; one = Object.getPrototypeOf(one) as object | null) {
      if (#parts in one) return one.#parts;
    }
    throw new TypeError('This is not a strategy.');
  }
}
