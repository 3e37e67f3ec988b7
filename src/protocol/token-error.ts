import { MarketingCloudError, type ErrorCode, type ErrorResponse } from '../errors';
import { getOwn, parseObject } from '../own-properties';
import { explain } from './explanations';
import { toDescription, toErrorWord } from './server-text';
import { toMeaning } from './token-failures';
import { isJson, type Answer } from './token-response';

/** What was called, which the error of a failed call depends on. */
export interface CallContext {
  readonly kind: 'exchange' | 'refresh' | 'userinfo';
  /** The code of the error when Marketing Cloud calls the code or the token dead. */
  readonly deadCode: Extract<ErrorCode, 'sign_in_expired' | 'sign_in_required'>;
  /** Whether the call carried `account_id`. */
  readonly forBusinessUnit: boolean;
  /** Seconds, from the answer's `Retry-After`. */
  readonly retryAfter?: number | undefined;
  /** The secrets that were sent: a description that repeats one is left out of the error. */
  readonly secrets?: readonly string[] | undefined;
}

/**
 * The error for an answer with a status other than 2xx. Marketing Cloud has two error dialects, OAuth's `{ error }`
 * (RFC 6749 §5.2) and the REST APIs' `{ message, errorcode }`, and sometimes answers with neither; only the status and the
 * OAuth word count.
 */
export function parseTokenError(answer: Answer, call: CallContext): MarketingCloudError {
  const { status } = answer;
  const body = isJson(answer.contentType) ? parseObject(answer.text) : undefined;
  const word = body && toErrorWord(getOwn(body, 'error'));
  const description = body && toDescription(getOwn(body, 'error_description') ?? getOwn(body, 'message'), call.secrets);
  const response: ErrorResponse = {
    status,
    ...(word !== undefined && { error: word }),
    ...(description !== undefined && { description }),
  };
  const { code } = toMeaning({
    status,
    word,
    hasRetryAfter: call.retryAfter !== undefined,
    isRefresh: call.kind === 'refresh',
    forBusinessUnit: call.forBusinessUnit,
  });
  return new MarketingCloudError(code === 'dead_token' ? call.deadCode : code, {
    response,
    retryAfter: call.retryAfter,
    ...explain(description),
  });
}
