import type { Readable } from 'node:stream';

/** A call to the token or the userinfo endpoint: its answer is short, and is read to its end. */
export interface WholeCall {
  readonly method: 'GET' | 'POST';
  /** An absolute URL that the package has built. */
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string | undefined;
}

/** A whole answer of more bytes than this is refused. */
export const MAX_WHOLE_BYTES = 1_048_576;

/** An answer that was read to its end. */
export interface WholeAnswer {
  readonly status: number;
  /** Empty when the header is missing, like the text of an empty body. */
  readonly contentType: string;
  readonly text: string;
  /** The `Retry-After` header. */
  readonly retryAfter: string | undefined;
}

/** A call to an API, whose answer the caller reads, drains or discards. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  /** An absolute URL that the package has built. */
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Buffer | Readable | undefined;
  /** Ends the call for its caller; the deadline holds besides. */
  readonly signal?: AbortSignal | undefined;
  /** The grant that the call is made for: one grant takes a part of the connections at most. */
  readonly grantId?: string | undefined;
}

/** Headers, in lower case, that say how bytes are sent: each call has its own. */
export const MESSAGE_HEADERS: readonly string[] = [
  ...['host', 'connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade'],
];

/** Methods that may be sent again after a connection has broken (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/**
 * Whether a call that failed with this error may be sent once more: the other side may have closed a kept-alive connection
 * just before the call went out.
 */
export function maySendAgain(method: string, error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return IDEMPOTENT.has(method) && (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE');
}
