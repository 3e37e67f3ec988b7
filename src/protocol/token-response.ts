import { MarketingCloudError } from '../errors';
import { isBaseUrl, type Tenant } from '../tenant';
import { own, parseObject, type JsonObject } from './own';
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
 * Reads a successful answer (RFC 6749 §5.1) strictly: JSON by its content type, a bearer token, a lifetime, and base
 * URLs that are this tenant's. An answer that names an `error` is none, whatever else it holds. Of repeated keys the
 * last counts, as in `JSON.parse`.
 *
 * @throws MarketingCloudError `invalid_response`, `tenant_mismatch`
 */
export function readTokens(answer: Answer, tenant: Tenant): Tokens {
  const body = isJson(answer.contentType) ? parseObject(answer.text) : undefined;
  if (body === undefined || own(body, 'error') !== undefined) throw broken(answer);
  const accessToken = own(body, 'access_token');
  const refreshToken = own(body, 'refresh_token');
  const tokenType = own(body, 'token_type');
  const scope = own(body, 'scope');
  const lifetimeSeconds = readSeconds(own(body, 'expires_in'));
  if (
    !isToken(accessToken) ||
    !(refreshToken === undefined || refreshToken === null || isToken(refreshToken)) ||
    typeof tokenType !== 'string' ||
    tokenType.toLowerCase() !== 'bearer' ||
    lifetimeSeconds === undefined ||
    !(scope === undefined || scope === null || typeof scope === 'string')
  ) {
    throw broken(answer);
  }
  assertTenant(body, tenant);
  return {
    accessToken,
    refreshToken: isToken(refreshToken) ? refreshToken : undefined,
    lifetimeMs: Math.min(lifetimeSeconds, MAX_LIFETIME_S) * 1000,
    scope: typeof scope === 'string' ? (readScope(scope) ?? []) : undefined,
    params: withoutTokens(body),
  };
}

/** The members were checked one by one before. */
function withoutTokens(body: JsonObject): TokenParams {
  const { access_token: _accessToken, refresh_token: _refreshToken, ...params } = body;
  return params as TokenParams;
}

/** Both base URLs must be there and be this tenant's: the access token is sent to them. */
export function assertTenant(urls: JsonObject, tenant: Tenant): void {
  if (
    !isBaseUrl(own(urls, 'rest_instance_url'), tenant.restBaseUrl) ||
    !isBaseUrl(own(urls, 'soap_instance_url'), tenant.soapBaseUrl)
  ) {
    throw new MarketingCloudError('tenant_mismatch');
  }
}

/** An answer that breaks the protocol, as an error. */
export function broken(answer: Pick<Answer, 'status'>): MarketingCloudError {
  return new MarketingCloudError('invalid_response', { response: { status: answer.status } });
}

/** Whether a content type says JSON, with or without parameters. */
export function isJson(contentType: string): boolean {
  return /^application\/json *(?:;|$)/i.test(contentType);
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}

/** A positive integer, or its digits in a string: both are seen. */
function readSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined;
}
