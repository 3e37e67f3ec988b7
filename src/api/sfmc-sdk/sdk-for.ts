import { ApiError } from '../../errors';
import { parseOptions } from '../../strict-options';
import { Connection } from '../connection';
import type { MarketingCloud } from '../marketing-cloud';
import type { Credentials } from '../credentials';
import { withoutTokens } from './without-tokens';

/**
 * Options of `sfmc-sdk`'s own.
 *
 * @example
 * const options: SdkOptions = { requestAttempts: 2 };
 * const sdk = sdkFor(SDK, req.marketingCloud, options);
 */
export interface SdkOptions {
  /**
   * How often one call is made at most; with 1 a refused token is the call's error.
   *
   * @default 2
   */
  readonly requestAttempts?: number | undefined;
  /**
   * Whether a call of any method is repeated when the connection breaks.
   *
   * @default false
   */
  readonly retryOnConnectionError?: boolean | undefined;
  /** `onLoop`, `onConnectionError`, `logRequest` (which gets the token) and `logResponse`; there is no `onRefresh` here. */
  readonly eventHandlers?: object | undefined;
}

/**
 * The class that `sfmc-sdk` exports, version 2 or 3.
 *
 * @example
 * const create = <T extends object>(SDK: SdkClass<T>): T => sdkFor(SDK, strategy.grant(id));
 */
export type SdkClass<T extends object> = new (...args: never[]) => T;

/** What sfmc-sdk knows of a session; the names are those of a token answer. */
interface SdkSession {
  readonly rest_instance_url: string;
  readonly soap_instance_url: string;
  readonly access_token?: string;
}

interface SdkAuth {
  authObject: SdkSession;
  getAccessToken: (forceRefresh?: boolean) => Promise<SdkSession>;
}

interface SdkClient {
  auth: SdkAuth;
  options: { readonly eventHandlers?: { readonly onConnectionError?: unknown } };
  _apiRequest: (this: SdkClient, request: SdkRequest, ...more: unknown[]) => Promise<unknown>;
}

/** A REST request has a URL, a SOAP request has none. */
interface SdkRequest {
  readonly url?: unknown;
}

interface SdkShape {
  readonly auth: SdkAuth;
  readonly rest: SdkClient;
  readonly soap: SdkClient;
}

/** Values that sfmc-sdk requires in its constructor and does not use with the package's tokens. */
const PLACEHOLDERS = {
  client_id: 'kept-by-passport-marketing-cloud',
  client_secret: 'kept-by-passport-marketing-cloud',
  account_id: 1,
  auth_url: `https://${'x'.repeat(28)}.auth.marketingcloudapis.com/`,
};

/**
 * An instance of your own `sfmc-sdk` class that calls Marketing Cloud with a grant's tokens: `req.marketingCloud`, or
 * `strategy.grant(id)` in a job. Each call gets fresh ones; a token that Marketing Cloud refuses is replaced by the one
 * refresh that all waiters share, and the call made again. Everything else is sfmc-sdk's own, its errors too; what could
 * show a token is taken out of them.
 *
 * REST paths stay under the tenant's base URL; one that would leave it throws a `TypeError`.
 *
 * @param SDK `import SDK from 'sfmc-sdk'`; it is never loaded from here
 * @throws TypeError when one of the two is not what it should be
 *
 * @example
 * const sdk = sdkFor(SDK, req.marketingCloud);
 * const folders = await sdk.soap.retrieve('DataFolder', ['ID', 'Name'], {});
 */
export function sdkFor<T extends object>(SDK: SdkClass<T>, connection: MarketingCloud, options: SdkOptions = {}): T {
  if (!isConnection(connection)) {
    throw new TypeError('sdkFor(SDK, connection) needs req.marketingCloud or strategy.grant(id).');
  }
  if (typeof SDK !== 'function') {
    throw new TypeError("sdkFor(SDK, connection) needs the class: import SDK from 'sfmc-sdk'.");
  }
  const option = parseOptions('sdkFor()', options, ['requestAttempts', 'retryOnConnectionError', 'eventHandlers']);
  const eventHandlers = option('eventHandlers');
  const settings = {
    ...(eventHandlers !== undefined && { eventHandlers }),
    requestAttempts: option('requestAttempts') ?? 2,
    retryOnConnectionError: option('retryOnConnectionError') ?? false,
  };
  const sdk = new (SDK as new (...args: unknown[]) => T)({ ...PLACEHOLDERS }, settings);
  if (!isSdk(sdk)) throw new TypeError('sdkFor(SDK, connection) needs the class of sfmc-sdk 2 or 3.');
  const { auth, rest, soap } = sdk;
  // A SOAP fault says that the token has expired; a 401 of REST may have other reasons.
  const expired: Replace = (accessToken) => connection.refused(accessToken);
  const unauthorized: Replace = (accessToken) => Connection.replace(connection, accessToken);
  hide(rest, '_apiRequest', toRequest(rest, connection, unauthorized));
  hide(soap, '_apiRequest', toRequest(soap, connection, expired));
  hide(auth, 'getAccessToken', getSessions(auth, { connection, replace: expired, used: new Set() }));
  return sdk;
}

