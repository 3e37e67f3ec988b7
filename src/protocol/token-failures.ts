import type { ErrorCode, MarketingCloudError } from '../errors';

/**
 * What a failed refresh says of the refresh token that was sent, and whether to send it again.
 *
 * - `dead`: it is spent, revoked or expired;
 * - `untouched`: Marketing Cloud has certainly not used it;
 * - `ambiguous`: it may have been used, and the answer with its successor is lost;
 * - `unreadable`: the answer makes no sense, or is a proxy's or another tenant's; the token may have been used;
 * - `unexplained`: refused with a word that blames neither the refresh token nor the client;
 * - `notRetryable`: refused for a reason that only waiting or another configuration removes.
 */
export type FailureClass = 'dead' | 'untouched' | 'ambiguous' | 'unreadable' | 'unexplained' | 'notRetryable';

/** What each class means for the refresh that failed. `maxTries` counts the first call. */
export const FAILURE_EFFECTS: Readonly<Record<FailureClass, { maxTries: number; mayBeSpent: boolean }>> = {
  dead: { maxTries: 1, mayBeSpent: false },
  untouched: { maxTries: 3, mayBeSpent: false },
  ambiguous: { maxTries: 2, mayBeSpent: true },
  unreadable: { maxTries: 1, mayBeSpent: true },
  unexplained: { maxTries: 1, mayBeSpent: false },
  notRetryable: { maxTries: 1, mayBeSpent: false },
};

/** An answer of the token or userinfo endpoint with a status other than 2xx. */
export interface TokenErrorFacts {
  readonly status: number;
  /** The OAuth `error` word; undefined when the answer has none. */
  readonly word: string | undefined;
  /** Whether the answer has a usable `Retry-After`. */
  readonly hasRetryAfter: boolean;
  readonly isRefresh: boolean;
  /** Whether the call carried `account_id`. */
  readonly forBusinessUnit: boolean;
}

/** What such an answer means. `dead_token` stands for the code that a dead token or code has in its call. */
export interface TokenErrorMeaning {
  readonly code: Extract<ErrorCode, TokenErrorCode> | 'dead_token';
  readonly failure: FailureClass;
}

type TokenErrorCode =
  'rate_limited' | 'upstream_unavailable' | 'invalid_response' | 'invalid_client' | 'business_unit_denied';

/** Words that end a code or a refresh token. Only the first is in RFC 6749 §5.2; the others are seen in the field. */
const DEAD = ['invalid_grant', 'invalid_token', 'access_denied'];
/** Words that blame the client. */
const CLIENT = ['invalid_client', 'unauthorized_client'];

interface Row extends TokenErrorMeaning {
  /** The statuses that the row is about, both included. */
  readonly status: readonly [from: number, to: number];
  /** The row is about these words only; `null` is an answer without one. */
  readonly words?: readonly (string | null)[];
  /** The row is about such calls or answers only. */
  readonly only?: 'hasRetryAfter' | 'isRefresh' | 'forBusinessUnit';
}

/**
 * Every such answer by status and word; the first row that fits decides. RFC 9110 explains 408, 421 and 425: the request may
 * be sent again. A refused refresh without a word comes from a proxy, and says nothing of the refresh token.
 */
const TOKEN_ERRORS: readonly Row[] = [
  { status: [429, 429], code: 'rate_limited', failure: 'notRetryable' },
  { status: [503, 503], only: 'hasRetryAfter', code: 'upstream_unavailable', failure: 'untouched' },
  { status: [500, 999], code: 'upstream_unavailable', failure: 'ambiguous' },
  { status: [408, 408], code: 'upstream_unavailable', failure: 'ambiguous' },
  { status: [421, 421], code: 'upstream_unavailable', failure: 'untouched' },
  { status: [425, 425], code: 'upstream_unavailable', failure: 'untouched' },
  { status: [0, 399], code: 'invalid_response', failure: 'unreadable' },
  { status: [400, 499], words: DEAD, code: 'dead_token', failure: 'dead' },
  { status: [400, 499], words: CLIENT, code: 'invalid_client', failure: 'notRetryable' },
  { status: [401, 401], only: 'forBusinessUnit', code: 'business_unit_denied', failure: 'notRetryable' },
  { status: [403, 403], only: 'forBusinessUnit', code: 'business_unit_denied', failure: 'notRetryable' },
  { status: [400, 499], words: [null], only: 'isRefresh', code: 'upstream_unavailable', failure: 'unreadable' },
  { status: [400, 499], code: 'invalid_response', failure: 'unexplained' },
];

const UNKNOWN_TOKEN_ERROR: TokenErrorMeaning = { code: 'invalid_response', failure: 'unreadable' };

/** What such an answer means: the row of the table above. */
export function toMeaning(facts: TokenErrorFacts): TokenErrorMeaning {
  const { status, word = null } = facts;
  const found = TOKEN_ERRORS.find(
    ({ status: [from, to], words, only }) =>
      status >= from &&
      status <= to &&
      (words === undefined || words.includes(word)) &&
      (only === undefined || facts[only]),
  );
  return found ?? UNKNOWN_TOKEN_ERROR;
}

/**
 * Causes of a failure before the request was sent: no connection, no name, no trust. Of OpenSSL's only those of a
 * handshake: a record that does not decrypt may be the answer.
 */
const NOT_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|EPROTO|ERR_TLS_[A-Z_]+|ERR_SSL_\w*(?:HANDSHAKE_FAILURE|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|UNRECOGNIZED_NAME|WRONG_VERSION_NUMBER)|CERT_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+)$/;

/** The class of a failed refresh, by the error that its call ended with. */
export function classifyFailure(error: MarketingCloudError): FailureClass {
  const { code, response, retryAfter } = error;
  if (response === undefined) return classifyWithoutAnswer(error);
  // A 2xx that holds no tokens. Where it has broken off, its tokens are lost.
  if (response.status < 300) return code === 'upstream_unavailable' ? 'ambiguous' : 'unreadable';
  return toMeaning({
    status: response.status,
    word: response.error,
    hasRetryAfter: retryAfter !== undefined,
    isRefresh: true,
    forBusinessUnit: code === 'business_unit_denied',
  }).failure;
}

function classifyWithoutAnswer({ code, cause }: MarketingCloudError): FailureClass {
  if (code === 'sign_in_required') return 'dead';
  if (code === 'tenant_mismatch' || code === 'invalid_response') return 'unreadable';
  if (code !== 'upstream_unavailable') return 'notRetryable';
  const { message } = Object(cause) as { message?: unknown };
  return NOT_SENT.test(String(message)) ? 'untouched' : 'ambiguous';
}
