import { asObject, own } from '../protocol/own';
import { KeyedQueue } from './keyed-queue';
import type { SessionStore } from './session';
import { StoreMarks } from './store-marks';
import type { RecordKind, VaultRecord } from './vault';

/** What lies in the store. */
export interface Stored {
  readonly kind: RecordKind;
  readonly version: number;
  readonly data: string;
  /** Who consumed it, where it is a sign-in that was consumed. */
  readonly consumer?: string | undefined;
}

/** What all vaults over one store share in this process. */
interface SharedState {
  readonly queue: KeyedQueue;
  readonly marks: StoreMarks;
}

const sharedStates = new WeakMap<SessionStore, SharedState>();

function sharedStateOf(store: SessionStore): SharedState {
  const shared = sharedStates.get(store) ?? { queue: new KeyedQueue(), marks: new StoreMarks() };
  sharedStates.set(store, shared);
  return shared;
}

/** One record of a session store, under a key of ours, with its marks. */
export class StoreEntry {
  readonly id: string;
  readonly marks: StoreMarks;
  readonly #store: SessionStore;
  readonly #key: string;
  readonly #queue: KeyedQueue;

  constructor(store: SessionStore, id: string) {
    const { queue, marks } = sharedStateOf(store);
    this.id = id;
    this.marks = marks;
    this.#store = store;
    this.#key = `mcg_${id}`;
    this.#queue = queue;
  }

  /** Runs a task when every earlier one for this record has ended. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(this.id, task);
  }

  read(): Promise<Stored | undefined> {
    return new Promise((resolve, reject) => {
      this.#store.get(this.#key, (error, session) => {
        if (error === null || error === undefined || isNotFound(error)) resolve(readStored(session));
        else reject(asError(error));
      });
    });
  }

  write(stored: Stored, ttlMs: number): Promise<void> {
    const expires = new Date(Date.now() + ttlMs);
    const session = {
      cookie: { originalMaxAge: ttlMs, maxAge: ttlMs, expires },
      marketingCloudVault: { ...stored, until: expires.getTime() },
    };
    return new Promise((resolve, reject) => {
      this.#store.set(this.#key, session as never, (error) => (isFault(error) ? reject(asError(error)) : resolve()));
    });
  }

  destroy(): Promise<void> {
    this.marks.delete(this.id);
    return new Promise((resolve, reject) => {
      this.#store.destroy(this.#key, (error) => (isFault(error) ? reject(asError(error)) : resolve()));
    });
  }

  asRecord(stored: Stored | undefined): VaultRecord | undefined {
    if (stored?.kind !== 'grant') return undefined;
    const { version, data } = stored;
    const { dead, note } = this.marks.at(this.id, version);
    return { version, data, ...(dead !== undefined && { dead }), ...(note !== undefined && { note }) };
  }
}

/** Reads what a store gave back; anything that is not a record of ours is none, and so is one whose time is over. */
function readStored(session: unknown): Stored | undefined {
  const stored = asObject(own(asObject(session) ?? {}, 'marketingCloudVault'));
  if (stored === undefined) return undefined;
  const kind = own(stored, 'kind');
  const version = own(stored, 'version');
  const data = own(stored, 'data');
  const consumer = own(stored, 'consumer');
  const until = own(stored, 'until');
  return (kind === 'grant' || kind === 'sign-in') &&
    typeof version === 'number' &&
    typeof data === 'string' &&
    (consumer === undefined || typeof consumer === 'string') &&
    typeof until === 'number' &&
    until > Date.now()
    ? { kind, version, data, consumer }
    : undefined;
}

function isFault(error: unknown): boolean {
  return error !== null && error !== undefined;
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('The store failed.');
}
