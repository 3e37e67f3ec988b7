import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { bareCause, MarketingCloudError } from '../errors';
import { bare } from '../protocol/own';
import { startTimeout } from '../with-timeout';
import { ownDispatcher, type Dispatcher, type OwnDispatcher } from './dispatcher';
import { decoded, read } from './body';

/** A call to make: an absolute URL that we built ourselves. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Buffer | Readable | undefined;
  /** The caller's own wish to stop; our deadline holds besides. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose body is still to be read; it is under the call's deadline until it has ended. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Readable;
}

/** An answer read to its end. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly contentType: string;
  readonly text: string;
}

/**
 * The one way out. A call has one deadline from its start to the last byte of its answer; redirects are not followed;
 * errors hold nothing from the wire.
 */
export class Transport {
  readonly #given: Dispatcher | undefined;
  readonly #timeoutMs: number;
  #own: Promise<OwnDispatcher> | undefined;

  constructor(options: { dispatcher?: Dispatcher | undefined; timeoutMs: number }) {
    this.#given = options.dispatcher;
    this.#timeoutMs = options.timeoutMs;
  }

  /**
   * Makes a call and reads its answer whole, up to a limit after decoding. A redirect is an answer like any other.
   *
   * @throws MarketingCloudError `upstream_unavailable` (503, or 504 when time ran out), `invalid_response`
   */
  async call(call: Call, maxBytes = 1_048_576): Promise<WholeAnswer> {
    const answer = await this.open(call);
    const text = await readText(answer, maxBytes);
    // The connection is free for the next call only one turn after the body's end; without the wait a second call
    // would open a second connection.
    await nextTurn();
    return {
      status: answer.status,
      headers: answer.headers,
      contentType: answer.headers.get('content-type') ?? '',
      text,
    };
  }

  /** Makes a call and gives its answer as soon as the head is there. The body must be read or destroyed. */
  async open(call: Call): Promise<OpenAnswer> {
    const { url: target, method, headers: sent, body: payload = null, signal } = bare(call);
    const url = new URL(target);
    const deadline = new AbortController();
    const cancelTimeout = startTimeout(this.#timeoutMs, () => deadline.abort(new DeadlineError()));
    const stop = (): void => deadline.abort(signal?.reason);
    const settle = (): void => {
      cancelTimeout();
      signal?.removeEventListener('abort', stop);
    };
    try {
      signal?.throwIfAborted();
      signal?.addEventListener('abort', stop);
      const dispatcher = this.#given ?? (await (this.#own ??= ownDispatcher(this.#timeoutMs)));
      // Bare, since undici has many more options, such as the name that a certificate must be for.
      const asked = bare({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: sent,
        body: payload,
        signal: deadline.signal,
        // Off: they fire before an answer is read that has arrived in time. The deadline is ours.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const { statusCode, headers, body } = await dispatcher.request(asked);
      body.once('close', settle);
      const flat = flatten(headers);
      return { status: statusCode, headers: flat, body: decoded(body, flat.get('content-encoding')) };
    } catch (error) {
      settle();
      if (signal?.aborted === true) throw error;
      throw asUnavailable(error);
    }
  }

  /** Lets calls that are under way finish, then closes our own connections; a dispatcher that was given stays open. */
  async close(): Promise<void> {
    const own = this.#own;
    this.#own = undefined;
    await (await own)?.close();
  }
}

/**
 * The text of an answer, at most `maxBytes` of it.
 *
 * @throws MarketingCloudError `upstream_unavailable` when it breaks off, `invalid_response` when there is more
 */
export async function readText(answer: OpenAnswer, maxBytes: number): Promise<string> {
  try {
    return await read(answer.body, maxBytes);
  } catch (error) {
    throw asUnavailable(error, answer.status);
  }
}

class DeadlineError extends Error {
  readonly code = 'DEADLINE';
}

/** Whatever ended a call before its answer, as an error that says so. */
function asUnavailable(error: unknown, status?: number): unknown {
  if (error instanceof MarketingCloudError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return new MarketingCloudError('upstream_unavailable', {
    ...((code === 'DEADLINE' || code === 'UND_ERR_CONNECT_TIMEOUT') && {
      status: 504,
      message: 'Marketing Cloud did not answer in time.',
    }),
    ...(status !== undefined && { response: { status } }),
    cause: bareCause(error),
  });
}

function flatten(headers: Record<string, string | string[] | undefined>): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return flat;
}
