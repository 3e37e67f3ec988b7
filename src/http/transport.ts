import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { withoutPrototype } from '../own-properties';
import { startTimeout } from '../with-timeout';
import { BodyWatch, DeadlineError } from './body-watch';
import { ConnectionLimits, type Slot } from './connection-limits';
import { ownDispatcher, type Dispatcher, type OwnDispatcher } from './dispatcher';
import { OpenAnswer, toCallError } from './open-answer';

/** A call to make: an absolute URL that the package has built. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Buffer | Readable | undefined;
  /** Ends the call for its caller; the deadline holds besides. */
  readonly signal?: AbortSignal | undefined;
  /** The grant that the call is made for: one grant takes a part of the connections at most. */
  readonly grantId?: string | undefined;
}

/** An answer read to its end. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly contentType: string;
  readonly text: string;
}

/** Connections of all API calls together, and of those of one grant. Token and userinfo calls have their own. */
const API_CONNECTIONS = { total: 256, perHolder: 64 };
const AUTH_CONNECTIONS = { total: 64, perHolder: 64 };

/** Methods that may be sent again after a connection has broken (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/**
 * Makes the package's HTTP calls. A call has one deadline, which begins when it has a connection to go out by and ends
 * with the last byte of its answer, or with the head of an answer that is read as a stream. Redirects are not followed.
 * Errors hold nothing from the wire.
 */
export class Transport {
  readonly #given: Dispatcher | undefined;
  readonly #timeoutMs: number;
  readonly #apiCalls = new ConnectionLimits(API_CONNECTIONS);
  readonly #authCalls = new ConnectionLimits(AUTH_CONNECTIONS);
  readonly #open = new Set<BodyWatch>();
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
    const text = await answer.text(maxBytes);
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

  /**
   * Makes a call and gives its answer as soon as the head is there. Its body must be read, drained or discarded.
   *
   * @throws MarketingCloudError `upstream_unavailable`; the signal's reason when it is aborted
   */
  async open(given: Call): Promise<OpenAnswer> {
    const call = withoutPrototype(given);
    const { signal } = call;
    signal?.throwIfAborted();
    const slot = await this.#takeSlot(call);
    const stopped = new AbortController();
    const cancelTimeout = startTimeout(this.#timeoutMs, () => stopped.abort(new DeadlineError()));
    const abort = (): void => stopped.abort(new Error('The caller has aborted.'));
    const watch = new BodyWatch({
      endDeadline: cancelTimeout,
      giveUp: (reason) => stopped.abort(reason),
      slot,
      idleMs: this.#timeoutMs,
    });
    const end = (): void => {
      signal?.removeEventListener('abort', abort);
      this.#open.delete(watch);
      watch.closed();
    };
    try {
      signal?.addEventListener('abort', abort);
      const { statusCode, headers, body } = await this.#request(call, stopped.signal);
      this.#open.add(watch);
      body.once('close', end);
      body.on('error', () => undefined);
      return new OpenAnswer({ status: statusCode, headers: flatten(headers), body }, { watch, signal });
    } catch (error) {
      end();
      throw signal?.aborted === true ? signal.reason : toCallError(error);
    }
  }

  /** Lets calls that are under way finish, then closes the package's own connections; a given dispatcher stays open. */
  async close(): Promise<void> {
    for (const watch of this.#open) watch.endSoon();
    const own = this.#own;
    this.#own = undefined;
    await (await own)?.close();
  }

  /** A dispatcher that was given has limits of its own, or none. */
  async #takeSlot({ grantId, signal }: Call): Promise<Slot | undefined> {
    if (this.#given !== undefined) return undefined;
    return await (grantId === undefined ? this.#authCalls.take('', signal) : this.#apiCalls.take(grantId, signal));
  }

  /**
   * Sends a call. A kept-alive connection may have been closed by the other side just before: a call that may be sent
   * twice is sent once more then.
   */
  async #request(call: Call, signal: AbortSignal): ReturnType<Dispatcher['request']> {
    const url = new URL(call.url);
    const dispatcher = this.#given ?? (await (this.#own ??= ownDispatcher(this.#timeoutMs)));
    // Bare, since undici has many more options, such as the name that a certificate must be for.
    const request = withoutPrototype({
      origin: url.origin,
      path: url.pathname + url.search,
      method: call.method,
      headers: call.headers,
      body: call.body ?? null,
      signal,
      // Off: they fire before an answer is read that has arrived in time. The deadline is the call's.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    try {
      return await dispatcher.request(request);
    } catch (error) {
      const isStream = typeof request.body === 'object' && request.body !== null && !Buffer.isBuffer(request.body);
      if (signal.aborted || isStream || !IDEMPOTENT.has(call.method) || !isReset(error)) throw error;
      return await dispatcher.request(request);
    }
  }
}

function isReset(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

function flatten(headers: Record<string, string | string[] | undefined>): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return flat;
}