/** Gives credentials in place of those with this token, or the same where that is not the reason. */
type Replace = (accessToken: string) => Promise<Credentials>;

interface SessionSource {
  readonly connection: MarketingCloud;
  readonly replace: Replace;
  /** Tokens that have been given out, which no error may show. */
  readonly used: Set<string>;
  /** How often a token is replaced. */
  readonly maxReplacements?: number;
}

/**
 * sfmc-sdk keeps one session for all its calls. Here each call has its own, so that it is known which token was refused,
 * and its own options, which version 3 counts down.
 */
function toRequest(client: SdkClient, connection: MarketingCloud, replace: Replace): SdkClient['_apiRequest'] {
  const { auth, _apiRequest: original } = client;
  return async function authorizedRequest(request, ...more) {
    const used = new Set<string>();
    const session = Object.create(auth) as SdkAuth;
    session.getAccessToken = getSessions(session, { connection, replace, used, maxReplacements: 1 });
    const call = Object.create(client) as SdkClient;
    Object.assign(call, { auth: session, options: optionsFor(client.options, used) });
    hide(call, '_apiRequest', original);
    const sent = request.url === undefined ? request : { ...request, url: getPath(request.url) };
    try {
      return await original.call(call, sent, ...more);
    } catch (error) {
      throw withoutTokens(error, used);
    }
  };
}

/** The options of one call: the error of a broken connection shows no token either. */
function optionsFor(options: SdkClient['options'], used: ReadonlySet<string>): SdkClient['options'] {
  const { eventHandlers } = options;
  const onConnectionError = eventHandlers?.onConnectionError;
  if (eventHandlers === undefined || typeof onConnectionError !== 'function') return { ...options };
  const handlers = Object.create(eventHandlers) as NonNullable<typeof eventHandlers>;
  hide(handlers, 'onConnectionError', (error: unknown, ...more: unknown[]): unknown =>
    (onConnectionError as (...args: unknown[]) => unknown).call(eventHandlers, withoutTokens(error, used), ...more),
  );
  return { ...options, eventHandlers: handlers };
}

/** Sets a session's tokens and gives it. */
function getSessions(session: SdkAuth, source: SessionSource): SdkAuth['getAccessToken'] {
  const { connection, replace, used, maxReplacements = Number.POSITIVE_INFINITY } = source;
  let current: Credentials | undefined;
  let replacements = 0;
  return async (forceRefresh) => {
    if (forceRefresh !== true) current = await connection.credentials();
    else {
      if (replacements === maxReplacements) throw new ApiError({ status: 401 });
      replacements += 1;
      const { accessToken } = current ?? (await connection.credentials());
      current = await replace(accessToken);
      if (current.accessToken === accessToken && maxReplacements === 1) throw new ApiError({ status: 401 });
    }
    used.add(current.accessToken);
    return (session.authObject = getSession(current));
  };
}

/** The token is readable by name, and not enumerable. */
function getSession(credentials: Credentials): SdkSession {
  const shown = {
    auth_url: `${credentials.authBaseUrl}/`,
    rest_instance_url: `${credentials.restBaseUrl}/`,
    soap_instance_url: `${credentials.soapBaseUrl}/`,
    account_id: credentials.businessUnitId,
    scope: credentials.scope,
  };
  return Object.defineProperty(shown, 'access_token', { get: () => credentials.accessToken, enumerable: false });
}

/** A path without the slash it begins with, so that it is appended to the base URL and does not replace its path. */
function getPath(url: unknown): string {
  const path = String(url).replace(/^\/(?!\/)/, '');
  const base = 'https://base.invalid/base/';
  if (/^(?:[a-z][a-z\d+.-]*:|[/\\])/i.test(path) || !new URL(path, base).href.startsWith(base)) {
    throw new TypeError("The path must stay under the tenant's REST base URL.");
  }
  return path;
}

/** By shape, so that a connection of another copy of the package counts. */
function isConnection(value: unknown): value is MarketingCloud {
  const { credentials, refused } = Object(value) as Partial<MarketingCloud>;
  return typeof credentials === 'function' && typeof refused === 'function';
}

function isSdk(sdk: object): sdk is SdkShape {
  const { auth, rest, soap } = sdk as Partial<SdkShape>;
  return (
    typeof auth?.getAccessToken === 'function' &&
    [rest, soap].every((client) => typeof client?._apiRequest === 'function')
  );
}

function hide(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}
