import { asObject, bare, own } from '../protocol/own';
import { ConsumedSignIns } from './consumed-sign-ins';
import { KeyedQueue } from './keyed-queue';
import type { SessionStore } from './session';
import { StoreMarks } from './store-marks';
import type { RecordKind, VaultRecord } from './vault';

/** What lies in the store. */
export interface Stored {
  readonly kind: RecordKind;
  readonly version: number;
  readonly data: string;
  /** Why it is dead, where this is written down. */
  readonly dead?: string | undefined;
  /** When its time is over, in milliseconds since the epoch. */
  readonly until?: number | undefined;
}

/** What all vaults over one store share in this process. */
interface SharedState {
  readonly queue: KeyedQueue;
  readonly marks: StoreMarks;
  readonly consumed: ConsumedSignIns;
}

const sharedStates = new WeakMap<SessionStore, SharedState>();

function sharedStateOf(store: SessionStore): SharedState {
  const shared = sharedStates.get(store) ?? {
    queue: new KeyedQueue(),
    marks: new StoreMarks(),
    consumed: new ConsumedSignIns(),
  };
  sharedStates.set(store, shared);
  return shared;
}

/** One record of a session store, under a key of ours, with its marks. */
export class StoreEntry {
  readonly id: string;
  readonly marks: StoreMarks;
  readonly consumed: ConsumedSignIns;
  readonly #store: SessionStore;
  readonly #key: string;
  readonly #queue: KeyedQueue;

  constructor(store: SessionStore, id: string) {
    const { queue, marks, consumed } = sharedStateOf(store);
    this.id = id;
    this.marks = marks;
    this.consumed = consumed;
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
      // Without a prototype, since stores may serialise what an object inherits.
      marketingCloudVault: bare({ ...stored, until: expires.getTime() }),
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

  /** Why a stored record is dead, where it is. */
  deathOf(stored: Stored): string | undefined {
    return stored.dead ?? this.marks.at(this.id, stored.version).death?.reason;
  }

  asRecord(stored: Stored | undefined): VaultRecord | undefined {
    if (stored?.kind !== 'grant') return undefined;
    const { version, data } = stored;
    const { death, note } = this.marks.at(this.id, version);
    const dead = this.deathOf(stored);
    const more = note === undefined ? {} : { note };
    return dead === undefined ? { version, data, ...more } : { version, data: death?.data ?? data, dead, ...more };
  }
}

/** Reads what a store gave back; anything that is not a record of ours is none, and so is one whose time is over. */
function readStored(session: unknown): Stored | undefined {
  const stored = asObject(own(asObject(session) ?? {}, 'marketingCloudVault'));
  if (stored === undefined) return undefined;
  const kind = own(stored, 'kind');
  const version = own(stored, 'version');
  const data = own(stored, 'data');
  const dead = own(stored, 'dead');
  const until = own(stored, 'until');
  return (kind === 'grant' || kind === 'sign-in') &&
    typeof version === 'number' &&
    typeof data === 'string' &&
    (dead === undefined || typeof dead === 'string') &&
    typeof until === 'number' &&
    until > Date.now()
    ? { kind, version, data, dead, until }
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
