import { asObject, own } from '../protocol/own';
import { KeyedQueue } from './keyed-queue';
import type { SessionStore } from './session';
import type { RecordKind, VaultRecord } from './vault';

/** What lies in the store. */
export interface Stored {
  readonly kind: RecordKind;
  readonly version: number;
  readonly data: string;
}

/** What all vaults over one store share in this process. */
interface SharedState {
  readonly queue: KeyedQueue;
  readonly leases: Map<string, { readonly owner: string; readonly until: number }>;
  readonly tombstones: Map<string, { readonly version: number; readonly reason: string }>;
}

const sharedStates = new WeakMap<SessionStore, SharedState>();

function sharedStateOf(store: SessionStore): SharedState {
  const shared = sharedStates.get(store) ?? { queue: new KeyedQueue(), leases: new Map(), tombstones: new Map() };
  sharedStates.set(store, shared);
  return shared;
}

/** Tombstones beyond this many make room for newer ones: a forgotten one costs a token call. */
const MAX_TOMBSTONES = 10_000;

/** One record of a session store, under a key of ours, with its lease and its tombstone. */
export class StoreEntry {
  readonly #store: SessionStore;
  readonly #id: string;
  readonly #key: string;
  readonly #shared: SharedState;

  constructor(store: SessionStore, id: string) {
    this.#store = store;
    this.#id = id;
    this.#key = `mcg_${id}`;
    this.#shared = sharedStateOf(store);
  }

  /** Runs a task when every earlier one for this record has ended. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#shared.queue.run(this.#id, task);
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
    this.#shared.leases.delete(this.#id);
    this.#shared.tombstones.delete(this.#id);
    return new Promise((resolve, reject) => {
      this.#store.destroy(this.#key, (error) => (isFault(error) ? reject(asError(error)) : resolve()));
    });
  }

  asRecord(stored: Stored | undefined): VaultRecord | undefined {
    if (stored?.kind !== 'grant') return undefined;
    const { version, data } = stored;
    const tombstone = this.#shared.tombstones.get(this.#id);
    return { version, data, ...(tombstone?.version === version && { dead: tombstone.reason }) };
  }

  lease(): { readonly owner: string } | undefined {
    const lease = this.#shared.leases.get(this.#id);
    return lease !== undefined && lease.until > performance.now() ? lease : undefined;
  }

  setLease(owner: string, leaseMs: number): void {
    this.#shared.leases.set(this.#id, { owner, until: performance.now() + leaseMs });
  }

  endLease(): void {
    this.#shared.leases.delete(this.#id);
  }

  bury(tombstone: { version: number; reason: string }): void {
    const { tombstones } = this.#shared;
    const oldest = tombstones.size >= MAX_TOMBSTONES ? tombstones.keys().next().value : undefined;
    if (oldest !== undefined) tombstones.delete(oldest);
    tombstones.set(this.#id, { version: tombstone.version, reason: tombstone.reason });
  }

  revive(): void {
    this.#shared.tombstones.delete(this.#id);
  }
}

/** Reads what a store gave back; anything that is not a record of ours is none, and so is one whose time is over. */
function readStored(session: unknown): Stored | undefined {
  const stored = asObject(own(asObject(session) ?? {}, 'marketingCloudVault'));
  if (stored === undefined) return undefined;
  const kind = own(stored, 'kind');
  const version = own(stored, 'version');
  const data = own(stored, 'data');
  const until = own(stored, 'until');
  return (kind === 'grant' || kind === 'sign-in') &&
    typeof version === 'number' &&
    typeof data === 'string' &&
    typeof until === 'number' &&
    until > Date.now()
    ? { kind, version, data }
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
