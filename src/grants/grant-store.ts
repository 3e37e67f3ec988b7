import { MarketingCloudError } from '../errors';
import { withoutPrototype, getOwn } from '../own-properties';
import type { Tenant } from '../tenant';
import { readNote, writeNote, type FailureNote } from './failure-note';
import type { IssuedTokens } from '../oauth/oauth-client';
import { createGrant, holdSameTokens, withFlags, type Grant } from './grant';
import { GrantMemory } from './grant-memory';
import { readGrant, readTombstone, writeGrant, writeTombstone } from './grant-record';
import { digest, createGrantId } from '../identifiers';
import type { Sealing } from '../vaults/sealing';
import type { GrantSnapshot } from './grant-snapshot';
import { SharedReads } from './shared-reads';
import { FINAL_REASONS, type Acquired, type Vault, type VaultRecord } from '../vaults/vault';
import { callVault } from './vault-call';

/** A grant that no session or job holds by then is forgotten. */
const UNFILED_MS = 600_000;

/** What a grant store is made of. */
export interface GrantStoreOptions {
  /** The strategy's name, for events. */
  readonly name: string;
  /** Tells the strategy's grants from those of another with the same name. */
  readonly clientID: string;
  readonly vault: Vault;
  readonly sealing: Sealing | undefined;
  readonly vaultTimeoutMs: number;
  readonly grantTtlMs: number;
  readonly now: () => number;
  /** The base URLs of a tenant that this strategy serves. */
  readonly tenantOf: (subdomain: string) => Tenant | undefined;
}

/**
 * Grants in a vault, typed: every call has a deadline, every record is unsealed and checked when it is read, and its
 * tenant must be one that this strategy serves, since that decides where tokens go.
 */
export class GrantStore {
  readonly #options: GrantStoreOptions;
  readonly #strategy: string;
  readonly #memory = new GrantMemory();
  readonly #reads: SharedReads<VaultRecord | undefined>;

  constructor(options: GrantStoreOptions) {
    this.#options = options;
    this.#strategy = digest('strategy', options.name, options.clientID);
    this.#reads = new SharedReads((id) => options.vault.read(id));
  }

  /** Whether another process may write without our knowing: see `Vault.perProcess`. */
  get isPerProcess(): boolean {
    return this.#options.vault.perProcess === true;
  }

  /** Whether another process can be seen to refresh the grant: see `Vault.isRefreshedElsewhere`. */
  async isRefreshedElsewhere(id: string, owner: string): Promise<boolean> {
    const ask = async (vault: Vault): Promise<boolean> => (await vault.isRefreshedElsewhere?.(id, owner)) === true;
    return await this.#ask('isRefreshedElsewhere', ask);
  }

