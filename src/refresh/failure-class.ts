import type { MarketingCloudError } from '../errors';

/**
 * What a failed refresh means for the grant and for the next try.
 *
 * - `dead`: the refresh token is spent, revoked or expired;
 * - `untouched`: Marketing Cloud has certainly not acted on it, and it may be tried again at once;
 * - `ambiguous`: it may have been acted on, and the answer is lost;
 * - `unreadable`: an answer came that makes no sense, or is a proxy's or another tenant's: asking again at once brings no
 *   better one;
 * - `unexplained`: Marketing Cloud refused it with a word that blames neither the refresh token nor the client;
 * - `notRetryable`: refused for a reason that waiting or the configuration mends; trying again at once does not help.
 */
export type FailureClass = 'dead' | 'untouched' | 'ambiguous' | 'unreadable' | 'unexplained' | 'notRetryable';

/**
 * Failures before a request was on its way: no connection, no name, no trust. Of OpenSSL's only those of a handshake: a
 * record that does not decrypt may be the answer.
 */
const NOT_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|EPROTO|ERR_TLS_[A-Z_]+|ERR_SSL_\w*(?:HANDSHAKE_FAILURE|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|UNRECOGNIZED_NAME|WRONG_VERSION_NUMBER)|CERT_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+)$/;

/** The class of a failed refresh. */
export function classifyFailure(error: MarketingCloudError): FailureClass {
  if (error.code === 'sign_in_required') return 'dead';
  if (error.code === 'tenant_mismatch') return 'unreadable';
  const status = error.response?.status;
  if (error.code === 'invalid_response') return status !== undefined && status >= 400 ? 'unexplained' : 'unreadable';
  if (error.code !== 'upstream_unavailable') return 'notRetryable';
  if (status === undefined) {
    const { message } = Object(error.cause) as { message?: unknown };
    return NOT_SENT.test(String(message)) ? 'untouched' : 'ambiguous';
  }
  if (status === 421 || status === 425 || (status === 503 && error.retryAfter !== undefined)) return 'untouched';
  return status >= 400 && status < 500 && status !== 408 ? 'unreadable' : 'ambiguous';
}
