/**
 * A pseudorandom generator seeded with text, so that demo data is the same at every start.
 *
 * It is predictable: secrets and tokens must not come from it.
 */
export class SeededRandom {
  #state: number;

  constructor(seed: string) {
    // FNV-1a: similar seeds, such as the ids of two business units, give unrelated states.
    let hash = 0x811c9dc5;
    for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    this.#state = hash >>> 0;
  }

  /** Returns a whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.#fraction() * (to - from + 1));
  }

  /** Returns one of the items. */
  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.integer(0, items.length - 1)] ?? items[0];
  }

  /** Returns a GUID. */
  guid(): string {
    const digits = Array.from({ length: 32 }, () => this.integer(0, 15).toString(16));
    digits[12] = '4';
    const hex = digits.join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  /** Returns a time in 2024 or 2025, in milliseconds since the epoch. */
  time(): number {
    return Date.UTC(2024, 0, 1) + this.integer(0, 730 * 24 * 60 * 60) * 1000 + this.integer(1, 999);
  }

  /** mulberry32: 32 bits of state, which is enough for demo data. */
  #fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }
}
