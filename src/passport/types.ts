import type { Request } from 'express';
import type { Credentials } from '../api/credentials';
import type { TokenParams } from '../protocol/token-response';
import type { DefaultProfile, Profile } from '../protocol/userinfo';

/** A user that may carry credentials: what the guard adds to `req.user`. */
export interface MarketingCloudUser {
  /** Set by `requireMarketingCloud()` for the length of the request; not enumerable, never stored. */
  readonly marketingCloud?: Credentials | undefined;
}

/** What `req.user` is when no `verify` is given. */
export interface DefaultUser extends DefaultProfile, MarketingCloudUser {}

/**
 * Passport's `done`: an error; or the user, any object; or `false`, `null` or nothing to refuse. `info` reaches
 * `req.authInfo` or the custom callback, with `grantId` added.
 */
export type Done = (error?: unknown, user?: object | false | null, info?: object | string) => void;

/** passport-oauth2's verify function with the token answer; `params` holds its members without the two tokens. */
export type VerifyFunction = (
  accessToken: string,
  refreshToken: string | undefined,
  params: TokenParams,
  profile: Profile,
  done: Done,
) => void;

/** The same behind the request, for `passReqToCallback: true`. */
export type VerifyFunctionWithRequest = (
  req: Request,
  accessToken: string,
  refreshToken: string | undefined,
  params: TokenParams,
  profile: Profile,
  done: Done,
) => void;

/** passport-oauth2's shorter verify function. */
export type ShortVerifyFunction = (
  accessToken: string,
  refreshToken: string | undefined,
  profile: Profile,
  done: Done,
) => void;

/** The same behind the request. */
export type ShortVerifyFunctionWithRequest = (
  req: Request,
  accessToken: string,
  refreshToken: string | undefined,
  profile: Profile,
  done: Done,
) => void;
