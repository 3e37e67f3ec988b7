import type { Request } from 'express';
import type { Credentials } from '../api/credentials';
import type { TokenParams } from '../protocol/token-response';
import type { DefaultProfile, Profile } from '../protocol/userinfo';

/**
 * A user with credentials while a guarded request runs: what `requireMarketingCloud()` adds to `req.user`.
 *
 * @example
 * declare global {
 *   namespace Express {
 *     interface User extends MarketingCloudUser {
 *       readonly email: string;
 *     }
 *   }
 * }
 */
export interface MarketingCloudUser {
  /** Set by `requireMarketingCloud()` for the length of the request; not enumerable, never stored. */
  readonly marketingCloud?: Credentials | undefined;
}

/**
 * What `req.user` is when no `verify` is given.
 *
 * @example
 * declare global {
 *   namespace Express {
 *     interface User extends DefaultUser {}
 *   }
 * }
 */
export interface DefaultUser extends DefaultProfile, MarketingCloudUser {}

/**
 * Passport's `done`: an error; or the user, any object; or `false`, `null` or nothing to refuse. `info` reaches
 * `req.authInfo` or the custom callback, with `grantId` added.
 */
export type Done = (error?: unknown, user?: object | false | null, info?: object | string) => void;

/**
 * passport-oauth2's verify function with the token answer; `params` holds its members without the two tokens.
 *
 * @example
 * const verify: VerifyFunction = (accessToken, refreshToken, params, profile, done) => {
 *   done(null, { id: profile.id, name: profile.displayName });
 * };
 */
export type VerifyFunction = (
  accessToken: string,
  refreshToken: string | undefined,
  params: TokenParams,
  profile: Profile,
  done: Done,
) => void;

/**
 * The same with the request as its first argument, for `passReqToCallback: true`.
 *
 * @example
 * const verify: VerifyFunctionWithRequest = (req, accessToken, refreshToken, params, profile, done) => {
 *   done(null, { id: profile.id, locale: req.acceptsLanguages()[0] });
 * };
 */
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

/** The same with the request as its first argument. */
export type ShortVerifyFunctionWithRequest = (
  req: Request,
  accessToken: string,
  refreshToken: string | undefined,
  profile: Profile,
  done: Done,
) => void;
