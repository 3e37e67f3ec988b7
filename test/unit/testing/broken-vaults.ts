import { randomUUID } from 'node:crypto';
import session from 'express-session';
import { SessionStoreVault } from '../../../src';
import type { Acquired, Death, ReleaseInfo, RecordKind, Vault, VaultRecord } from '../../../src/vaults/vault';

const DAY_MS = 86_400_000;

/** Every operation as it should be; each broken vault below gets one thing wrong. */
class SoundVault extends SessionStoreVault {
  readonly #store: session.MemoryStore;

  constructor() {
    const store = new session.MemoryStore();
    super(store);
    this.#store = store;
  }

  /** Deletes every record of an id. */
  protected async clear(id: string): Promise<void> {
    await super.delete(id);
    this.#store.destroy(`mcg_${id}`);
  }

  protected async versionOf(id: string): Promise<number> {
    return (await this.read(id))?.version ?? 1;
  }
}

type Ask = Parameters<Vault['acquire']>[1];
type Change = Parameters<Vault['commit']>[1];

/** Vaults that break the contract, by what they get wrong. */
export const BROKEN_VAULTS: Readonly<Record<string, new () => Vault>> = {
  'creates over what is there': class extends SoundVault {
    override async create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
      await this.clear(id);
      await super.create(id, kind, data, ttlMs);
    }
  },
  'begins with version 0': class extends SoundVault {
    override async read(id: string): Promise<VaultRecord | undefined> {
      const record = await super.read(id);
      return record && { ...record, version: record.version - 1 };
    }
  },
  'rejects what is missing': class extends SoundVault {
    override async delete(id: string): Promise<void> {
      if ((await this.read(id)) === undefined) throw new Error('There is none.');
      await super.delete(id);
    }
  },
  'cuts data off': class extends SoundVault {
    override create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
      return super.create(id, kind, data.slice(0, 65_535), ttlMs);
    }
  },
  'takes ids in any letter case': class extends SoundVault {
    override create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
      return super.create(id.toLowerCase(), kind, data, ttlMs);
    }
    override read(id: string): Promise<VaultRecord | undefined> {
      return super.read(id.toLowerCase());
    }
  },
  'forgets pending sign-ins': class extends SoundVault {
    override async delete(id: string): Promise<void> {
      await this.clear(id);
    }
  },
  'gives a pending sign-in to every owner': class extends SoundVault {
    override consume(id: string): Promise<string | undefined> {
      return super.consume(id, 'every owner');
    }
  },
  'gives a pending sign-in once, even to its owner': class extends SoundVault {
    override consume(id: string): Promise<string | undefined> {
      return super.consume(id, randomUUID());
    }
  },
  'creates a sign-in again that was consumed': class extends SoundVault {
    readonly #consumed = new Set<string>();
    override create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
      return super.create(this.#keyOf(id), kind, data, ttlMs);
    }
    override async consume(id: string, owner: string): Promise<string | undefined> {
      const data = await super.consume(this.#keyOf(id), owner);
      if (data !== undefined) this.#consumed.add(id);
      return data ?? (await super.consume(id, owner));
    }
    #keyOf(id: string): string {
      return this.#consumed.has(id) ? `${id} once more` : id;
    }
  },
  'rejects a record that it has created before': class extends SoundVault {
    override async create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
      if ((await this.read(id)) !== undefined) throw new Error('It exists.');
      await super.create(id, kind, data, ttlMs);
    }
  },
  'makes an equal record anew': class extends SoundVault {
    override async create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
      if ((await this.read(id))?.data === data) await this.clear(id);
      await super.create(id, kind, data, ttlMs);
    }
  },
  'says superseded of a commit that it has made': class extends SoundVault {
    readonly #committed = new Set<string>();
    override async commit(id: string, change: Change): ReturnType<Vault['commit']> {
      const key = `${id} ${change.version}`;
      if (this.#committed.has(key)) return 'superseded';
      const outcome = await super.commit(id, change);
      if (outcome === 'committed') this.#committed.add(key);
      return outcome;
    }
  },
  'marks a grant as dead once only': class extends SoundVault {
    override async markDead(id: string, at: Death): Promise<boolean> {
      return (await this.read(id))?.dead === undefined && (await super.markDead(id, at));
    }
  },
  'keeps everything for a day': class extends SoundVault {
    override create(id: string, kind: RecordKind, data: string): Promise<void> {
      return super.create(id, kind, data, DAY_MS);
    }
  },
  'keeps the time of a record at a commit': class extends SoundVault {
    readonly #ttls = new Map<string, number>();
    override create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
      this.#ttls.set(id, ttlMs);
      return super.create(id, kind, data, ttlMs);
    }
    override commit(id: string, change: Change): ReturnType<Vault['commit']> {
      return super.commit(id, { ...change, ttlMs: this.#ttls.get(id) ?? change.ttlMs });
    }
  },
  'commits over any version': class extends SoundVault {
    override async commit(id: string, change: Change): ReturnType<Vault['commit']> {
      return super.commit(id, { ...change, version: await this.versionOf(id) });
    }
  },
  'says superseded of what is missing': class extends SoundVault {
    override async commit(id: string, change: Change): ReturnType<Vault['commit']> {
      const outcome = await super.commit(id, change);
      return outcome === 'missing' ? 'superseded' : outcome;
    }
  },
  'marks any version dead': class extends SoundVault {
    override async markDead(id: string, at: Death): Promise<boolean> {
      return await super.markDead(id, { ...at, version: await this.versionOf(id) });
    }
  },
  'always reports that it has marked the version dead': class extends SoundVault {
    override async markDead(id: string, at: Death): Promise<boolean> {
      await super.markDead(id, at);
      return true;
    }
  },
  'keeps the data of what is dead': class extends SoundVault {
    override async markDead(id: string, death: Death): Promise<boolean> {
      const data = (await this.read(id))?.data;
      return await super.markDead(id, { ...death, data });
    }
  },
  'drops the data that a tombstone is given': class extends SoundVault {
    override markDead(id: string, { version, reason }: Death): Promise<boolean> {
      return super.markDead(id, { version, reason });
    }
  },
  'revives what was signed out': class extends SoundVault {
    override markDead(id: string, death: Death): Promise<boolean> {
      return super.markDead(id, { ...death, reason: 'x' });
    }
  },
  'removes what it should mark as dead': class extends SoundVault {
    override async markDead(id: string): Promise<boolean> {
      await super.delete(id);
      return true;
    }
  },
  'refuses to commit over a tombstone': class extends SoundVault {
    override async commit(id: string, change: Change): ReturnType<Vault['commit']> {
      return (await this.read(id))?.dead === undefined ? super.commit(id, change) : 'superseded';
    }
  },
  'marks dead what it should delete': class extends SoundVault {
    override async delete(id: string): Promise<void> {
      await super.markDead(id, { version: await this.versionOf(id), reason: 'forgotten' });
    }
  },
  'leases to every owner': class extends SoundVault {
    override acquire(id: string, ask: Ask): Promise<Acquired> {
      return super.acquire(id, { ...ask, owner: 'every owner' });
    }
  },
  'does not repeat a lease for its owner': class extends SoundVault {
    override acquire(id: string, ask: Ask): Promise<Acquired> {
      return super.acquire(id, { ...ask, owner: randomUUID() });
    }
  },
  'leases any version': class extends SoundVault {
    override async acquire(id: string, ask: Ask): Promise<Acquired> {
      return super.acquire(id, { ...ask, version: await this.versionOf(id) });
    }
  },
  'never says that a lease was interrupted': class extends SoundVault {
    override async acquire(id: string, ask: Ask): Promise<Acquired> {
      const asked = await super.acquire(id, ask);
      return asked.outcome === 'leased' ? { ...asked, interrupted: false } : asked;
    }
  },
  'always says that a lease was interrupted': class extends SoundVault {
    override async acquire(id: string, ask: Ask): Promise<Acquired> {
      const asked = await super.acquire(id, ask);
      return asked.outcome === 'leased' ? { ...asked, interrupted: true } : asked;
    }
  },
  'says it once only that a lease was interrupted': class extends SoundVault {
    readonly #told = new Set<string>();
    override async acquire(id: string, ask: Ask): Promise<Acquired> {
      const asked = await super.acquire(id, ask);
      if (asked.outcome !== 'leased' || !asked.interrupted) return asked;
      const told = this.#told.has(id);
      this.#told.add(id);
      return { ...asked, interrupted: !told };
    }
  },
  'says it even after a commit that a lease was interrupted': class extends SoundVault {
    readonly #leased = new Set<string>();
    override async acquire(id: string, ask: Ask): Promise<Acquired> {
      const asked = await super.acquire(id, ask);
      if (asked.outcome !== 'leased') return asked;
      const interrupted = asked.interrupted || this.#leased.has(id);
      this.#leased.add(id);
      return { ...asked, interrupted };
    }
    override async release(id: string, owner: string, left?: ReleaseInfo): Promise<void> {
      this.#leased.delete(id);
      await super.release(id, owner, left);
    }
  },
  'renews for strangers': class extends SoundVault {
    override async renew(id: string, owner: string, leaseMs: number): Promise<boolean> {
      await super.renew(id, owner, leaseMs);
      return true;
    }
  },
  'renews in word only': class extends SoundVault {
    override renew(id: string, owner: string): Promise<boolean> {
      return super.renew(id, owner, 40);
    }
  },
  'renews a lease that ran out': class extends SoundVault {
    readonly #owners = new Map<string, string>();
    override async acquire(id: string, ask: Ask): Promise<Acquired> {
      const asked = await super.acquire(id, ask);
      if (asked.outcome === 'leased') this.#owners.set(id, ask.owner);
      return asked;
    }
    override async renew(id: string, owner: string, leaseMs: number): Promise<boolean> {
      await super.renew(id, owner, leaseMs);
      return this.#owners.get(id) === owner;
    }
  },
  'releases for strangers': class extends SoundVault {
    readonly #owners = new Map<string, string>();
    override acquire(id: string, ask: Ask): Promise<Acquired> {
      this.#owners.set(id, this.#owners.get(id) ?? ask.owner);
      return super.acquire(id, ask);
    }
    override async release(id: string, owner: string, left?: ReleaseInfo): Promise<void> {
      const holder = this.#owners.get(id) ?? owner;
      this.#owners.delete(id);
      await super.release(id, holder, left);
    }
  },
  'releases for earlier owners': class extends SoundVault {
    readonly #owners = new Map<string, string[]>();
    override async acquire(id: string, ask: Ask): Promise<Acquired> {
      const asked = await super.acquire(id, ask);
      if (asked.outcome === 'leased') this.#owners.set(id, [...(this.#owners.get(id) ?? []), ask.owner]);
      return asked;
    }
    override async release(id: string, owner: string, left?: ReleaseInfo): Promise<void> {
      const owners = this.#owners.get(id) ?? [];
      await super.release(id, owners.includes(owner) ? (owners.at(-1) ?? owner) : owner, left);
    }
  },
  'releases nothing': class extends SoundVault {
    override release(): Promise<void> {
      return Promise.resolve();
    }
  },
  'loses notes': class extends SoundVault {
    override release(id: string, owner: string): Promise<void> {
      return super.release(id, owner);
    }
  },
  'clears a note that is left out': class extends SoundVault {
    override release(id: string, owner: string, left: ReleaseInfo = {}): Promise<void> {
      return super.release(id, owner, { ...left, note: left.note ?? '' });
    }
  },
  'ends every lease at a commit': class extends SoundVault {
    readonly #owners = new Map<string, string>();
    override acquire(id: string, ask: Ask): Promise<Acquired> {
      this.#owners.set(id, this.#owners.get(id) ?? ask.owner);
      return super.acquire(id, ask);
    }
    override commit(id: string, change: Change): ReturnType<Vault['commit']> {
      return super.commit(id, { ...change, owner: this.#owners.get(id) });
    }
  },
  'takes the same tokens for new ones': class extends SoundVault {
    override commit(id: string, change: Change): ReturnType<Vault['commit']> {
      return super.commit(id, { ...change, sameTokens: false });
    }
  },
  'takes new tokens for the same ones': class extends SoundVault {
    override commit(id: string, change: Change): ReturnType<Vault['commit']> {
      return super.commit(id, { ...change, sameTokens: true });
    }
  },
  'commits what has been forgotten': class extends SoundVault {
    override async commit(id: string, change: Change): ReturnType<Vault['commit']> {
      const outcome = await super.commit(id, change);
      if (outcome === 'missing') await super.create(id, 'grant', change.data, change.ttlMs).catch(() => undefined);
      return outcome;
    }
  },
  'has one record for all': class extends SoundVault {
    override create(_id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
      return super.create('the one', kind, data, ttlMs).catch(() => undefined);
    }
    override acquire(_id: string, ask: Ask): Promise<Acquired> {
      return super.acquire('the one', ask);
    }
  },
};

/** A vault that keeps the contract. */
export const SOUND_VAULT: new () => Vault = SoundVault;
