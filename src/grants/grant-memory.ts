import { isUsable } from './grant';
import type { SeenGrant } from './seen-grant';

interface Remembered {
  readonly seen: SeenGrant;
  /** By the monotonic clock, in milliseconds. */
  readonly at: number;
}

/** How long a grant that was read or written may be served while the vault cannot be reached. */
const SERVED_MS = 30_000;
/** More grants than these are not remembered: the oldest makes room. */
const MOST = 10_000;

/**
 * What this process has read from or written to the vault lately, for the time when the vault is away. Answers of the
 * vault may overtake each other: an older version does not replace a newer one, and what was forgotten stays so.
 */
export class GrantMemory {
  readonly #remembered = new Map<string, Remembered | 'forgotten'>();

  remember(seen: SeenGrant): void {
    const known = this.#remembered.get(seen.id);
    if (known === 'forgotten' || (known !== undefined && known.seen.version > seen.version)) return;
    this.#put(seen.id, { seen, at: performance.now() });
  }

  drop(id: string): void {
    if (this.#remembered.get(id) !== 'forgotten') this.#remembered.delete(id);
  }

  /** Drops a grant for good: a read that is under way does not bring it back. */
  forget(id: string): void {
    this.#put(id, 'forgotten');
  }

  isForgotten(id: string): boolean {
    return this.#remembered.get(id) === 'forgotten';
  }

  /** The grant as it was read or written within the last 30 seconds, while its token is usable. */
  usable(id: string, now: number): SeenGrant | undefined {
    const remembered = this.#remembered.get(id);
    if (remembered === undefined || remembered === 'forgotten') return undefined;
    if (performance.now() - remembered.at > SERVED_MS) {
      this.#remembered.delete(id);
      return undefined;
    }
    return isUsable(remembered.seen.grant, now) ? remembered.seen : undefined;
  }

  #put(id: string, entry: Remembered | 'forgotten'): void {
    this.#remembered.delete(id);
    const oldest = this.#remembered.size >= MOST ? this.#remembered.keys().next().value : undefined;
    if (oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.set(id, entry);
  }
}
