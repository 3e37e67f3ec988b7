import { putGrantAtLogin } from '../session/login-hooks';
import { MarketingCloudError } from '../errors';
import { toIdentity } from '../grants/grant';
import { userIdTagFor } from '../session/user-tag';
import type { IssuedTokens } from '../oauth/oauth-client';
import { authorizationEndpoint } from '../protocol/authorization-request';
import { withoutPrototype, type JsonObject } from '../own-properties';
import type { Profile } from '../protocol/userinfo';
import { createTenant, type Tenant } from '../tenant';
import type { Attempt } from './attempt';
import { begin, type AuthorizationStart } from './begin';
import { finish, type ParsedCallback } from './finish';
import { leadBack } from './lead-back';
import { connectGrant } from './connect-grant';
import { runOAuth2, type OAuth2Members } from './oauth2-base';
import { clearRefusals } from './refusal-count';
import { getSession } from './request';
import { offerReturnTo } from './return-to';
import { grantMark, markSignInFinished } from './sign-in-cookie';
import type { RequestSettings } from './sign-in-options';
import type { StrategyParts } from './strategy-parts';
import { guardedVerify } from './verify';

const RUN = Symbol('passport-marketing-cloud.run');

/** What a sign-in has learnt so far. */
interface Progress {
  readonly arrival: Extract<ParsedCallback, { kind: 'code' }>;
  readonly tenant: Tenant;
  tokens?: IssuedTokens;
  profile?: Profile;
}

/**
 * One request's way through passport-oauth2: a copy of the strategy whose transport, state store, verify and outcomes
 * are bound to this request and its tenant.
 */
export class Run {
  readonly #parts: StrategyParts;
  readonly #attempt: Attempt;
  readonly #copy: OAuth2Members;
  readonly #request: RequestSettings;
  #progress: Progress | undefined;

