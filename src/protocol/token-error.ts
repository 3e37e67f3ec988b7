import { MarketingCloudError, type ErrorCode, type ErrorResponse } from '../errors';
import { explain } from './explanations';
import { getOwn, parseObject } from '../own-properties';
import { isJson, type Answer } from './token-response';

/** Words that end a code or a refresh token. Only the first is in RFC 6749 §5.2; the others are seen in the field. */
const DEAD: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_token', 'access_denied']);
/** Words that blame the client. */
const CLIENT: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);

/** Statuses that ask to send the same request again: https://www.rfc-editor.org/rfc/rfc9110#name-408-request-timeout */
const TRY_AGAIN: ReadonlySet<number> = new Set([408, 421, 425]);

/** The circumstances of a refused call. */
export interface RefusedCall {
  readonly kind: 'exchange' | 'refresh' | 'userinfo';
  /** What a dead code or token means here. */
  readonly dead: Extract<ErrorCode, 'sign_in_expired' | 'sign_in_required'>;
  /** Whether the call carried `account_id`. */
  readonly forBusinessUnit: boolean;
  /** Seconds, as the answer's `Retry-After` says. */
  readonly retryAfter?: number | undefined;
  /** What must not be told to anybody, should the server send it back. */
  readonly secrets?: readonly string[] | undefined;
}

const MAX_DESCRIPTION = 1_024;

/**
 * What an answer that is no success means. Marketing Cloud has two error dialects, OAuth's `{ error }` and the REST
 * APIs' `{ message, errorcode }`, and now and then answers with neither; only the status and the OAuth word count.
 */
export function readTokenError(answer: Answer, call: RefusedCall): MarketingCloudError {
  const { status } = answer;
  const error = errorWord(answer);
  const description = readDescription(answer, call.secrets ?? []);
  const response: ErrorResponse = {
    status,
    ...(error !== undefined && { error }),
    ...(description !== undefined && { description }),
  };
  const as = (code: ErrorCode): MarketingCloudError =>
    new MarketingCloudError(code, { response, retryAfter: call.retryAfter, ...explain(description) });
  if (status === 429) return as('rate_limited');
  if (status >= 500 || TRY_AGAIN.has(status)) return as('upstream_unavailable');
  if (status < 400) return as('invalid_response');
  if (error !== undefined && DEAD.has(error)) return as(call.dead);
  if (error !== undefined && CLIENT.has(error)) return as('invalid_client');
  if (call.forBusinessUnit && (status === 401 || status === 403)) return as('business_unit_denied');
  // A refusal in no dialect of Marketing Cloud comes from a proxy on the way, and says nothing of the refresh token.
  return as(call.kind === 'refresh' && error === undefined ? 'upstream_unavailable' : 'invalid_response');
}

/**
 * The `error` of an OAuth answer, only where it looks like one of its words: small letters and underscores. Anything
 * else could be an echo of what we sent.
 */
export function errorWord(answer: Answer): string | undefined {
  const body = isJson(answer.contentType) ? parseObject(answer.text) : undefined;
  return body === undefined ? undefined : asErrorWord(getOwn(body, 'error'));
}

/** What an answer says in words: `error_description`, or `message` in the dialect of the REST APIs. */
function readDescription(answer: Answer, secrets: readonly string[]): string | undefined {
  const body = isJson(answer.contentType) ? parseObject(answer.text) : undefined;
  if (body === undefined) return undefined;
  return asDescription(getOwn(body, 'error_description') ?? getOwn(body, 'message'), secrets);
}

/** The value where it is a text, cut where it is long; undefined when one of the secrets is in it. */
export function asDescription(value: unknown, secrets: readonly string[] = []): string | undefined {
  if (typeof value !== 'string' || value === '' || secrets.some((secret) => value.includes(secret))) return undefined;
  return value.slice(0, MAX_DESCRIPTION);
}

/** The value where it looks like an error word. */
export function asErrorWord(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z_]{1,64}$/.test(value) ? value : undefined;
}
