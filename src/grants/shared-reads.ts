import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Shares reads of the same key, so that a burst of requests does not become a burst of reads. A read never gives an answer
 * that is older than the question: nothing joins a read that has begun. The first read of a key begins at once; those
 * asked for while it runs share one more, which begins in the next turn of the event loop.
 */
export class SharedReads<T> {
  readonly #read: (key: string) => Promise<T>;
  /** The number of reads that run, by key. */
  readonly #running = new Map<string, number>();
  /** Reads that have not begun. */
  readonly #next = new Map<string, Promise<T>>();

  constructor(read: (key: string) => Promise<T>) {
    this.#read = read;
  }

  read(key: string): Promise<T> {
    if (!this.#running.has(key)) return this.#begin(key);
    const joined = this.#next.get(key);
    if (joined !== undefined) return joined;
    const next = nextTurn().then(() => {
      this.#next.delete(key);
      return this.#begin(key);
    });
    this.#next.set(key, next);
    return next;
  }

  async #begin(key: string): Promise<T> {
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
    try {
      return await this.#read(key);
    } finally {
      const others = (this.#running.get(key) ?? 1) - 1;
      if (others === 0) this.#running.delete(key);
      else this.#running.set(key, others);
    }
  }
}
