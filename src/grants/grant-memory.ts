import { isUsable } from './grant';
import type { GrantSnapshot } from './grant-snapshot';

interface Remembered {
  readonly seen: GrantSnapshot;
  /** By the monotonic clock, in milliseconds. */
  readonly at: number;
}

/** How long a grant that was read or written may be served while the vault cannot be reached. */
const SERVED_MS = 30_000;
/** How long it is remembered that a grant was forgotten: longer than any read or commit of it may be under way. */
const FORGOTTEN_MS = 3_600_000;
/** More of either kind are not kept: the oldest makes room. */
const MAX_ENTRIES = 10_000;

/**
 * What this process has read from or written to the vault lately, for the time when the vault is away. Answers of the
 * vault may overtake each other: an older version does not replace a newer one, and what was forgotten stays so. What is
 * too old to be served is dropped as soon as anything else is remembered.
 */
export class GrantMemory {
  readonly #now: () => number;
  /** The latest last. */
  readonly #remembered = new Map<string, Remembered>();
  /** When grants were forgotten, by id; the latest last. */
  readonly #forgotten = new Map<string, number>();

  /** @param now a monotonic clock, in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** How many grants it holds. */
  get size(): number {
    return this.#remembered.size;
  }

  remember(seen: GrantSnapshot): void {
    const known = this.#remembered.get(seen.id);
    if (this.#forgotten.has(seen.id) || (known !== undefined && known.seen.version > seen.version)) return;
    this.#remembered.delete(seen.id);
    this.#remembered.set(seen.id, { seen, at: this.#now() });
    dropOld(this.#remembered, ({ at }) => this.#now() - at > SERVED_MS);
  }

  drop(id: string): void {
    this.#remembered.delete(id);
  }

  /** Drops a grant for good: a read that is under way does not bring it back. */
  forget(id: string): void {
    this.#remembered.delete(id);
    this.#forgotten.delete(id);
    this.#forgotten.set(id, this.#now());
    dropOld(this.#forgotten, (at) => this.#now() - at > FORGOTTEN_MS);
  }

  isForgotten(id: string): boolean {
    return this.#forgotten.has(id);
  }

  /** The grant as it was read or written within the last 30 seconds, while its token is usable. */
  usable(id: string, now: number): GrantSnapshot | undefined {
    dropOld(this.#remembered, ({ at }) => this.#now() - at > SERVED_MS);
    const remembered = this.#remembered.get(id);
    return remembered !== undefined && isUsable(remembered.seen.grant, now) ? remembered.seen : undefined;
  }
}

/** Drops the entries from the old end that are too old or too many. */
function dropOld<T>(entries: Map<string, T>, isTooOld: (entry: T) => boolean): void {
  for (const [id, entry] of entries) {
    if (entries.size <= MAX_ENTRIES && !isTooOld(entry)) return;
    entries.delete(id);
  }
}