  constructor(parts: StrategyParts, attempt: Attempt, strategy: object, request: RequestSettings) {
    this.#parts = parts;
    this.#attempt = attempt;
    this.#request = request;
    attempt.refusalUrl = request.refusalUrl;
    const { outcomes } = attempt;
    const hooks = Object.create(strategy) as OAuth2Members;
    this.#copy = Object.assign(Object.create(strategy) as OAuth2Members, {
      [RUN]: this,
      // Without a prototype, since passport-oauth2 also sends what such an object inherits.
      authorizationParams: (options: object) => withoutPrototype(hooks.authorizationParams(options)),
      tokenParams: (options: object) => withoutPrototype(hooks.tokenParams(options)),
      _verify: guardedVerify(hooks._verify, attempt.req, parts.settings.passReqToCallback),
      success: (user: object, info: unknown) => this.#settle(this.#succeed(user, info)),
      fail: (info: unknown) => attempt.refuse(info),
      redirect: (url: string) => outcomes.redirect(url),
      error: (error: unknown) => outcomes.error(error),
    });
  }

  /** The run whose copy of the strategy this is. */
  static of(copy: object): Run {
    const run = (copy as { [RUN]?: Run })[RUN];
    if (run === undefined) throw new TypeError('userProfile() works during a sign-in only.');
    return run;
  }

  /** Sends the browser to Marketing Cloud. */
  async begin(): Promise<void> {
    const start = await begin(this.#parts, this.#attempt, this.#request);
    const { settings } = this.#parts;
    const { authBaseUrl } = createTenant(settings.baseUrlTemplate, start.subdomain);
    this.#copy._oauth2 = { _authorizeUrl: authorizationEndpoint(authBaseUrl), _clientId: settings.clientID };
    this.#copy._stateStore = { store: this.#stateKeeper(start) };
    this.#go({}, { scope: start.scope });
  }

  /** Takes a callback to its end. */
  async finish(query: string): Promise<void> {
    const arrival = await finish(this.#parts, this.#attempt, query);
    if (arrival.kind === 'finished') {
      leadBack(this.#attempt, arrival, this.#request);
      return;
    }
    const progress: Progress = {
      arrival,
      tenant: createTenant(this.#parts.settings.baseUrlTemplate, arrival.subdomain),
    };
    this.#progress = progress;
    const { code, pending } = arrival;
    this.#copy._oauth2 = { getOAuthAccessToken: this.#exchanger(progress) };
    this.#copy._stateStore = {
      // The state has been judged already; passport-oauth2 asks for it by four arguments.
      verify: (_req: object, _state: string, _meta: object, judged: (error: unknown, ok: unknown) => void) =>
        judged(null, pending.verifier ?? true),
    };
    this.#go({ code }, {});
  }

  /** Asks userinfo with the token that this sign-in has just got. */
  userProfile(accessToken: string, done: (error: unknown, profile?: Profile) => void): void {
    const progress = this.#signingIn();
    const asked = this.#parts.engine.client.userinfo(progress.tenant, accessToken, 'sign_in_expired');
    this.#settle(
      asked.then((profile) => {
        progress.profile = profile;
        done(null, profile);
      }),
    );
  }

  /** Has passport-oauth2 do its part, with a query and options that hold what we have checked and nothing else. */
  #go(query: object, options: object): void {
    const { req } = this.#attempt;
    const seen = Object.create(req, {
      query: { value: withoutPrototype(query) },
      body: { value: undefined },
    }) as object;
    runOAuth2(this.#copy, seen, withoutPrototype(options));
  }

  #stateKeeper(start: AuthorizationStart) {
    type Stored = (error: unknown, state?: string) => void;
    // passport-oauth2 hands over its verifier to a store with five arguments.
    return (_req: object, verifier: string | undefined, _state: unknown, _meta: object, stored: Stored) => {
      this.#settle(start.persist(verifier).then((state) => stored(null, state)));
    };
  }

  #exchanger(progress: Progress) {
    type Exchanged = (error: unknown, accessToken: string, refreshToken: string | undefined, params: object) => void;
    return (code: string, params: JsonObject, exchanged: Exchanged) => {
      const { pending } = progress.arrival;
      const tokens = this.#parts.engine.client.exchange(progress.tenant, {
        code,
        redirectUri: this.#parts.settings.callbackURL,
        codeVerifier: pending.verifier,
        scope: pending.scope,
        accountId: pending.accountId,
        extra: params,
      });
      this.#settle(
        tokens.then((issued) => {
          progress.tokens = issued;
          exchanged(null, issued.accessToken, issued.refreshToken, { ...issued.params });
        }),
      );
    };
  }

  /** Keeps the grant and lets Passport log the user in. */
  async #succeed(user: object, info: unknown): Promise<void> {
    const { engine } = this.#parts;
    const { arrival, tokens, profile } = this.#signingIn();
    if (tokens === undefined) throw new MarketingCloudError('invalid_response');
    const grant = await engine.grants.create(tokens, {
      subdomain: arrival.subdomain,
      scope: arrival.pending.scope ?? [],
      ...(profile !== undefined && { identity: toIdentity(profile) }),
    });
    const { req, cookies } = this.#attempt;
    const { returnTo } = arrival.pending;
    if (this.#request.connects) {
      await connectGrant(req, { engine, grant, returnTo });
    } else {
      offerReturnTo(getSession(req), returnTo);
      putGrantAtLogin(req, { engine, grant, returnTo });
    }
    markSignInFinished(cookies, arrival.state, { user: userIdTagFor(user) ?? grantMark(grant.id), returnTo });
    clearRefusals(cookies);
    this.#attempt.outcomes.success(user, {
      ...(typeof info === 'string' ? { message: info } : (info as object)),
      grantId: grant.id,
    });
  }

  #signingIn(): Progress {
    if (this.#progress === undefined) throw new TypeError('There is no sign-in under way.');
    return this.#progress;
  }

  /** Whatever a step rejects with ends the attempt. */
  #settle(step: Promise<void>): void {
    step.catch((error: unknown) => this.#attempt.end(error));
  }
}
