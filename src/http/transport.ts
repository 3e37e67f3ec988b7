import { setImmediate as nextTurn } from 'node:timers/promises';
import { withoutPrototype } from '../own-properties';
import type { BodyWatch } from './body-watch';
import { MAX_WHOLE_BYTES, type Call, type WholeAnswer, type WholeCall } from './call';
import { API_CONNECTIONS, AUTH_CONNECTIONS, ConnectionLimits } from './connection-limits';
import type { Dispatcher } from './dispatcher';
import type { OpenAnswer } from './open-answer';
import { openCall } from './open-call';
import { createOwnAgent, loadUndiciSoon, type OwnAgent } from './own-agent';
import { makeWholeCall } from './whole-call';

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
  #own: Promise<OwnAgent> | undefined;
  /** Resolves when the connection of the call that ended last can be used again. */
  #connectionFree: Promise<void> | undefined;

  /** @param options `dispatcher` is the user's; without one the package's own agent is used, and loaded soon */
  constructor(options: { dispatcher?: Dispatcher | undefined; timeoutMs: number }) {
    this.#given = options.dispatcher;
    this.#timeoutMs = options.timeoutMs;
    if (this.#given === undefined) loadUndiciSoon();
  }

  /**
   * Makes a call and reads its answer to the end. A redirect is an answer like any other.
   *
   * @throws MarketingCloudError `upstream_unavailable` (503, or 504 when time ran out), `invalid_response`
   */
  async call(call: WholeCall): Promise<WholeAnswer> {
    if (this.#given !== undefined) return await this.#callGiven(call);
    const agent = await (this.#own ??= createOwnAgent(this.#timeoutMs));
    const slot = await this.#authCalls.take('');
    try {
      await this.#connectionFree;
      return await makeWholeCall(agent, call, this.#timeoutMs);
    } finally {
      this.#freeConnection(slot.release);
    }
  }

  /**
   * Makes a call and gives its answer as soon as the head is there. Its body must be read, drained or discarded.
   *
   * @throws MarketingCloudError `upstream_unavailable`; the signal's reason when it is aborted
   */
  async open(given: Call): Promise<OpenAnswer> {
    const call = withoutPrototype(given);
    const { signal, grantId = '' } = call;
    signal?.throwIfAborted();
    // A dispatcher that was given has limits of its own, or none.
    const slot = this.#given === undefined ? await this.#apiCalls.take(grantId, signal) : undefined;
    const dispatcher = this.#given ?? (this.#own ??= createOwnAgent(this.#timeoutMs));
    return await openCall(call, { dispatcher, timeoutMs: this.#timeoutMs, slot, open: this.#open });
  }

  /** Lets calls that are under way finish, then closes the package's own connections; a given dispatcher stays open. */
  async close(): Promise<void> {
    for (const watch of this.#open) watch.endSoon();
    const own = this.#own;
    this.#own = undefined;
    await (await own)?.close();
  }

  async #callGiven(call: WholeCall): Promise<WholeAnswer> {
    const answer = await this.open(call);
    const text = await answer.text(MAX_WHOLE_BYTES);
    // undici uses a connection again only one turn after the body's end; without the wait a second call would open a
    // second connection.
    await nextTurn();
    const contentType = answer.headers.get('content-type') ?? '';
    return { status: answer.status, contentType, text, retryAfter: answer.headers.get('retry-after') };
  }

  /** As above, but only the next call waits for that turn. */
  #freeConnection(release: () => void): void {
    const free = new Promise<void>((resolve) => {
      setImmediate(() => {
        release();
        if (this.#connectionFree === free) this.#connectionFree = undefined;
        resolve();
      });
    });
    this.#connectionFree = free;
  }
}
