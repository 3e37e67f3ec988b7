import { MarketingCloudError } from '../../errors';

const REMOVED = '[removed]';
/** An error has fewer parts than this; what is beyond is left out. */
const MAX_PARTS = 10_000;

/**
 * Takes tokens out of an error of another library: out of its message and stack, its members and theirs at any depth.
 * The error stays the same object. What it holds besides plain data (requests, sockets, streams, agents, functions,
 * buffers) is left out, since their innards keep the headers and the body that were sent; an object of a class becomes a
 * plain one.
 *
 * @param error the thrown value, of any type
 * @returns the error, or a copy where it cannot be changed
 */
export function withoutTokens(error: unknown, tokens: Iterable<string>): unknown {
  return new Cleaner(tokens).cleanError(error);
}

class Cleaner {
  readonly #secrets: readonly string[];
  readonly #known = new Map<object, unknown>();
  #parts = 0;

  constructor(tokens: Iterable<string>) {
    const given = [...tokens].filter((token) => token !== '');
    const written = given.flatMap((token) => [
      token,
      encodeURIComponent(token),
      JSON.stringify(token).slice(1, -1),
      escapeXml(token),
      Buffer.from(token).toString('base64'),
    ]);
    // The longest first, so that none is cut by one that it contains.
    this.#secrets = [...new Set(written)].sort((one, other) => other.length - one.length);
  }

  cleanError(error: unknown): unknown {
    // The package's own hold no token, and say so with members that cannot be changed.
    if (!isError(error) || error instanceof MarketingCloudError) return this.#clean(error);
    const known = this.#known.get(error);
    if (known !== undefined) return known;
    this.#known.set(error, error);
    if (Reflect.ownKeys(error).every((key) => this.#cleanMember(error, error, key))) return error;
    const copy = Object.create(Object.getPrototypeOf(error) as object) as Error;
    this.#known.set(error, copy);
    for (const key of Reflect.ownKeys(error)) this.#cleanMember(error, copy, key);
    return copy;
  }

  /** Whether the member could be set. */
  #cleanMember(from: Error, to: Error, key: string | symbol): boolean {
    const property = Object.getOwnPropertyDescriptor(from, key);
    const value: unknown = Reflect.get(from, key);
    const cleaned = this.#clean(value);
    if (from === to && cleaned === value) return true;
    const enumerable = property?.enumerable === true;
    return Reflect.defineProperty(to, key, { value: cleaned, enumerable, configurable: true, writable: true });
  }

  #clean(value: unknown): unknown {
    if (typeof value === 'string') return this.#cleanText(value);
    if (typeof value === 'function') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof MarketingCloudError) return value;
    if (isError(value)) return this.cleanError(value);
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    this.#parts += 1;
    if (this.#parts > MAX_PARTS || isMachinery(value)) return undefined;
    if (value instanceof Date || value instanceof RegExp) return value;
    if (Array.isArray(value)) return this.#cleanList(value);
    if (value instanceof Map || value instanceof Set) return this.#cleanList([...(value as Iterable<unknown>)]);
    return this.#cleanMembers(value);
  }

  #cleanList(list: readonly unknown[]): unknown[] {
    const cleaned: unknown[] = [];
    this.#known.set(list, cleaned);
    for (const value of list) cleaned.push(this.#clean(value));
    return cleaned;
  }

  #cleanMembers(object: object): object {
    const cleaned: Record<string | symbol, unknown> = {};
    this.#known.set(object, cleaned);
    for (const key of Reflect.ownKeys(object)) {
      const property = Object.getOwnPropertyDescriptor(object, key);
      // An accessor may give anything, and may have effects.
      if (property === undefined || !('value' in property)) continue;
      const name = typeof key === 'string' ? this.#cleanText(key) : key;
      Object.defineProperty(cleaned, name, { ...property, value: this.#clean(property.value), configurable: true });
    }
    return cleaned;
  }

  #cleanText(text: string): string {
    return this.#secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, REMOVED), text);
  }
}

function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** By shape: emitters and streams, event targets, signals, buffers, promises and weak collections. */
function isMachinery(value: object): boolean {
  const has = (name: string): boolean => typeof (value as Record<string, unknown>)[name] === 'function';
  return (
    has('on') ||
    has('pipe') ||
    has('write') ||
    has('addEventListener') ||
    has('getReader') ||
    has('then') ||
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    value instanceof WeakMap ||
    value instanceof WeakSet
  );
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
