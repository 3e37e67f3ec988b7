import { MarketingCloudError } from '../../errors';
import { withoutPrototype, getOwn } from '../../own-properties';
import { warnInCluster } from './cluster-warning';
import { isMemoryStore } from './memory-store';
import type { RefreshMarks } from './refresh-marks';
import type { SessionStore } from './session-store';
import { StoredRecord, type RecordContent } from './stored-record';
import { isRunning, leaseFor, carryForward, hasLapsed } from './record-marks';
import { FINAL_REASONS, TOMBSTONE_MS } from '../vault';
import type { Acquired, Commit, Death, RecordKind, ReleaseInfo, Vault, VaultRecord } from '../vault';

/**
 * The default vault: the app's own express-session store, under keys of its own. It has only get, set and destroy to
 * work with, so that what is atomic here is so within one process: one queue per key and store. Leases, notes,
 * interruptions and who consumed a sign-in are kept in memory; tombstones too, unless the store is in memory itself,
 * since another process may hold newer tokens than the ones found dead.
 *
 * Its records look like sessions, else stores drop them early; they are never touched, only set anew.
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

  /** A store in this process's memory has nobody else to write to it. */
  get perProcess(): boolean {
    return this.#store !== undefined && !isMemoryStore(this.#store);
  }

  /** Tells the vault its store, unless it knows one. */
  attach(store: SessionStore): void {
    this.#store ??= store;
  }

  async create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
    await this.#exclusively(id, async (entry) => {
      const stored = await entry.read();
      if (stored !== undefined) {
        const isEqual = stored.kind === kind && stored.version === 1 && stored.data === data;
        if (isEqual && entry.getDeathReason(stored) === undefined) return;
      }
      if (stored !== undefined || entry.consumed.get(id) !== undefined) {
        throw new Error('Another record with this id exists.');
      }
      entry.marks.delete(id);
      await entry.write({ kind, version: 1, data }, ttlMs);
    });
  }

  async read(id: string): Promise<VaultRecord | undefined> {
    const entry = this.#entry(id);
    return entry.toVaultRecord(await entry.read());
  }

  async acquire(id: string, ask: { version: number; owner: string; leaseMs: number }): Promise<Acquired> {
    const acquired = await this.#exclusively<Acquired>(id, async (entry) => {
      const record = entry.toVaultRecord(await entry.read());
      if (record === undefined) return { outcome: 'missing' };
      if (record.version !== ask.version || getOwn(record, 'dead') !== undefined) return { outcome: 'changed', record };
      const mark = entry.marks.at(id, record.version);
      if (mark.lease !== undefined && mark.lease.owner !== ask.owner && isRunning(mark.lease)) {
        return { outcome: 'busy', record };
      }
      const interrupted = mark.interrupted === true || hasLapsed(mark);
      entry.marks.set(id, { ...mark, interrupted, lease: leaseFor(ask.owner, record.version, ask.leaseMs) });
      return { outcome: 'leased', record, interrupted };
    });
    if (acquired.outcome === 'leased') await this.#tell(id, (refreshing) => refreshing.add(ask.owner));
    return acquired;
  }

  async renew(id: string, owner: string, leaseMs: number): Promise<boolean> {
    const renewed = this.#entry(id).marks.changeLeased(id, owner, (mark, lease) => ({
      ...mark,
      lease: leaseFor(owner, lease.version, leaseMs),
    }));
    if (renewed) await this.#tell(id, (refreshing) => refreshing.add(owner));
    return renewed;
  }

  async release(id: string, owner: string, given: ReleaseInfo = {}): Promise<void> {
    const left = withoutPrototype(given);
    const released = this.#entry(id).marks.changeLeased(id, owner, (mark, lease) => ({
      ...mark,
      ...(lease.version === mark.version && {
        note: left.note ?? mark.note,
        interrupted: left.interrupted === true || mark.interrupted,
      }),
      lease: undefined,
    }));
    if (released) await this.#tell(id, (refreshing) => refreshing.remove(owner));
  }

  async isRefreshedElsewhere(id: string, owner: string): Promise<boolean> {
    return this.perProcess && (await this.#entry(id).refreshing.hasOther(owner));
  }

  async commit(id: string, given: Commit): Promise<'committed' | 'superseded' | 'missing'> {
    const change = withoutPrototype(given);
    const { owner } = change;
    const outcome = await this.#exclusively(id, async (entry) => {
      const stored = await entry.read();
      if (stored?.kind !== 'grant') return 'missing';
      const mark = entry.marks.at(id, stored.version);
      const dead = entry.getDeathReason(stored);
      const isRepeated = stored.version === change.version + 1 && stored.data === change.data;
      if (isRepeated && dead === undefined) return 'committed';
      const staysDead = dead !== undefined && (change.sameTokens === true || FINAL_REASONS.includes(dead));
      if (stored.version !== change.version || staysDead) return 'superseded';
      const version = stored.version + 1;
      await entry.write({ kind: 'grant', version, data: change.data }, change.ttlMs);
      const lease = mark.lease?.owner === change.owner ? undefined : mark.lease;
      entry.marks.set(id, change.sameTokens === true ? carryForward(mark, version) : { version, lease });
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
    return this.#exclusively(id, async (entry) => {
      const stored = await entry.read();
      if (stored?.kind !== 'grant' || stored.version !== version) return false;
      const dead = entry.getDeathReason(stored);
      if (dead !== undefined) return dead === reason;
      entry.marks.set(id, { ...entry.marks.at(id, version), death: { reason, data } });
      // In a store that others write to, this might replace their newer tokens.
      if (!this.perProcess) await entry.write({ kind: 'grant', version, data, dead: reason }, tombstoneMs(stored));
      return true;
    });
  }

  async delete(id: string): Promise<void> {
    await this.#exclusively(id, async (entry) => {
      // What cannot be read is removed all the same: a damaged record must not keep anybody from signing out.
      const stored = await entry.read().catch(() => undefined);
      if (stored?.kind !== 'sign-in') await entry.destroy();
    });
  }

  consume(id: string, owner: string): Promise<string | undefined> {
    return this.#exclusively(id, async (entry) => {
      const consumed = entry.consumed.get(id);
      if (consumed !== undefined && consumed.owner !== owner) return undefined;
      const stored = consumed === undefined ? await entry.read() : undefined;
      const data = stored?.kind === 'sign-in' ? stored.data : consumed?.data;
      if (data === undefined) return undefined;
      // Before it is destroyed: the store may do that, and its answer get lost. An owner that asks again has it done again.
      if (consumed === undefined) entry.consumed.add(id, owner, data);
      await entry.destroy();
      return data;
    });
  }

  /** Tells other processes about a refresh, where there may be any. It is no reason to fail when they cannot be told. */
  async #tell(id: string, tell: (refreshing: RefreshMarks) => Promise<void>): Promise<void> {
    if (this.perProcess) await tell(this.#entry(id).refreshing).catch(() => undefined);
  }

  async #exclusively<T>(id: string, task: (entry: StoredRecord) => Promise<T>): Promise<T> {
    const entry = this.#entry(id);
    return await entry.exclusively(() => task(entry));
  }

  #entry(id: string): StoredRecord {
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
