import type { PagingDialectName } from './rest';

/** How `/v2/token` refuses a code, a refresh token or a business unit: the words are not documented, so they can be set. */
export interface Refusal {
  readonly status: number;
  /** The OAuth dialect `{ error, error_description, error_uri }`; without it the REST dialect `{ message, errorcode, documentation }`. */
  readonly error?: string | undefined;
  /** `error_description`, or the REST dialect's `message`. */
  readonly description?: string | undefined;
}

/** How a list of the REST API is asked for its pages, and how it answers. */
export type ListDialect = PagingDialectName;

/** How base URLs are written in a token answer: Salesforce's documentation shows `'host'`, live answers `'url/'`. */
export type InstanceUrlShape = 'url/' | 'url' | 'host/' | 'host';

/**
 * Options of `startEmulator`. What Salesforce does not document is an option here, and its default is our guess: none of
 * them is a promise about Marketing Cloud.
 */
export interface EmulatorOptions {
  /** The port on 127.0.0.1. @default 0, any free one */
  port?: number | undefined;
  /** Serve TLS with a certificate made at start, for the real host names too. Needs `node-forge`. @default false */
  https?: boolean | undefined;
  /** The redirect URLs registered on every package. @default any on loopback */
  callbackURLs?: readonly string[] | undefined;
  /** `strategyOptions()` speaks of the public app, which has no secret. @default false */
  publicApp?: boolean | undefined;
  /** The first tenant's apps are published on AppExchange: users of every tenant may sign in, and the callback carries their `tssd`. @default false */
  publishedApp?: boolean | undefined;
  /** Allow `http:` and `localhost` in redirect URLs on loopback, which Marketing Cloud refuses. Printed at start. @default true */
  allowHttpLoopback?: boolean | undefined;
  /** Called with each line that a person should read; the first ones say that this is not for production. @default nobody */
  log?: ((line: string) => void) | undefined;
  /** How many recorded requests are kept; older ones are dropped. @default 10000 */
  recordLimit?: number | undefined;

  /** What `code_challenge` does: nothing is documented. @default 'ignore' */
  pkce?: 'ignore' | 'enforce-if-sent' | 'reject' | undefined;
  /** Whether `state` comes back on an error redirect. @default true */
  stateOnErrors?: boolean | undefined;
  /** Life of an authorization code. @default 300, as documented */
  codeLifetimeSeconds?: number | undefined;

  /** `expires_in` of a token answer. @default 1079, as seen in live answers */
  expiresInSeconds?: number | undefined;
  /** How long an access token really works. @default 1200 (the documented 20 minutes), or `expiresInSeconds` where that is given */
  accessTokenLifetimeSeconds?: number | undefined;
  /** Life of a refresh token, counted from its issue. @default 2592000, 30 days */
  refreshTokenLifetimeSeconds?: number | undefined;
  /** Whether a refresh gives a new refresh token and spends the old one. @default true */
  rotateRefreshTokens?: boolean | undefined;
  /** How long a spent refresh token goes on working; the legacy v1 endpoint had 300. @default 0, the strict case */
  refreshReuseGraceSeconds?: number | undefined;
  /** Whether the use of a spent refresh token or code kills every token that came from the same sign-in. @default false */
  revokeFamilyOnReuse?: boolean | undefined;
  /** Whether an answer without the `offline` scope has a refresh token (one that dies at sign-out). @default true */
  refreshTokenWithoutOffline?: boolean | undefined;
  /** Whether `offline` is granted when the authorization request has no `scope` at all. @default true */
  omittedScopeIncludesOffline?: boolean | undefined;
  /** The scopes of a code exchange without `scope`: those of the authorization request, or all of the integration. @default 'authorized' */
  omittedExchangeScope?: 'authorized' | 'integration' | undefined;
  /** How base URLs are written in a token answer. @default 'url/' */
  instanceUrlShape?: InstanceUrlShape | undefined;

  /** The answer to a code that is unknown, spent or expired. @default `{ status: 401, error: 'invalid_token' }` */
  deadCode?: Refusal | undefined;
  /** The answer to a refresh token that is unknown, spent, expired or revoked. @default `{ status: 401, error: 'invalid_token' }` */
  deadRefreshToken?: Refusal | undefined;
  /** The answer to an `account_id` that the user or the integration has no access to. @default 401 in the REST dialect */
  businessUnitDenied?: Refusal | undefined;

  /** How many objects an answer of SOAP's Retrieve holds before a client has to continue; `BatchSize` of a request can only lower it. @default 2500, as documented */
  soapBatchSize?: number | undefined;
  /** The fault of SOAP for a token that this tenant has never issued, or for none: it is not documented which one comes when. @default 'Login Failed' */
  unknownSoapToken?: 'Login Failed' | 'Token Expired' | undefined;

  /** How long a change in `world` takes to be seen; Marketing Cloud says up to 300. @default 0 */
  propagationSeconds?: number | undefined;
  /** Life of a client secret. @default 15552000, 180 days */
  secretLifetimeSeconds?: number | undefined;

  /** The status of `GET /platform/v1/tokenContext`. @default 202, as documented */
  tokenContextStatus?: 200 | 202 | undefined;
  /**
   * Gives a list of the REST API another dialect than its own, by path, such as
   * `{ '/asset/v1/content/categories': 'capitals' }`: for a client that must understand all of them. A path with a
   * parameter is written as `/hub/v1/campaigns/:parent/assets`.
   *
   * - `items`: `{ count, page, pageSize, links, items }`, also without links, with links to pages, or with numbers as text
   * - `legacy`: `$top` and `$skip`, `{ startIndex, itemsPerPage, totalResults, entry }`
   * - `definitions`: `{ requestId, definitions, count, page, pageSize }`, `count` is how many are on the page
   * - `entities`: `{ page, pageSize, totalCount, entities }`
   * - `capitals`: `{ Count, Page, PageSize, Instances }`
   * - `lastEventId`: `{ lastEventID, messages, count }`; the next page is asked for with `lastEventId`
   * - `nextPageToken`: `{ items, nextPageToken }`; the next page is asked for with `pageToken` or `nextPageToken`
   * - `operations`: `{ pageNumber, pageSize, operations }`, without a count
   * - `array`: everything in a bare array; `arrayOfPage`: an array that holds one page of `items`
   *
   * @default each list's own
   */
  listDialects?: Readonly<Record<string, ListDialect>> | undefined;
  /** What the last page of a list names as its size: the size that was asked for, or how many records it has. @default 'asked' */
  lastPageSize?: 'asked' | 'received' | undefined;
  /** What `$skip` counts on the legacy routes, from 0: `sfmc-sdk` counts pages. @default 'pages' */
  legacySkip?: 'pages' | 'rows' | undefined;
  /** Whether `totalResults` of the legacy routes is right or too large, which has been seen. @default 'exact' */
  legacyTotalResults?: 'exact' | 'larger' | undefined;
}
