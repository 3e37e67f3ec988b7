import { MarketingCloudError } from '../errors';
import { startTimeout } from '../with-timeout';

/** Connections of all API calls together, and of those of one grant. */
export const API_CONNECTIONS = { total: 256, perHolder: 64 };
/** Connections of token and userinfo calls, which have no holder. */
export const AUTH_CONNECTIONS = { total: 64, perHolder: 64 };

/** The right to use one connection. */
export interface Slot {
  /** Gives the slot back. Safe to repeat. */
  readonly release: () => void;
  /** Offers the slot to calls that wait: `giveUp` is called when one takes it. `undefined` takes the offer back. */
  readonly offer: (giveUp: (() => void) | undefined) => void;
}

interface OpenSlot extends Slot {
  readonly holder: string;
  giveUp?: (() => void) | undefined;
}

interface Waiter {
  readonly holder: string;
  readonly admit: (slot: Slot) => void;
}

/** A call that waits longer than this for a connection fails. */
const MAX_WAIT_MS = 60_000;

/**
 * Limits how many connections are open at once, in all and for one holder (a grant), so that the slow calls of one user
 * leave room for those of others. A call that gets none waits; the holder with the fewest is served first.
 */
export class ConnectionLimits {
  readonly #total: number;
  readonly #perHolder: number;
  readonly #open = new Set<OpenSlot>();
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Set<Waiter>();
  /** Offered slots that a waiting call has taken, and that are about to be released. */
  readonly #reclaimed = new Set<OpenSlot>();

  constructor(limits: { total: number; perHolder: number }) {
    this.#total = limits.total;
    this.#perHolder = limits.perHolder;
  }

  /**
   * A slot, at once where there is room.
   *
   * @throws MarketingCloudError `upstream_unavailable` after a minute; the signal's reason when it is aborted first
   */
  take(holder: string, signal?: AbortSignal): Slot | Promise<Slot> {
    if (this.#hasRoom(holder)) return this.#admit(holder);
    return new Promise<Slot>((resolve, reject) => {
      const leave = (): void => {
        cancelTimeout();
        signal?.removeEventListener('abort', abort);
        this.#waiting.delete(waiter);
      };
      const abort = (): void => {
        leave();
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        holder,
        admit: (slot) => {
          leave();
          resolve(slot);
        },
      };
      const cancelTimeout = startTimeout(MAX_WAIT_MS, () => {
        leave();
        reject(tooManyCalls());
      });
      signal?.addEventListener('abort', abort);
      this.#waiting.add(waiter);
      this.#reclaim();
    });
  }

  #hasRoom(holder: string): boolean {
    return this.#open.size < this.#total && this.#countOf(holder) < this.#perHolder;
  }

  #countOf(holder: string): number {
    return this.#counts.get(holder) ?? 0;
  }

  #admit(holder: string): Slot {
    const slot: OpenSlot = {
      holder,
      release: () => {
        if (!this.#open.delete(slot)) return;
        this.#reclaimed.delete(slot);
        const left = this.#countOf(holder) - 1;
        if (left > 0) this.#counts.set(holder, left);
        else this.#counts.delete(holder);
        this.#admitNext();
      },
      offer: (giveUp) => {
        slot.giveUp = giveUp;
        if (giveUp !== undefined) this.#reclaim();
      },
    };
    this.#open.add(slot);
    this.#counts.set(holder, this.#countOf(holder) + 1);
    return slot;
  }

  #admitNext(): void {
    let next: Waiter | undefined;
    for (const waiter of this.#waiting) {
      if (!this.#hasRoom(waiter.holder)) continue;
      if (next === undefined || this.#countOf(waiter.holder) < this.#countOf(next.holder)) next = waiter;
    }
    next?.admit(this.#admit(next.holder));
  }

  /** Takes one offered slot for the first waiting call that it helps. */
  #reclaim(): void {
    if (this.#reclaimed.size >= this.#waiting.size) return;
    for (const { holder } of this.#waiting) {
      const isFull = this.#countOf(holder) >= this.#perHolder;
      for (const slot of this.#open) {
        if (slot.giveUp === undefined || (isFull && slot.holder !== holder)) continue;
        const { giveUp } = slot;
        slot.giveUp = undefined;
        this.#reclaimed.add(slot);
        giveUp();
        return;
      }
    }
  }
}

function tooManyCalls(): MarketingCloudError {
  return new MarketingCloudError('upstream_unavailable', {
    message: 'Too many calls to Marketing Cloud are open: this one got no connection within a minute.',
    hint: 'Make fewer calls at a time, and read or cancel the body of every answer of fetch().',
    retryAfter: 1,
  });
}
