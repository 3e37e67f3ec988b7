import type { MenuApp } from './world/model';

/**
 * The error that `/v2/token` answers for a dead code, a dead refresh token or a refused business unit. Salesforce does
 * not document these answers, so they can be configured.
 *
 * @example
 * const emulator = await startEmulator({ deadRefreshToken: { status: 400, error: 'invalid_grant' } });
 */
export interface Refusal {
  readonly status: number;
  /** Answers in the OAuth format `{ error, error_description, error_uri }`. Without it in REST's `{ message, errorcode, documentation }`. */
  readonly error?: string | undefined;
  /** The `error_description`, or the `message` of the REST format. */
  readonly description?: string | undefined;
}

/**
 * How requests name a page of a REST list, and how the list answers. See `listDialects` of {@link EmulatorOptions}.
 *
 * @example
 * const dialect: ListDialect = 'nextPageToken';
 * const emulator = await startEmulator({ listDialects: { '/automation/v1/queries': dialect } });
 */
export type ListDialect =
  | 'items'
  | 'itemsWithoutLinks'
  | 'linkedItems'
  | 'textNumbers'
  | 'legacy'
  | 'definitions'
  | 'entities'
  | 'capitals'
  | 'lastEventId'
  | 'nextPageToken'
  | 'operations'
  | 'array'
  | 'arrayOfPage';

/**
 * How a token answer writes base URLs: with or without the scheme, with or without a final slash. Salesforce's
 * documentation shows `'host'`, live answers have `'url/'`.
 *
 * @example
 * const emulator = await startEmulator({ instanceUrlShape: 'host' });
 */
export type InstanceUrlShape = 'url/' | 'url' | 'host/' | 'host';

/**
 * Options of `startEmulator`. Behaviour that Salesforce does not document is an option; its default is a guess.
 *
 * @example
 * const emulator = await startEmulator({ port: 4000, expiresInSeconds: 60, revokeFamilyOnReuse: true });
 */
export interface EmulatorOptions {
  /** The port on 127.0.0.1. @default 0, any free port */
  port?: number | undefined;
  /** Serves TLS with a certificate created at the start, also for the real host names. Needs `node-forge`. @default false */
  https?: boolean | undefined;
  /** The redirect URLs registered with every package. @default any URL on loopback */
  callbackURLs?: readonly string[] | undefined;
  /** `strategyOptions()` returns the public app, which has no secret. @default false */
  publicApp?: boolean | undefined;
  /** Publishes the first tenant's apps on AppExchange: users of every tenant may sign in, and the callback has their `tssd`. @default false */
  publishedApp?: boolean | undefined;
  /** Allows `http:` and `localhost` in redirect URLs on loopback, which Marketing Cloud refuses. Logged at the start. @default true */
  allowHttpLoopback?: boolean | undefined;
  /** Receives log lines; the first ones say that the emulator is not for production. @default no logging */
  log?: ((line: string) => void) | undefined;
  /** The number of recorded requests to keep; the oldest are dropped. @default 10000 */
  recordLimit?: number | undefined;

  /** What `code_challenge` does; Marketing Cloud does not document PKCE. @default 'ignore' */
  pkce?: 'ignore' | 'enforce-if-sent' | 'reject' | undefined;
  /** Whether an error redirect has the `state`. @default true */
  stateOnErrors?: boolean | undefined;
  /** Lifetime of an authorization code. @default 300, as documented */
  codeLifetimeSeconds?: number | undefined;

  /** `expires_in` of a token answer. @default 1079, as in live answers */
  expiresInSeconds?: number | undefined;
  /** How long an access token is valid. @default `expiresInSeconds` when given, else 1200 (the documented 20 minutes) */
  accessTokenLifetimeSeconds?: number | undefined;
  /** Lifetime of a refresh token from its issue. @default 2592000, 30 days */
  refreshTokenLifetimeSeconds?: number | undefined;
  /** Whether a refresh returns a new refresh token and consumes the old one. @default true */
  rotateRefreshTokens?: boolean | undefined;
  /** How long a consumed refresh token still works; the legacy v1 endpoint had 300. @default 0 */
  refreshReuseGraceSeconds?: number | undefined;
  /** Whether reuse of a consumed code or refresh token revokes every token of the same sign-in. @default false */
  revokeFamilyOnReuse?: boolean | undefined;
  /** Whether a token answer without the scope `offline` has a refresh token, which a sign-out revokes. @default true */
  refreshTokenWithoutOffline?: boolean | undefined;
  /** Whether an authorization request without `scope` is granted `offline`. @default true */
  omittedScopeIncludesOffline?: boolean | undefined;
  /** The scopes of a code exchange without `scope`: those of the authorization request, or all of the integration. @default 'authorized' */
  omittedExchangeScope?: 'authorized' | 'integration' | undefined;
  /** How a token answer writes base URLs. @default 'url/' */
  instanceUrlShape?: InstanceUrlShape | undefined;

