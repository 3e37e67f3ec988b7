import { BoundedMap } from '../../bounded-map';
import { asObject, getOwn, parseObject } from '../../own-properties';
import { CONTENT_MEMBER, parseContent, toStoreKey, type RecordContent } from './record-content';
import type { SessionStore } from './session-store';

/** Parsed records beyond this many replace the one that was parsed longest ago. */
const MAX_PARSED = 1_000;
/** The methods of express-session's `MemoryStore`. */
const METHODS = ['all', 'clear', 'destroy', 'get', 'length', 'set', 'touch'];

interface ParsedRecord {
  /** The store's key: kept, since it takes longer to make one than to look it up. */
  readonly key: string;
  readonly text: string;
  readonly content: RecordContent;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Reads records of express-session's `MemoryStore` without waiting for its callback. The store keeps each record as a JSON
 * text: the same text is the same record, and is parsed once.
 */
export class MemoryStoreReader {
  readonly #store: SessionStore & { readonly sessions?: unknown };
  /** The store's `get`: it may be replaced later. */
  readonly #get: unknown;
  /** By the id of the record. */
  readonly #parsed = new BoundedMap<string, ParsedRecord>({ maxEntries: MAX_PARSED });

  private constructor(store: SessionStore) {
    this.#store = store;
    this.#get = Reflect.get(store, 'get');
  }

  /** A reader for this store; undefined when it is another class, or one that overrides how records are read. */
  static create(store: SessionStore): MemoryStoreReader | undefined {
    let owner: object | null = Object.getPrototypeOf(store) as object | null;
    while (owner !== null && !Object.hasOwn(owner, 'get')) owner = Object.getPrototypeOf(owner) as object | null;
    const isOriginal =
      owner !== null &&
      METHODS.every((name) => typeof getOwn(owner, name) === 'function') &&
      getOwn(owner, 'get') === Reflect.get(store, 'get');
    const reader = new MemoryStoreReader(store);
    return isOriginal && reader.#sessions() !== undefined ? reader : undefined;
  }

  /** A record's content, or that there is none; undefined when the store itself has to be asked. */
  read(id: string): RecordContent | 'missing' | undefined {
    const sessions = this.#sessions();
    if (sessions === undefined || Reflect.get(this.#store, 'get') !== this.#get) return undefined;
    const known = this.#parsed.get(id);
    const key = known?.key ?? toStoreKey(id);
    const text = (sessions as Record<string, unknown>)[key];
    if (text === undefined) return 'missing';
    if (typeof text !== 'string') return undefined;
    const record = known?.text === text ? known : this.#parse(id, key, text);
    return record !== undefined && record.expiresAt > Date.now() ? record.content : undefined;
  }

  #parse(id: string, key: string, text: string): ParsedRecord | undefined {
    const session = parseObject(text);
    const content = session && parseContent(getOwn(session, CONTENT_MEMBER));
    if (session === undefined || content === undefined) return undefined;
    const expires = getOwn(asObject(getOwn(session, 'cookie')) ?? {}, 'expires');
    const cookieExpiresAt = typeof expires === 'string' ? Date.parse(expires) : Infinity;
    const record = { key, text, content, expiresAt: Math.min(content.until, cookieExpiresAt) };
    // A pending sign-in is read once.
    if (content.kind === 'grant') this.#parsed.set(id, record);
    return record;
  }

  /** The store's records: an object without a prototype. */
  #sessions(): object | undefined {
    const { sessions } = this.#store;
    const isRecords = typeof sessions === 'object' && sessions !== null && Object.getPrototypeOf(sessions) === null;
    return isRecords ? sessions : undefined;
  }
}
