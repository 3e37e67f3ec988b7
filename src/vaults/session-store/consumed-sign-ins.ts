import { CONSUMED_MS } from '../vault';

interface Consumed {
  readonly owner: string;
  readonly data: string;
  /** By the monotonic clock, in milliseconds. */
  readonly until: number;
}

/** More than these are not remembered: the oldest makes room. */
const MAX_REMEMBERED = 1_000;

/** Pending sign-ins that this process has consumed lately, so that their owner gets them again. */
export class ConsumedSignIns {
  /** In the order in which they were consumed. */
  readonly #byId = new Map<string, Consumed>();

  get(id: string): Consumed | undefined {
    const consumed = this.#byId.get(id);
    return consumed !== undefined && consumed.until > performance.now() ? consumed : undefined;
  }

  add(id: string, owner: string, data: string): void {
    const now = performance.now();
    for (const [oldest, { until }] of this.#byId) {
      if (until > now && this.#byId.size < MAX_REMEMBERED) break;
      this.#byId.delete(oldest);
    }
    this.#byId.set(id, { owner, data, until: now + CONSUMED_MS });
  }
}