  /** The answer to a code that is unknown, consumed or expired. @default `{ status: 401, error: 'invalid_token' }` */
  deadCode?: Refusal | undefined;
  /** The answer to a refresh token that is unknown, consumed, expired or revoked. @default `{ status: 401, error: 'invalid_token' }` */
  deadRefreshToken?: Refusal | undefined;
  /** The answer to an `account_id` that the user or the integration has no access to. @default 401 in the REST format */
  businessUnitDenied?: Refusal | undefined;

  /** The maximum number of objects in an answer of SOAP's Retrieve; `BatchSize` of a request can only lower it. @default 2500, as documented */
  soapBatchSize?: number | undefined;
  /** The SOAP fault for a missing token and for one that this tenant has not issued; Salesforce does not document it. @default 'Login Failed' */
  unknownSoapToken?: 'Login Failed' | 'Token Expired' | undefined;

  /** How long a change in `world` takes to have an effect; Marketing Cloud says up to 300. @default 0 */
  propagationSeconds?: number | undefined;
  /** Lifetime of a client secret. @default 15552000, 180 days */
  secretLifetimeSeconds?: number | undefined;

  /**
   * The apps of the shell's menu: the component _Marketing Cloud App_ of an installed package. The shell is at `/app-menu`;
   * `world.menuApps` can be changed later.
   * @default none
   */
  menuApps?: readonly MenuApp[] | undefined;
  /** `Cross-Origin-Opener-Policy` of the login pages and the shell; what the real pages send is not known. @default no header */
  openerPolicy?: string | undefined;
  /** The `sandbox` attribute of the shell's frame; whether the real one has any is not known. @default no attribute */
  frameSandbox?: string | undefined;
  /** `SameSite` of the login page's cookies; that of the real ones is not known. @default 'none' with `https`, else 'lax' */
  loginSameSite?: 'none' | 'lax' | 'strict' | undefined;
  /** How many pages that move on by themselves a sign-in goes through; the real number is not known. @default 0 */
  pagesOnTheWay?: number | undefined;

  /** The status of `GET /platform/v1/tokenContext`. @default 202, as documented */
  tokenContextStatus?: 200 | 202 | undefined;
  /**
   * Gives REST lists another dialect than their own, by path, to test a client with every dialect. A path with a
   * parameter is written as `/hub/v1/campaigns/:parent/assets`.
   *
   * - `items`: `{ count, page, pageSize, links, items }`; `itemsWithoutLinks` has no `links`, `linkedItems` has links to
   *   pages, `textNumbers` has its numbers as text
   * - `legacy`: `$top` and `$skip`, `{ startIndex, itemsPerPage, totalResults, entry }`
   * - `definitions`: `{ requestId, definitions, count, page, pageSize }`; `count` is the number on the page
   * - `entities`: `{ page, pageSize, totalCount, entities }`
   * - `capitals`: `{ Count, Page, PageSize, Instances }`
   * - `lastEventId`: `{ lastEventID, messages, count }`; `lastEventId` names the next page
   * - `nextPageToken`: `{ items, nextPageToken }`; `pageToken` or `nextPageToken` names the next page
   * - `operations`: `{ pageNumber, pageSize, operations }`, without a count
   * - `array`: an array of all records; `arrayOfPage`: an array that holds one page of `items`
   *
   * @default each list's own dialect
   */
  listDialects?: Readonly<Record<string, ListDialect>> | undefined;
  /** The page size that the last page of a list names: the requested size, or the number of its records. @default 'requested' */
  lastPageSize?: 'requested' | 'received' | undefined;
  /** What `$skip` of the legacy routes counts, from 0; `sfmc-sdk` counts pages. @default 'pages' */
  legacySkip?: 'pages' | 'rows' | undefined;
  /** Whether `totalResults` of the legacy routes is exact or too large, as seen in live answers. @default 'exact' */
  legacyTotalResults?: 'exact' | 'larger' | undefined;
}

/** The options with every default applied. `callbackURLs` is `'any-on-loopback'` when it was not given. */
export type Settings = Readonly<
  {
    [Name in Exclude<keyof EmulatorOptions, 'callbackURLs' | 'openerPolicy' | 'frameSandbox'>]-?: NonNullable<
      EmulatorOptions[Name]
    >;
  } & {
    callbackURLs: readonly string[] | 'any-on-loopback';
    openerPolicy: string | undefined;
    frameSandbox: string | undefined;
  }
>;
