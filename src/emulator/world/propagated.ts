interface Change<T> {
  readonly seenFrom: number;
  readonly value: T;
}

/**
 * A setting whose changes take time to have an effect. Marketing Cloud says up to five minutes, for example for scopes
 * and redirect URLs.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/integration-app-auth-code.html
 */
export class Propagated<T> {
  readonly #delayMs: number;
  readonly #now: () => number;
  #changes: Change<T>[];

  constructor(initial: T, delayMs: number, now: () => number) {
    this.#delayMs = delayMs;
    this.#now = now;
    this.#changes = [{ seenFrom: Number.NEGATIVE_INFINITY, value: initial }];
  }

  /** The value that the endpoints use now. */
  get seen(): T {
    const now = this.#now();
    return this.#changes.findLast((change) => change.seenFrom <= now)?.value ?? this.latest;
  }

  /** The last value that was set, whether the endpoints use it or not. */
  get latest(): T {
    const last = this.#changes.at(-1);
    if (last === undefined) throw new Error('a propagated setting always has a value');
    return last.value;
  }

  set(value: T): void {
    this.#changes = [...this.#changes.slice(-16), { seenFrom: this.#now() + this.#delayMs, value }];
  }
}
