import { types } from 'node:util';
import { MarketingCloudError } from '../errors';
import type { IssuedTokens } from '../oauth/oauth-client';
import { withoutLongMembers, type Profile } from '../protocol/userinfo';
import type { SignInFlow } from './sign-in-flow';

type Done = (error?: unknown, user?: unknown, info?: unknown) => void;

/** A user that `verify` has given. */
export interface AcceptedUser {
  readonly outcome: 'accepted';
  readonly user: object;
  readonly info: unknown;
}

/** What `verify` has said. */
export type Verified =
  | AcceptedUser
  | { readonly outcome: 'refused'; readonly info: unknown }
  | { readonly outcome: 'error'; readonly error: unknown };

/** The verify function of a strategy without one: the profile is the user. */
export function profileAsUser(_accessToken: string, _refreshToken: unknown, profile: Profile, done: Done): void {
  done(null, withoutLongMembers(profile));
}

/**
 * Calls `verify`, with the arguments that passport-oauth2 would choose by its number of parameters. Only its first answer
 * counts; what it throws, and a promise that it rejects, is an error; its user is an object or a refusal.
 */
export function verifyUser(flow: SignInFlow, tokens: IssuedTokens, profile: Profile | undefined): Promise<Verified> {
  const { strategy, req, parts } = flow;
  const verify = strategy._verify;
  const { passReqToCallback } = parts.settings;
  return new Promise((resolve) => {
    const done: Done = (error, user, info) => resolve(toVerified(error, user, info));
    const fail = (thrown: unknown): void => resolve({ outcome: 'error', error: thrown || new Error('verify failed.') });
    const given: unknown[] = passReqToCallback ? [req] : [];
    given.push(tokens.accessToken, tokens.refreshToken);
    if (verify.length === (passReqToCallback ? 6 : 5)) given.push({ ...tokens.params });
    given.push(profile, done);
    try {
      const promise = verify.apply(strategy, given);
      // By shape: a promise of another realm or library counts.
      if (isThenable(promise)) Promise.resolve(promise).catch(fail);
    } catch (thrown) {
      fail(thrown);
    }
  });
}

/** As passport-oauth2 judges it: an empty string, zero and the like are no error. */
function toVerified(error: unknown, user: unknown, info: unknown): Verified {
  if (error) return { outcome: 'error', error };
  if (isUser(user)) return { outcome: 'accepted', user, info };
  if (isNoUser(user)) return { outcome: 'refused', info };
  return { outcome: 'error', error: new MarketingCloudError('invalid_user') };
}

/** Whether it is an object, and neither an error, also one of another realm, nor a promise: those name no user. */
function isUser(user: unknown): user is object {
  if (typeof user !== 'object' || user === null || user instanceof Error || types.isNativeError(user)) return false;
  return !isThenable(user);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (Object(value) as { then?: unknown }).then === 'function';
}

/** As passport-oauth2 refuses: by nothing, in any of its forms. */
function isNoUser(user: unknown): boolean {
  return user === undefined || user === null || user === false || user === '' || user === 0 || Number.isNaN(user);
}