  /** Creates a grant, which is kept for minutes until it is made persistent. */
  async create(
    tokens: IssuedTokens,
    about: Pick<Grant, 'subdomain' | 'scope'> & Partial<Pick<Grant, 'identity'>>,
  ): Promise<GrantSnapshot> {
    const id = createGrantId();
    const grant = createGrant(tokens, { ...about, strategy: this.#strategy, persistent: false });
    await this.#ask('create', (vault) => vault.create(id, 'grant', this.#write(id, 1, grant), this.#ttlOf(grant)));
    return this.#asSeen(id, 1, grant);
  }

  /**
   * The grant as it stands.
   *
   * @param timeoutMs how long to wait for the vault, where that is less than usual
   * @throws MarketingCloudError `sign_in_required` when it is gone, dead, over its time or not readable
   */
  async read(id: string, timeoutMs?: number): Promise<GrantSnapshot> {
    const record = await this.#ask('read', () => this.#reads.read(id), timeoutMs);
    try {
      const seen = this.toSnapshot(id, record);
      this.#memory.remember(seen);
      return seen;
    } catch (error) {
      this.#memory.drop(id);
      throw error;
    }
  }

  /**
   * The grant as it stands, for tokens that were refreshed from those of `base` and may revive it; undefined when it
   * holds other tokens.
   *
   * @throws MarketingCloudError `sign_in_required` when it is gone, or dead for good
   */
  async readForCommit({ id, grant: base }: GrantSnapshot): Promise<GrantSnapshot | undefined> {
    const record = await this.#ask('read', () => this.#reads.read(id));
    const dead = record && getOwn(record, 'dead');
    if (record === undefined || typeof dead !== 'string') {
      const seen = this.toSnapshot(id, record);
      return holdSameTokens(seen.grant, base) ? seen : undefined;
    }
    const data = this.#open(id, record);
    const grant = FINAL_REASONS.includes(dead) || data === undefined ? undefined : readTombstone(data, base);
    return this.#asSeen(id, record.version, grant);
  }

  /** The grant as this process has read or written it lately, while its token is usable: for when the vault is away. */
  remembered(id: string): GrantSnapshot | undefined {
    return this.#memory.usable(id, this.#options.now());
  }

  /** Whether this process has forgotten the grant lately. */
  isDeleted(id: string): boolean {
    return this.#memory.isForgotten(id);
  }

  /** A record as a grant; the same errors as `read`. */
  toSnapshot(id: string, record: VaultRecord | undefined): GrantSnapshot {
    const dead = record && getOwn(record, 'dead');
    if (record === undefined || dead !== undefined) {
      throw new MarketingCloudError('sign_in_required', { reason: dead === 'rotation_lost' ? dead : undefined });
    }
    const data = this.#open(id, record);
    const seen = this.#asSeen(id, record.version, data === undefined ? undefined : readGrant(data));
    return { ...seen, note: readNote(getOwn(record, 'note')) };
  }

  /** Puts new tokens in the place of what was seen. Resolves to the grant as it is then, or to why it is not. */
  async commit(seen: GrantSnapshot, grant: Grant, owner: string): Promise<GrantSnapshot | 'superseded' | 'missing'> {
    return await this.#replace({ ...seen, note: undefined }, grant, { owner, sameTokens: false });
  }

  /** Has a grant kept for its whole time, now that a session holds it. */
  async persist(from: GrantSnapshot): Promise<void> {
    await this.change(from, (grant) => withFlags(grant, { persistent: true }));
  }

  /**
   * Changes something other than the tokens; whoever committed in between is built upon, not overwritten. A change that
   * gives back the grant itself finds everything done.
   */
  async change(from: GrantSnapshot, change: (grant: Grant) => Grant): Promise<GrantSnapshot> {
    let seen = from;
    for (;;) {
      const grant = change(seen.grant);
      if (grant === seen.grant) return seen;
      const changed = await this.#replace(seen, grant, { owner: undefined, sameTokens: true });
      if (typeof changed !== 'string') return changed;
      seen = await this.read(seen.id);
    }
  }

  /** Asks for a lease; one that comes after nobody waits for it any more is given back. */
  async acquire({ id, version }: GrantSnapshot, owner: string, leaseMs: number): Promise<Acquired> {
    let isLate = false;
    const acquire = async (vault: Vault): Promise<Acquired> => {
      const acquired = await vault.acquire(id, { version, owner, leaseMs });
      if (isLate && acquired.outcome === 'leased') await vault.release(id, owner);
      return acquired;
    };
    try {
      return await this.#ask('acquire', acquire);
    } finally {
      isLate = true;
    }
  }

  renew(id: string, owner: string, leaseMs: number): Promise<boolean> {
    return this.#ask('renew', (vault) => vault.renew(id, owner, leaseMs));
  }

  release(
    id: string,
    owner: string,
    left: { note?: FailureNote | undefined; interrupted?: boolean } = {},
  ): Promise<void> {
    const { note, interrupted } = withoutPrototype(left);
    const info = { note: note && writeNote(note), interrupted };
    return this.#ask('release', (vault) => vault.release(id, owner, info));
  }

  /**
   * Marks a grant as dead, if it still is what was seen. Its tokens are not kept; what a late commit needs to revive it
   * is, unless the reason is final. Resolves to whether it is dead for this reason.
   */
  markDead({ id, version, grant }: GrantSnapshot, reason: string): Promise<boolean> {
    this.#memory.drop(id);
    const data = FINAL_REASONS.includes(reason) ? '' : this.#seal(id, version, writeTombstone(grant));
    return this.#ask('markDead', (vault) => vault.markDead(id, { version, reason, data }));
  }

  delete(id: string): Promise<void> {
    this.#memory.forget(id);
    return this.#ask('delete', (vault) => vault.delete(id));
  }

  async #replace(
    seen: GrantSnapshot,
    grant: Grant,
    how: { readonly owner: string | undefined; readonly sameTokens: boolean },
  ): Promise<GrantSnapshot | 'superseded' | 'missing'> {
    const { id } = seen;
    const version = seen.version + 1;
    const change = { version: seen.version, data: this.#write(id, version, grant), ttlMs: this.#ttlOf(grant), ...how };
    const outcome = await this.#ask('commit', (vault) => vault.commit(id, change));
    if (outcome !== 'committed') return outcome;
    const replaced = { ...seen, version, grant: withoutPrototype(grant) };
    this.#memory.remember(replaced);
    return replaced;
  }

  #ttlOf(grant: Grant): number {
    return grant.persistent ? this.#options.grantTtlMs : UNFILED_MS;
  }

  #isOver(grant: Grant): boolean {
    return this.#options.now() >= grant.issuedAt + this.#ttlOf(grant);
  }

  #write(id: string, version: number, grant: Grant): string {
    return this.#seal(id, version, writeGrant(grant));
  }

  #seal(id: string, version: number, data: string): string {
    return this.#options.sealing?.seal(data, sealContext(id, version)) ?? data;
  }

  #open(id: string, { version, data }: VaultRecord): string | undefined {
    const { sealing } = this.#options;
    return sealing === undefined ? data : sealing.open(data, sealContext(id, version));
  }

  #asSeen(id: string, version: number, grant: Grant | undefined): GrantSnapshot {
    const tenant = grant?.strategy === this.#strategy ? this.#options.tenantOf(grant.subdomain) : undefined;
    if (grant === undefined || tenant === undefined || this.#isOver(grant)) {
      throw new MarketingCloudError('sign_in_required');
    }
    return { id, version, grant, tenant, note: undefined };
  }

  async #ask<T>(operation: string, call: (vault: Vault) => Promise<T>, timeoutMs?: number): Promise<T> {
    const { name, vault, vaultTimeoutMs } = this.#options;
    const withinMs = Math.min(timeoutMs ?? vaultTimeoutMs, vaultTimeoutMs);
    return await callVault({ strategy: name, operation, timeoutMs: withinMs }, () => call(vault));
  }
}

/** What the seal of a record is bound to. */
function sealContext(id: string, version: number): string {
  return `${id}|${version}`;
}
