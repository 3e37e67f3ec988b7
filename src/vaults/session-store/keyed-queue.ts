import { withTimeout } from '../../with-timeout';

/** A task that takes longer than this no longer keeps the next one waiting. */
const PATIENCE_MS = 10_000;

/** Runs tasks of one key one after another, tasks of different keys side by side. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #patienceMs: number;

  /** @param patienceMs after this time a task that does not end is no longer waited for: a store may never answer */
  constructor(patienceMs: number = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
  }

  /** Runs the task when every earlier one of its key has ended, however it ended. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    const turn = before === undefined ? task() : this.#end(before).then(task);
    this.#tails.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(key) === turn) this.#tails.delete(key);
    }
  }

  async #end(before: Promise<unknown>): Promise<void> {
    const ended = before.then(
      () => undefined,
      () => undefined,
    );
    await withTimeout(
      this.#patienceMs,
      () => ended,
      () => undefined,
    );
  }
}
