import { MarketingCloudError } from '../errors';
import { startTimeout } from '../with-timeout';
import { DeadlineError } from './call-error';
import type { Slot } from './connection-limits';

/** An answer of `fetch` of which nothing was read or received for this long is ended, as in the platform's `fetch`. */
const MAX_STALL_MS = 300_000;

/**
 * Watches the body of one answer: under its call's deadline at first, and without one once it is read as a stream. A body
 * that is not read on keeps its connection until another call needs it.
 */
export class BodyWatch {
  readonly #idleMs: number;
  readonly #slot: Slot | undefined;
  readonly #giveUp: (reason: Error) => void;
  #endDeadline: () => void;
  #cancelIdle: () => void = () => undefined;
  #cancelStall: () => void = () => undefined;
  #isStreamed = false;
  #isWanted = true;
  #isClosed = false;
  #isClosing = false;

  /**
   * @param idleMs after how long without a read the connection is offered to other calls
   * @param giveUp ends the body with an error
   */
  constructor(parts: {
    endDeadline: () => void;
    giveUp: (reason: Error) => void;
    slot: Slot | undefined;
    idleMs: number;
  }) {
    this.#endDeadline = parts.endDeadline;
    this.#giveUp = parts.giveUp;
    this.#slot = parts.slot;
    this.#idleMs = parts.idleMs;
  }

  /** Ends the deadline: from here on the body is read at its reader's pace. */
  endDeadline(): void {
    this.#isStreamed = true;
    this.#endDeadline();
    this.#endDeadline = () => undefined;
    this.demand(true);
  }

  /** Tells whether the reader waits for more, or has enough for now. */
  demand(isWanted: boolean): void {
    if (this.#isClosed || this.#isClosing || !this.#isStreamed) return;
    this.#cancelStall();
    this.#cancelStall = startTimeout(MAX_STALL_MS, () => this.#end());
    if (this.#isWanted === isWanted) return;
    this.#isWanted = isWanted;
    this.#cancelIdle();
    this.#slot?.offer(undefined);
    if (!isWanted) this.#cancelIdle = startTimeout(this.#idleMs, () => this.#slot?.offer(() => this.#end()));
  }

  /** Ends the body as the strategy closes: at once where it is not read, else after the time of a call. */
  endSoon(): void {
    if (!this.#isStreamed || this.#isClosed) return;
    this.#isClosing = true;
    if (!this.#isWanted) this.#end();
    else {
      this.#cancelStall();
      this.#cancelStall = startTimeout(this.#idleMs, () => this.#end());
    }
  }

  #end(): void {
    this.#giveUp(this.#isWanted ? new DeadlineError() : unread());
  }

  /** Tells that the body has ended. */
  closed(): void {
    this.#isClosed = true;
    this.#endDeadline();
    this.#cancelIdle();
    this.#cancelStall();
    // The connection is free for the next call only a turn after the body's end.
    setImmediate(() => this.#slot?.release());
  }
}

function unread(): MarketingCloudError {
  return new MarketingCloudError('upstream_unavailable', {
    message: 'The body of an answer was left unread, and its connection was needed.',
    hint: 'Read or cancel the body of every answer of fetch().',
  });
}
