import { ConsumedSignIns } from './consumed-sign-ins';
import { KeyedQueue } from './keyed-queue';
import { MemoryStoreReader } from './memory-store-reader';
import { CONTENT_MEMBER, parseContent, toStoreKey, type RecordContent } from './record-content';
import { RecordStates } from './record-states';
import { RefreshMarks } from './refresh-marks';
import type { SessionStore } from './session-store';
import { destroyRecord, readMember, writeMember } from './store-io';
import type { VaultRecord } from '../vault';

/** What all vaults over one store share in this process. */
interface SharedState {
  readonly queue: KeyedQueue;
  readonly states: RecordStates;
  readonly consumed: ConsumedSignIns;
  readonly reader: MemoryStoreReader | undefined;
}

const sharedStates = new WeakMap<SessionStore, SharedState>();

function getSharedState(store: SessionStore): SharedState {
  const known = sharedStates.get(store);
  if (known !== undefined) return known;
  const shared = {
    queue: new KeyedQueue(),
    states: new RecordStates(),
    consumed: new ConsumedSignIns(),
    reader: MemoryStoreReader.create(store),
  };
  sharedStates.set(store, shared);
  return shared;
}

/** One record of the vault in a session store, with what this process knows of it. */
export class StoredRecord {
  readonly id: string;
  readonly states: RecordStates;
  readonly consumed: ConsumedSignIns;
  readonly #store: SessionStore;
  readonly #shared: SharedState;

  constructor(store: SessionStore, id: string) {
    const shared = getSharedState(store);
    this.id = id;
    this.states = shared.states;
    this.consumed = shared.consumed;
    this.#store = store;
    this.#shared = shared;
  }

  get #key(): string {
    return toStoreKey(this.id);
  }

  /** Which processes refresh it. */
  get refreshing(): RefreshMarks {
    return new RefreshMarks(this.#store, this.id);
  }

  /** Runs a task when all earlier ones for this record have ended. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#shared.queue.run(this.id, task);
  }

  async read(): Promise<RecordContent | undefined> {
    return parseContent(await readMember(this.#store, this.#key, CONTENT_MEMBER));
  }

  /**
   * The same for a change, without waiting for a store that is in this process. A caller that reads again and again needs
   * `read`, which lets others run.
   */
  async readToChange(): Promise<RecordContent | undefined> {
    const found = this.#shared.reader?.read(this.id);
    if (found === undefined) return await this.read();
    return found === 'missing' ? undefined : found;
  }

  /** The same without waiting; undefined where there is no record, and where the store has to be asked. */
  readNow(): RecordContent | undefined {
    const found = this.#shared.reader?.read(this.id);
    return found === 'missing' ? undefined : found;
  }

  async write(content: RecordContent, ttlMs: number): Promise<void> {
    const expires = new Date(Date.now() + ttlMs);
    await writeMember(this.#store, this.#key, CONTENT_MEMBER, { ...content, until: expires.getTime() }, expires);
  }

  async destroy(): Promise<void> {
    this.states.delete(this.id);
    await destroyRecord(this.#store, this.#key);
  }

  /** Why the record is dead, where it is. */
  getDeathReason(content: RecordContent): string | undefined {
    return content.dead ?? this.states.at(this.id, content.version).death?.reason;
  }

  toVaultRecord(content: RecordContent | undefined): VaultRecord | undefined {
    if (content?.kind !== 'grant') return undefined;
    const { version, data } = content;
    if (content.dead === undefined && this.states.isEmpty(this.id)) return { version, data };
    const { death, note } = this.states.at(this.id, version);
    const dead = this.getDeathReason(content);
    const more = note === undefined ? {} : { note };
    return dead === undefined ? { version, data, ...more } : { version, data: death?.data ?? data, dead, ...more };
  }
}
