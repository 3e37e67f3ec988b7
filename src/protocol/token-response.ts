import { MarketingCloudError } from '../errors';
import { isBaseUrl, type Tenant } from '../tenant';
import { getOwn, parseObject, type JsonObject } from '../own-properties';
import { parsePositiveInteger } from '../whole-number';
import { readScope } from './scopes';

/** Tokens as the token endpoint gave them. */
export interface Tokens {
  readonly accessToken: string;
  /** Undefined when the answer has none. */
  readonly refreshToken: string | undefined;
  /** How long the access token lives, counted from the moment its request was sent; a day at most. */
  readonly lifetimeMs: number;
  /** Undefined when the answer names none. */
  readonly scope: readonly string[] | undefined;
  /** The answer by the wire's own names without its two tokens, as verify functions know it. */
  readonly params: TokenParams;
}

/** What `verify` gets as `params`. */
export interface TokenParams {
  readonly token_type: string;
  readonly expires_in: number | string;
  readonly scope?: string;
  readonly rest_instance_url: string;
  readonly soap_instance_url: string;
  readonly [name: string]: unknown;
}

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const TOKEN = /^[\x21-\x7e]{1,4096}$/;
const MAX_LIFETIME_S = 86_400;

/**
 * Reads a successful answer (RFC 6749 §5.1). Strict in what decides: a bearer token, a lifetime, and base URLs that are
 * this tenant's; an answer that names an `error` is none, whatever else it holds. Of repeated keys the last counts, as in
 * `JSON.parse`.
 *
 * Lenient in what does not decide: optional members that are empty. The answer to a refresh has cost
 * the refresh token, so that there the content type, an empty `error` and a scope that is none do not count either.
 *
 * @throws MarketingCloudError `invalid_response`, `tenant_mismatch`
 */
export function readTokens(answer: Answer, tenant: Tenant, kind: 'exchange' | 'refresh'): Tokens {
  const isRefresh = kind === 'refresh';
  const body = isRefresh || isJson(answer.contentType) ? parseObject(answer.text) : undefined;
  if (body === undefined || !isWithoutError(getOwn(body, 'error'), isRefresh)) throw broken(answer);
  const accessToken = getOwn(body, 'access_token');
  const refreshToken = getOwn(body, 'refresh_token');
  const tokenType = getOwn(body, 'token_type');
  const lifetimeSeconds = parsePositiveInteger(getOwn(body, 'expires_in'));
  if (!isToken(accessToken)) throw broken(answer, 'access_token');
  if (!isEmpty(refreshToken) && !isToken(refreshToken)) throw broken(answer, 'refresh_token');
  if (typeof tokenType !== 'string' || tokenType.toLowerCase() !== 'bearer') throw broken(answer, 'token_type');
  if (lifetimeSeconds === undefined) throw broken(answer, 'expires_in');
  assertTenant(body, tenant);
  return {
    accessToken,
    refreshToken: isToken(refreshToken) ? refreshToken : undefined,
    lifetimeMs: Math.min(lifetimeSeconds, MAX_LIFETIME_S) * 1000,
    scope: readIssuedScope(answer, getOwn(body, 'scope'), isRefresh),
    params: withoutTokens(body),
  };
}

function isWithoutError(error: unknown, isRefresh: boolean): boolean {
  return error === undefined || (isRefresh && isEmpty(error));
}

/** Undefined when the answer names none. An exchange may be answered by an empty one: a token without permissions. */
function readIssuedScope(answer: Answer, scope: unknown, isRefresh: boolean): readonly string[] | undefined {
  if (isRefresh) return readScope(scope);
  if (scope === undefined || scope === null) return undefined;
  if (typeof scope !== 'string') throw broken(answer, 'scope');
  return readScope(scope) ?? [];
}

/** Whether an optional member says nothing. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** The members were checked one by one before. */
function withoutTokens(body: JsonObject): TokenParams {
  const { access_token: _accessToken, refresh_token: _refreshToken, ...params } = body;
  return params as TokenParams;
}

/** Both base URLs must be there and be this tenant's: the access token is sent to them. */
export function assertTenant(urls: JsonObject, tenant: Tenant): void {
  const expected = { rest_instance_url: tenant.restBaseUrl, soap_instance_url: tenant.soapBaseUrl };
  for (const [name, url] of Object.entries(expected)) {
    const value = getOwn(urls, name);
    if (isEmpty(value)) {
      throw new MarketingCloudError('tenant_mismatch', {
        message: `Marketing Cloud's answer has no ${name}.`,
        hint: 'The answer must name the base URLs of the tenant. A proxy in between, or a stand-in for Marketing Cloud, has left it out.',
      });
    }
    if (!isBaseUrl(value, url)) throw new MarketingCloudError('tenant_mismatch');
  }
}

/**
 * An answer that breaks the protocol, as an error.
 *
 * @param member the one that is missing or cannot be used
 */
export function broken(answer: Pick<Answer, 'status'>, member?: string): MarketingCloudError {
  return new MarketingCloudError('invalid_response', {
    response: { status: answer.status },
    ...(member !== undefined && { message: `Marketing Cloud's answer has no usable ${member}.` }),
  });
}

/** Whether a content type says JSON, with or without parameters; `text/json` is an old name of it. */
export function isJson(contentType: string): boolean {
  return /^(?:application\/(?:[\w.-]+\+)?|text\/)json *(?:;|$)/i.test(contentType);
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}
