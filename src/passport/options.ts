import type { Request } from 'express';
import type { Vault } from '../vaults/vault';
import type { Dispatcher } from '../http/dispatcher';
import type { Scope } from '../protocol/scopes';

/**
 * The options of a strategy. Types take `undefined` where an app passes `process.env`; the constructor checks.
 *
 * @example
 * const options: StrategyOptions = {
 *   subdomain: process.env.MC_SUBDOMAIN,
 *   clientID: process.env.MC_CLIENT_ID,
 *   clientSecret: process.env.MC_CLIENT_SECRET,
 *   callbackURL: 'https://app.example.com/auth/callback',
 * };
 */
export interface StrategyOptions {
  /** Tenant-specific subdomain, one DNS label, such as `mc563885gzs27c5t9-63k636ttgm`. Required. */
  subdomain: string | undefined;
  /** Client id of the API Integration component. Required. */
  clientID: string | undefined;
  /**
   * Client secret; several are tried in order on `invalid_client`, as during a rotation; a function, sync or async, is
   * asked at each token call. Without this key the app is a public one; with it and without a value it is refused.
   */
  clientSecret?:
    | string
    | readonly string[]
    | (() => string | readonly string[] | undefined | Promise<string | readonly string[] | undefined>)
    | undefined;
  /** Absolute URL of the callback route, as registered; `https:`, or `http:` on loopback. Required. */
  callbackURL: string | undefined;
  /** Scopes to ask for. Left out, Marketing Cloud grants all of the integration's. `offline` must be asked for. */
  scope?: Scope | readonly Scope[] | undefined;
  /** MID of the business unit to sign in to. */
  accountId?: number | string | undefined;
  /**
   * Which tenants besides `subdomain` may sign in: all, or those that a function says `true` to.
   * @default false
   */
  multiTenant?: boolean | ((subdomain: string, req: Request) => boolean | Promise<boolean>) | undefined;
  /**
   * Send an S256 challenge. Marketing Cloud documents none.
   * @default false
   */
  pkce?: boolean | undefined;
  /**
   * Where grants are kept.
   * @default the app's express-session store
   */
  vault?: Vault | undefined;
  /**
   * Encrypts grants in the vault with AES-256-GCM. Each key has at least 32 characters; the first encrypts, every one
   * decrypts. Without the option tokens are plain text in the vault, and anyone who can read the store can use them. Its
   * value `undefined` or an empty one throws a TypeError, so that an unset variable does not turn encryption off.
   *
   * To roll in a new key, deploy three times: append it (`[oldKey, newKey]`), promote it (`[newKey, oldKey]`), and drop
   * the old one after `grantTtl`. A process that does not have the key of a record refuses it with `sign_in_required`.
   */
  encryptionKey?: string | readonly string[] | undefined;
  /**
   * How early a token counts as due, in milliseconds: 30,000 at least, half its lifetime at most.
   * @default 300_000
   */
  refreshAhead?: number | undefined;
  /**
   * How long a grant is kept after its last refresh, in milliseconds.
   * @default 2_592_000_000
   */
  grantTtl?: number | undefined;
  /**
   * Total deadline of one call to Marketing Cloud, in milliseconds.
   * @default 10_000
   */
  timeout?: number | undefined;
  /**
   * How long one call to the vault or the session store may take, in milliseconds.
   * @default 5_000
   */
  vaultTimeout?: number | undefined;
  /**
   * The time in milliseconds since the epoch, for tests: pending sign-ins and due tokens go by it.
   * @default Date.now
   */
  clock?: (() => number) | undefined;
  /**
   * A dispatcher of undici 6, 7 or 8, for proxies and tests.
   * @default the package's own keep-alive agent
   */
  dispatcher?: Dispatcher | undefined;
  /**
   * `{service}` is `auth`, `rest` or `soap`.
   * @default 'https://{subdomain}.{service}.marketingcloudapis.com'
   */
  baseUrlTemplate?: string | undefined;
  /**
   * The strategy's name.
   * @default 'marketing-cloud'
   */
  name?: string | undefined;
  /**
   * Give `verify` the request first. As in passport-oauth2's types, `true` is for options written in the constructor's
   * call, where it decides what `verify` looks like.
   * @default false
   */
  passReqToCallback?: false | undefined;
  /**
   * Sign in without asking userinfo, as in passport-oauth2.
   * @default false
   */
  skipUserProfile?:
    boolean | ((accessToken: string, done: (error: unknown, skip: boolean) => void) => void) | undefined;
  /** Headers to add to each call of the token and userinfo endpoints, as in passport-oauth2. */
  customHeaders?: Readonly<Record<string, string>> | undefined;
}

/** The options of a login route, besides Passport's. */
export interface SignInOptions {
  /** The scopes to ask for, in place of the strategy's. */
  scope?: Scope | readonly Scope[] | undefined;
  /** The MID of the business unit to sign in to. */
  accountId?: number | string | undefined;
  /** The tenant to sign in to, where `multiTenant` allows it. */
  subdomain?: string | undefined;
  /** The path on the app's origin, or the URL there, to return to after the sign-in. */
  returnTo?: string | undefined;
  /** Where a refused sign-in is redirected, with `?code=`. */
  refusalUrl?: string | undefined;
}
