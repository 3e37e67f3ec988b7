import { hasCode, MarketingCloudError } from '../errors';
import { isBaseUrl, type Tenant } from '../tenant';
import { getOwn, parseObject, type JsonObject } from '../own-properties';
import { parsePositiveInteger } from '../whole-number';
import { parseScope } from './scopes';

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

/** What `verify` gets as `params`: the answer of the token endpoint without its two tokens. */
export interface TokenParams {
  readonly token_type: string;
  readonly expires_in: number | string;
  readonly scope?: string;
  readonly rest_instance_url: string;
  readonly soap_instance_url: string;
  readonly [name: string]: unknown;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const TOKEN = /^[\x21-\x7e]{1,4096}$/;
const MAX_LIFETIME_S = 86_400;

/**
 * The refresh tokens of refused answers, by the error that tells why one was refused. They are kept apart because an error
 * must not hold a token.
 */
const successors = new WeakMap<MarketingCloudError, string>();

/**
 * The refresh token of an answer that `parseTokens` has refused as `invalid_response`; undefined when it had none, and where
 * the answer was not a refresh's or not this tenant's. It has taken the place of the refresh token before it.
 */
export function getSuccessor(error: MarketingCloudError): string | undefined {
  return successors.get(error);
}

/**
 * Reads a successful answer (RFC 6749 §5.1). It must have a bearer token, a lifetime and the base URLs of this tenant, and
 * no `error`. Of repeated keys the last counts, as in `JSON.parse`. Optional members may be empty.
 *
 * The answer to a refresh has used up the refresh token. So there the content type, an empty `error` and a malformed
 * `scope` are accepted too, and `getSuccessor` has the next refresh token where the answer is refused.
 *
 * @throws MarketingCloudError `invalid_response`, `tenant_mismatch`
 */
export function parseTokens(answer: Answer, tenant: Tenant, kind: 'exchange' | 'refresh'): Tokens {
  const isRefresh = kind === 'refresh';
  const body = isRefresh || isJson(answer.contentType) ? parseObject(answer.text) : undefined;
  if (body === undefined || !isWithoutError(getOwn(body, 'error'), isRefresh)) throw broken(answer);
  try {
    return toTokens(body, answer, tenant, isRefresh);
  } catch (error) {
    const refreshToken = getOwn(body, 'refresh_token');
    const isSuccessor = isRefresh && isToken(refreshToken) && isOfTenant(body, tenant);
    if (isSuccessor && hasCode(error, 'invalid_response')) successors.set(error, refreshToken);
    throw error;
  }
}

function toTokens(body: JsonObject, answer: Answer, tenant: Tenant, isRefresh: boolean): Tokens {
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
    scope: parseIssuedScope(answer, getOwn(body, 'scope'), isRefresh),
    params: withoutTokens(body),
  };
}

function isWithoutError(error: unknown, isRefresh: boolean): boolean {
  return error === undefined || (isRefresh && isEmpty(error));
}

/** Undefined when the answer has no scope. The answer to an exchange may have an empty one: a token without permissions. */
function parseIssuedScope(answer: Answer, scope: unknown, isRefresh: boolean): readonly string[] | undefined {
  if (isRefresh) return parseScope(scope);
  if (scope === undefined || scope === null) return undefined;
  if (typeof scope !== 'string') throw broken(answer, 'scope');
  return parseScope(scope) ?? [];
}

/** Whether an optional member holds nothing. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** The members were checked one by one before. */
function withoutTokens(body: JsonObject): TokenParams {
  const { access_token: _accessToken, refresh_token: _refreshToken, ...params } = body;
  return params as TokenParams;
}

/**
 * Checks the two base URLs of an answer: the access token is sent to them.
 *
 * @throws MarketingCloudError `tenant_mismatch` when one is missing or another tenant's
 */
export function assertTenant(urls: JsonObject, tenant: Tenant): void {
  for (const [name, expected] of baseUrls(tenant)) {
    const value = getOwn(urls, name);
    if (isEmpty(value)) {
      throw new MarketingCloudError('tenant_mismatch', {
        message: `Marketing Cloud's answer has no ${name}.`,
        hint: 'The answer must name the base URLs of the tenant. A proxy or a test server in between may have left it out.',
      });
    }
    if (!isBaseUrl(value, expected)) throw new MarketingCloudError('tenant_mismatch');
  }
}

function isOfTenant(urls: JsonObject, tenant: Tenant): boolean {
  return baseUrls(tenant).every(([name, expected]) => isBaseUrl(getOwn(urls, name), expected));
}

function baseUrls(tenant: Tenant): readonly (readonly [name: string, url: string])[] {
  return [
    ['rest_instance_url', tenant.restBaseUrl],
    ['soap_instance_url', tenant.soapBaseUrl],
  ];
}

/**
 * The error for an answer that breaks the protocol.
 *
 * @param member the one that is missing or unusable
 */
export function broken(answer: Pick<Answer, 'status'>, member?: string): MarketingCloudError {
  return new MarketingCloudError('invalid_response', {
    response: { status: answer.status },
    ...(member !== undefined && { message: `Marketing Cloud's answer has no usable ${member}.` }),
  });
}

/** Whether a content type means JSON, with or without parameters; `text/json` is an old name of it. */
export function isJson(contentType: string): boolean {
  return /^(?:application\/(?:[\w.-]+\+)?|text\/)json *(?:;|$)/i.test(contentType);
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}
