import { MarketingCloudError } from '../../errors';
import { withoutPrototype, getOwn } from '../../own-properties';
import { warnInCluster } from './cluster-warning';
import { isMemoryStore } from './memory-store';
import type { RefreshMarks } from './refresh-marks';
import type { SessionStore } from './session-store';
import type { RecordContent } from './record-content';
import { carryForward, createLease, hasLapsed, isRunning } from './record-states';
import { StoredRecord } from './stored-record';
import { FINAL_REASONS, TOMBSTONE_MS } from '../vault';
import type { Acquired, Commit, Death, RecordKind, ReleaseInfo, Vault, VaultRecord } from '../vault';

/**
 * The default vault: the app's own express-session store, under keys of its own. It has only get, set and destroy to
 * work with, so that what is atomic here is so within one process: one queue per key and store. Leases, notes,
 * interruptions and who consumed a sign-in are kept in memory; tombstones too, unless the store is in memory itself,
 * since another process may hold newer tokens than the ones found dead.
 *
 * Its records look like sessions, else stores drop them early; they are never touched, only set anew.
 *
 * @example
 * const store = new RedisStore({ client });
 * const strategy = new Strategy({ ...options, vault: new SessionStoreVault(store) }); // and session({ store })
 */
export class SessionStoreVault implements Vault {
  #store: SessionStore | undefined;

  /**
   * Warns once in a cluster worker.
   *
   * @param store left out, it is the one of the first request that comes by
   * @throws TypeError when it is no store of express-session
   */
  constructor(store?: SessionStore) {
    if (store !== undefined && typeof (store as Partial<SessionStore> | null)?.get !== 'function') {
      throw new TypeError('SessionStoreVault needs the session store itself: new SessionStoreVault(store).');
    }
    this.#store = store;
    warnInCluster();
  }

  /** No other process writes to a store in this process's memory. */
  get perProcess(): boolean {
    return this.#store !== undefined && !isMemoryStore(this.#store);
  }

  /** Tells the vault its store, unless it knows one. */
  attach(store: SessionStore): void {
    this.#store ??= store;
  }

