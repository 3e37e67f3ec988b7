interface Entry<Value> {
  readonly value: Value;
  /** By the map's own clock, in milliseconds. */
  setAt: number;
  /** Whether it is newer than its place in the map says. */
  isRenewed: boolean;
}

/**
 * A map that never grows beyond `maxEntries`: setting one more key drops the key that was set longest ago. With `maxAgeMs`
 * an entry also counts as absent once it is older than that. Setting a key again makes it the newest.
 *
 * @example
 * const lastErrors = new BoundedMap<string, Error>({ maxEntries: 1_000, maxAgeMs: 60_000 });
 */
export class BoundedMap<Key, Value> {
  readonly #maxEntries: number;
  readonly #maxAgeMs: number;
  readonly #now: () => number;
  /** The newest last. */
  readonly #entries = new Map<Key, Entry<Value>>();

  /** @param options `now` is a monotonic clock in milliseconds; the default is `performance.now()` */
  constructor(options: { maxEntries: number; maxAgeMs?: number; now?: () => number }) {
    this.#maxEntries = options.maxEntries;
    this.#maxAgeMs = options.maxAgeMs ?? Infinity;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The number of entries that are not too old. */
  get size(): number {
    this.#dropOld();
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (!this.#isOld(entry)) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  has(key: Key): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && !this.#isOld(entry);
  }

  /** Makes the entry the newest, and drops what is too old or too many. */
  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, setAt: this.#now(), isRenewed: false });
    this.#dropOld();
  }

  /**
   * Makes an entry as young as one that has just been set, for less. It gets its new place among the others only when it is
   * looked at to be dropped, so that one that was set in between may be dropped before it.
   */
  renew(key: Key): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.setAt = this.#now();
    entry.isRenewed = true;
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  #dropOld(): void {
    for (const [key, entry] of this.#entries) {
      if (!entry.isRenewed && this.#entries.size <= this.#maxEntries && !this.#isOld(entry)) return;
      this.#entries.delete(key);
      if (!entry.isRenewed) continue;
      entry.isRenewed = false;
      this.#entries.set(key, entry);
    }
  }

  #isOld(entry: Entry<Value>): boolean {
    return this.#maxAgeMs !== Infinity && this.#now() - entry.setAt >= this.#maxAgeMs;
  }
}
