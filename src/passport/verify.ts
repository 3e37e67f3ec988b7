import { types } from 'node:util';
import { MarketingCloudError } from '../errors';
import { withoutLongMembers, type Profile } from '../protocol/userinfo';

type Verified = (error?: unknown, user?: unknown, info?: unknown) => void;
type AnyVerify = (...args: unknown[]) => unknown;

/** The verify of a strategy without one: the profile is the user. */
export function profileAsUser(_accessToken: string, _refreshToken: unknown, profile: Profile, done: Verified): void {
  done(null, withoutLongMembers(profile));
}

/**
 * A verify function that is safe to call: it gets the app's own request, a promise that it rejects ends the sign-in
 * instead of the process, only its first word counts, and its user is an object or a refusal, never a failure in
 * disguise. Its length stays, since passport-oauth2 chooses the arguments by it.
 */
export function guardedVerify(verify: AnyVerify, req: object, passReqToCallback: boolean): AnyVerify {
  function guarded(this: unknown, ...args: unknown[]): void {
    const verified = args.at(-1) as Verified;
    let settled = false;
    const done: Verified = (error, user, info) => {
      if (settled) return;
      settled = true;
      // As passport-oauth2 takes it: what is no error is none, an empty string and zero too.
      if (error) verified(error);
      else if (isUser(user)) verified(null, user, info);
      else if (isRefusal(user)) verified(null, false, info);
      else verified(new MarketingCloudError('invalid_user'));
    };
    const given = passReqToCallback ? [req, ...args.slice(1, -1)] : args.slice(0, -1);
    try {
      const promise: unknown = verify.call(this, ...given, done);
      // By shape: a promise of another realm or library counts.
      if (isThenable(promise)) Promise.resolve(promise).catch((error: unknown) => done(thrown(error)));
    } catch (error) {
      done(thrown(error));
    }
  }
  return Object.defineProperty(guarded, 'length', { value: verify.length });
}

/** What was thrown is an error, whatever it is. */
function thrown(error: unknown): unknown {
  return error ? error : new Error('verify failed.');
}

/** An object, but no error, of another realm either, and no promise: who is in that, if anybody, nobody has looked. */
function isUser(user: unknown): user is object {
  if (typeof user !== 'object' || user === null || user instanceof Error || types.isNativeError(user)) return false;
  return !isThenable(user);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (Object(value) as { then?: unknown }).then === 'function';
}

/** As in passport-oauth2: nothing, in any of its forms. */
function isRefusal(user: unknown): boolean {
  return user === undefined || user === null || user === false || user === '' || user === 0 || Number.isNaN(user);
}
