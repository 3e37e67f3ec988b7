import { asObject, getOwn } from '../../own-properties';
import { ConsumedSignIns } from './consumed-sign-ins';
import { KeyedQueue } from './keyed-queue';
import type { SessionStore } from './session-store';
import { destroyRecord, readMember, writeMember } from './store-io';
import { RecordStates } from './record-marks';
import { RefreshMarks } from './refresh-marks';
import type { RecordKind, VaultRecord } from '../vault';

/** What lies in the store. */
export interface RecordContent {
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
  readonly marks: RecordStates;
  readonly consumed: ConsumedSignIns;
}

const sharedStates = new WeakMap<SessionStore, SharedState>();

function getSharedState(store: SessionStore): SharedState {
  const shared = sharedStates.get(store) ?? {
    queue: new KeyedQueue(),
    marks: new RecordStates(),
    consumed: new ConsumedSignIns(),
  };
  sharedStates.set(store, shared);
  return shared;
}

const MEMBER = 'marketingCloudVault';

/** One record of a session store, under a key of the package's, with its marks. */
export class StoredRecord {
  readonly id: string;
  readonly marks: RecordStates;
  readonly consumed: ConsumedSignIns;
  /** Which processes refresh it. */
  readonly refreshing: RefreshMarks;
  readonly #store: SessionStore;
  readonly #key: string;
  readonly #queue: KeyedQueue;

  constructor(store: SessionStore, id: string) {
    const { queue, marks, consumed } = getSharedState(store);
    this.id = id;
    this.marks = marks;
    this.consumed = consumed;
    this.refreshing = new RefreshMarks(store, id);
    this.#store = store;
    this.#key = `mcg_${id}`;
    this.#queue = queue;
  }

  /** Runs a task when every earlier one for this record has ended. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(this.id, task);
  }

  async read(): Promise<RecordContent | undefined> {
    return readStored(await readMember(this.#store, this.#key, MEMBER));
  }

  async write(stored: RecordContent, ttlMs: number): Promise<void> {
    const expires = new Date(Date.now() + ttlMs);
    await writeMember(this.#store, this.#key, MEMBER, { ...stored, until: expires.getTime() }, expires);
  }

  async destroy(): Promise<void> {
    this.marks.delete(this.id);
    await destroyRecord(this.#store, this.#key);
  }

  /** Why a stored record is dead, where it is. */
  getDeathReason(stored: RecordContent): string | undefined {
    return stored.dead ?? this.marks.at(this.id, stored.version).death?.reason;
  }

  toVaultRecord(stored: RecordContent | undefined): VaultRecord | undefined {
    if (stored?.kind !== 'grant') return undefined;
    const { version, data } = stored;
    const { death, note } = this.marks.at(this.id, version);
    const dead = this.getDeathReason(stored);
    const more = note === undefined ? {} : { note };
    return dead === undefined ? { version, data, ...more } : { version, data: death?.data ?? data, dead, ...more };
  }
}

/** What a store gave back; anything that is not a record of the package is none, and so is one whose time is over. */
function readStored(member: unknown): RecordContent | undefined {
  const stored = asObject(member);
  if (stored === undefined) return undefined;
  const kind = getOwn(stored, 'kind');
  const version = getOwn(stored, 'version');
  const data = getOwn(stored, 'data');
  const dead = getOwn(stored, 'dead');
  const until = getOwn(stored, 'until');
  return (kind === 'grant' || kind === 'sign-in') &&
    typeof version === 'number' &&
    typeof data === 'string' &&
    (dead === undefined || typeof dead === 'string') &&
    typeof until === 'number' &&
    until > Date.now()
    ? { kind, version, data, dead, until }
    : undefined;
}