  async create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
    await this.#exclusively(id, async (record) => {
      const stored = await record.readToChange();
      if (stored !== undefined) {
        const isEqual = stored.kind === kind && stored.version === 1 && stored.data === data;
        if (isEqual && record.getDeathReason(stored) === undefined) return;
      }
      if (stored !== undefined || record.consumed.get(id) !== undefined) {
        throw new Error('Another record with this id exists.');
      }
      record.states.delete(id);
      await record.write({ kind, version: 1, data }, ttlMs);
    });
  }

  /**
   * Reads without waiting, where the session store keeps its records in this process. Undefined where the record has to be
   * read by `read()`: from another store, by a subclass that reads in its own way, and where there is no record.
   */
  static readNow(vault: Vault, id: string): VaultRecord | undefined {
    if (!(#store in vault) || vault.read !== SessionStoreVault.prototype.read) return undefined;
    const record = vault.#store && new StoredRecord(vault.#store, id);
    return record?.toVaultRecord(record.readNow());
  }

  async read(id: string): Promise<VaultRecord | undefined> {
    const record = this.#record(id);
    return record.toVaultRecord(await record.read());
  }

  async acquire(id: string, ask: { version: number; owner: string; leaseMs: number }): Promise<Acquired> {
    const acquired = await this.#exclusively<Acquired>(id, async (record) => {
      const found = record.toVaultRecord(await record.readToChange());
      if (found === undefined) return { outcome: 'missing' };
      const { version } = found;
      if (version !== ask.version || getOwn(found, 'dead') !== undefined) return { outcome: 'changed', record: found };
      const state = record.states.at(id, version);
      if (state.lease !== undefined && state.lease.owner !== ask.owner && isRunning(state.lease)) {
        return { outcome: 'busy', record: found };
      }
      const interrupted = state.interrupted === true || hasLapsed(state);
      record.states.set(id, { ...state, interrupted, lease: createLease(ask.owner, version, ask.leaseMs) });
      return { outcome: 'leased', record: found, interrupted };
    });
    if (acquired.outcome === 'leased') await this.#tell(id, (refreshing) => refreshing.add(ask.owner));
    return acquired;
  }

  async renew(id: string, owner: string, leaseMs: number): Promise<boolean> {
    const renewed = this.#record(id).states.changeLeased(id, owner, (state, lease) => ({
      ...state,
      lease: createLease(owner, lease.version, leaseMs),
    }));
    if (renewed) await this.#tell(id, (refreshing) => refreshing.add(owner));
    return renewed;
  }

  async release(id: string, owner: string, given: ReleaseInfo = {}): Promise<void> {
    const left = withoutPrototype(given);
    const released = this.#record(id).states.changeLeased(id, owner, (state, lease) => ({
      ...state,
      ...(lease.version === state.version && {
        note: left.note ?? state.note,
        interrupted: left.interrupted === true || state.interrupted,
      }),
      lease: undefined,
    }));
    if (released) await this.#tell(id, (refreshing) => refreshing.remove(owner));
  }

  async isRefreshedElsewhere(id: string, owner: string): Promise<boolean> {
    return this.perProcess && (await this.#record(id).refreshing.hasOther(owner));
  }

  async commit(id: string, given: Commit): Promise<'committed' | 'superseded' | 'missing'> {
    const change = withoutPrototype(given);
    const { owner } = change;
    const outcome = await this.#exclusively(id, async (record) => {
      const stored = await record.readToChange();
      if (stored?.kind !== 'grant') return 'missing';
      const state = record.states.at(id, stored.version);
      const dead = record.getDeathReason(stored);
      const isRepeated = stored.version === change.version + 1 && stored.data === change.data;
      if (isRepeated && dead === undefined) return 'committed';
      const staysDead = dead !== undefined && (change.sameTokens === true || FINAL_REASONS.includes(dead));
      if (stored.version !== change.version || staysDead) return 'superseded';
      const version = stored.version + 1;
      await record.write({ kind: 'grant', version, data: change.data }, change.ttlMs);
      const lease = state.lease?.owner === change.owner ? undefined : state.lease;
      record.states.set(id, change.sameTokens === true ? carryForward(state, version) : { version, lease });
      return 'committed';
    });
    // After the new tokens are there: until then others wait for them.
    if (owner !== undefined && change.sameTokens !== true) {
      await this.#tell(id, (refreshing) => refreshing.remove(owner));
    }
    return outcome;
  }

  markDead(id: string, death: Death): Promise<boolean> {
    const { version, reason, data = '' } = withoutPrototype(death);
    return this.#exclusively(id, async (record) => {
      const stored = await record.readToChange();
      if (stored?.kind !== 'grant' || stored.version !== version) return false;
      const dead = record.getDeathReason(stored);
      if (dead !== undefined) return dead === reason;
      record.states.set(id, { ...record.states.at(id, version), death: { reason, data } });
      // In a store that others write to, this might replace their newer tokens.
      if (!this.perProcess) await record.write({ kind: 'grant', version, data, dead: reason }, tombstoneMs(stored));
      return true;
    });
  }

  async delete(id: string): Promise<void> {
    await this.#exclusively(id, async (record) => {
      // What cannot be read is removed all the same: a damaged record must not prevent a sign-out.
      const stored = await record.readToChange().catch(() => undefined);
      if (stored?.kind !== 'sign-in') await record.destroy();
    });
  }

  consume(id: string, owner: string): Promise<string | undefined> {
    return this.#exclusively(id, async (record) => {
      const consumed = record.consumed.get(id);
      if (consumed !== undefined && consumed.owner !== owner) return undefined;
      const stored = consumed === undefined ? await record.readToChange() : undefined;
      const data = stored?.kind === 'sign-in' ? stored.data : consumed?.data;
      if (data === undefined) return undefined;
      // Before it is destroyed: the store may do that, and its answer get lost. An owner that asks again has it done again.
      if (consumed === undefined) record.consumed.add(id, owner, data);
      await record.destroy();
      return data;
    });
  }

  /** Tells other processes about a refresh, where there may be any. It is no reason to fail when they cannot be told. */
  async #tell(id: string, tell: (refreshing: RefreshMarks) => Promise<void>): Promise<void> {
    if (this.perProcess) await tell(this.#record(id).refreshing).catch(() => undefined);
  }

  async #exclusively<T>(id: string, task: (record: StoredRecord) => Promise<T>): Promise<T> {
    const record = this.#record(id);
    return await record.exclusively(() => task(record));
  }

  #record(id: string): StoredRecord {
    if (this.#store === undefined) {
      throw new MarketingCloudError('vault_unavailable', {
        message: 'The default vault does not know its session store before the first request.',
        hint: 'Give the store: vault: new SessionStoreVault(store).',
      });
    }
    return new StoredRecord(this.#store, id);
  }
}

/** A dead record lives no longer than it would have otherwise. */
function tombstoneMs({ until }: RecordContent): number {
  return Math.min(TOMBSTONE_MS, (until ?? Infinity) - Date.now());
}
