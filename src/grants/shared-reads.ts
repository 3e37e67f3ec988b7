import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Reads of one key that are asked for in the same turn of the event loop are one read, which begins after all of them:
 * each sees what was there when it asked, or later. Nobody joins a read that has begun.
 */
export class SharedReads<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #next = new Map<string, Promise<T>>();

  constructor(read: (key: string) => Promise<T>) {
    this.#read = read;
  }

  read(key: string): Promise<T> {
    const joined = this.#next.get(key);
    if (joined !== undefined) return joined;
    const next = this.#begin(key);
    this.#next.set(key, next);
    return next;
  }

  async #begin(key: string): Promise<T> {
    await nextTurn();
    this.#next.delete(key);
    return await this.#read(key);
  }
}
