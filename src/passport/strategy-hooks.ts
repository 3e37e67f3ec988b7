import type { Strategy as PassportStrategy } from 'passport';
import OAuth2Strategy from 'passport-oauth2';
import { withoutPrototype } from '../own-properties';
import type { Profile } from '../protocol/userinfo';

/**
 * passport-oauth2's strategy, typed as Passport's: users of the package have no declarations of passport-oauth2. Its class,
 * its options, its verify arities and its hooks are inherited. Its `authenticate()`, transport and state stores are not
 * used.
 */
const OAuth2Base = OAuth2Strategy as unknown as new (options: object, verify: unknown) => PassportStrategy;

/** A member of passport-oauth2 that it calls private. A subclass may override it. */
type LoadUserProfile = (accessToken: string, done: ProfileCallback) => void;
type ProfileCallback = (error: unknown, profile?: Profile) => void;

const { _loadUserProfile: loadUserProfile } = OAuth2Strategy.prototype as unknown as {
  _loadUserProfile: LoadUserProfile;
};

/** The members of a passport-oauth2 strategy that take part in a sign-in. */
export interface HookedStrategy extends StrategyHooks {
  readonly _verify: (...args: unknown[]) => unknown;
  readonly _skipUserProfile: unknown;
  readonly _loadUserProfile: LoadUserProfile;
}

/** How a hook ends the sign-in of its request without calling back. */
export interface HookOutcomes {
  refuse(info: unknown): void;
  redirect(url: string): void;
  error(error: unknown): void;
}

type AskUserinfo = (accessToken: string) => Promise<Profile>;

/** Where the object that `userProfile` is called on has the userinfo call of its sign-in. */
const SIGN_IN = Symbol('passport-marketing-cloud.sign-in');

interface HookTarget extends HookedStrategy {
  [SIGN_IN]?: { readonly askUserinfo: AskUserinfo; readonly outcomes: HookOutcomes };
}

/** The hooks of passport-oauth2 as they are unless a subclass, or the app on the instance, overrides them. */
export class StrategyHooks extends OAuth2Base {
  /** Hook of passport-oauth2: parameters that a subclass adds to the authorization request. */
  authorizationParams(_options: object): object {
    return {};
  }

  /** Hook of passport-oauth2: parameters that a subclass adds to the token request. */
  tokenParams(_options: object): object {
    return {};
  }

  /**
   * Hook of passport-oauth2: asks userinfo, during a sign-in.
   *
   * @throws TypeError outside a sign-in
   */
  userProfile(accessToken: string, done: (error: unknown, profile?: Profile) => void): void {
    const signIn = (this as Partial<Pick<HookTarget, typeof SIGN_IN>>)[SIGN_IN];
    if (signIn === undefined) throw new TypeError('userProfile() works during a sign-in only.');
    signIn
      .askUserinfo(accessToken)
      .then((profile) => done(null, profile), done)
      .catch((error: unknown) => signIn.outcomes.error(error));
  }
}

const DEFAULTS = StrategyHooks.prototype;

/** What `authorizationParams` adds; undefined where no subclass overrides it. */
export function getAuthorizationParams(
  strategy: HookedStrategy,
  outcomes: HookOutcomes,
  options: object,
): object | undefined {
  if (strategy.authorizationParams === DEFAULTS.authorizationParams) return undefined;
  const hooks = createHookTarget(strategy, outcomes);
  return withoutPrototype(hooks.authorizationParams(withoutPrototype(options)));
}

/** What `tokenParams` adds; undefined where no subclass overrides it. */
export function getTokenParams(strategy: HookedStrategy, outcomes: HookOutcomes): object | undefined {
  if (strategy.tokenParams === DEFAULTS.tokenParams) return undefined;
  return withoutPrototype(createHookTarget(strategy, outcomes).tokenParams(withoutPrototype({})));
}

/** What a hook has called back with. Any truthy value is an error, as in passport-oauth2. */
export interface LoadedProfile {
  readonly error?: unknown;
  readonly profile?: Profile | undefined;
}

/** Gets the profile for `verify`, by way of `skipUserProfile`, `userProfile` and `_loadUserProfile`. */
export async function loadProfile(
  strategy: HookedStrategy,
  outcomes: HookOutcomes,
  accessToken: string,
  askUserinfo: AskUserinfo,
): Promise<LoadedProfile> {
  const isDefault =
    strategy._skipUserProfile === false &&
    strategy.userProfile === DEFAULTS.userProfile &&
    strategy._loadUserProfile === loadUserProfile;
  if (isDefault) return { profile: await askUserinfo(accessToken) };
  const hooks = createHookTarget(strategy, outcomes);
  hooks[SIGN_IN] = { askUserinfo, outcomes };
  return await new Promise((resolve) => {
    hooks._loadUserProfile(accessToken, (error, profile) => resolve({ error, profile }));
  });
}

/**
 * A copy of the strategy to call a hook on: a hook that ends the request by itself, as by `this.fail()`, ends the sign-in.
 * Passport's own copy may be the instance, which the next request shares.
 */
function createHookTarget(strategy: HookedStrategy, outcomes: HookOutcomes): HookTarget {
  return Object.assign(Object.create(strategy) as HookTarget, {
    success: () => outcomes.error(new TypeError('A hook cannot end a sign-in by success(): it calls done.')),
    fail: (info: unknown) => outcomes.refuse(info),
    redirect: (url: string) => outcomes.redirect(url),
    error: (error: unknown) => outcomes.error(error),
  });
}
