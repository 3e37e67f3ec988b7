import { MarketingCloudError } from '../errors';
import { withoutPrototype, getOwn } from '../own-properties';
import type { Tenant } from '../tenant';
import { parseFailureNote, serializeFailureNote, type FailureNote } from './failure-note';
import type { IssuedTokens } from '../oauth/oauth-client';
import { createGrant, holdSameTokens, withFlags, type Grant } from './grant';
import { GrantMemory } from './grant-memory';
import { parseGrant, parseTombstone, serializeGrant, serializeTombstone } from './grant-format';
import { digest, createGrantId } from '../identifiers';
import type { Sealing } from '../vaults/sealing';
import type { GrantSnapshot } from './grant-snapshot';
import { SharedReads } from './shared-reads';
import { SessionStoreVault } from '../vaults/session-store/session-store-vault';
import { FINAL_REASONS, type Acquired, type Vault, type VaultRecord } from '../vaults/vault';
import { callVault } from './vault-call';

/** How long a grant is kept whose sign-in has opened no session, until it is used. */
const UNUSED_GRANT_TTL_MS = 600_000;

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

/** What is known of a new grant besides its tokens. */
export interface NewGrantDetails extends Pick<Grant, 'scope'>, Partial<Pick<Grant, 'identity'>> {
  /** The tenant that the sign-in has chosen: the strategy serves it. */
  readonly tenant: Tenant;
}

/**
 * Grants in a vault, typed: every call has a deadline, every record is unsealed and checked when it is read, and its
 * tenant must be one that this strategy serves, since that decides where tokens are sent.
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

  /** Whether another process may write unseen: see `Vault.perProcess`. */
  get isPerProcess(): boolean {
    return this.#options.vault.perProcess === true;
  }

  /** Whether another process can be seen to refresh the grant: see `Vault.isRefreshedElsewhere`. */
  async isRefreshedElsewhere(id: string, owner: string): Promise<boolean> {
    const ask = async (vault: Vault): Promise<boolean> => (await vault.isRefreshedElsewhere?.(id, owner)) === true;
    return await this.#call('isRefreshedElsewhere', ask);
  }

  /** Creates a grant, for the session that is about to hold it. */
  async create(tokens: IssuedTokens, { tenant, ...about }: NewGrantDetails): Promise<GrantSnapshot> {
    const id = createGrantId();
    const { subdomain } = tenant;
    const grant = createGrant(tokens, { ...about, subdomain, strategy: this.#strategy, persistent: true });
    const data = this.#seal(id, 1, serializeGrant(grant));
    await this.#call('create', (vault) => vault.create(id, 'grant', data, this.#getTtlMs(grant)));
    const snapshot = { id, version: 1, grant, tenant, note: undefined };
    this.#memory.rememberNew(snapshot, { data });
    return snapshot;
  }

  /**
   * Keeps a grant for ten minutes only, until it is used. Nothing happens where the vault has another version by now.
   * Resolves to the grant as it was written last.
   */
  async limit(from: GrantSnapshot): Promise<GrantSnapshot> {
    const limited = await this.#replace(from, withFlags(from.grant, { persistent: false }), SAME_TOKENS);
    return typeof limited === 'string' ? from : limited;
  }

  /**
   * The grant as the vault has it.
   *
   * @param timeoutMs how long to wait for the vault, where that is less than usual
   * @throws MarketingCloudError `sign_in_required` when it is gone, dead, expired or not readable;
   *   `vault_unavailable`
   */
  async read(id: string, timeoutMs?: number): Promise<GrantSnapshot> {
    return this.#remember(id, await this.#call('read', () => this.#reads.read(id), timeoutMs));
  }

  /**
   * The grant as the vault has it, where it can be read without waiting; undefined where `read` has to be asked, also to
   * find out why there is no grant.
   */
  readNow(id: string): GrantSnapshot | undefined {
    const record = SessionStoreVault.readNow(this.#options.vault, id);
    if (record === undefined || getOwn(record, 'dead') !== undefined) return undefined;
    try {
      return this.#remember(id, record);
    } catch {
      return undefined;
    }
  }

  /**
   * The grant as it is, for a commit of tokens that were refreshed from those of `base`: also a dead one that the commit
   * may revive. Undefined when it holds other tokens.
   *
   * @throws MarketingCloudError `sign_in_required` when it is gone, or dead for good
   */
  async readForCommit({ id, grant: base }: GrantSnapshot): Promise<GrantSnapshot | undefined> {
    const record = await this.#call('read', () => this.#reads.read(id));
    const dead = record && getOwn(record, 'dead');
    if (record === undefined || typeof dead !== 'string') {
      const snapshot = this.toSnapshot(id, record);
      return holdSameTokens(snapshot.grant, base) ? snapshot : undefined;
    }
    const data = this.#open(id, record);
    const grant = FINAL_REASONS.includes(dead) || data === undefined ? undefined : parseTombstone(data, base);
    return this.#toSnapshot(id, record.version, grant);
  }

  /** The grant as this process has read or written it lately, while its token is usable: for when the vault is away. */
  getRemembered(id: string): GrantSnapshot | undefined {
    return this.#memory.getUsable(id, this.#options.now());
  }

  /** Whether this process has deleted the grant lately. */
  isDeleted(id: string): boolean {
    return this.#memory.isDeleted(id);
  }

  /** A vault's record as a grant; throws the same errors as `read`. */
  toSnapshot(id: string, record: VaultRecord | undefined): GrantSnapshot {
    const dead = record && getOwn(record, 'dead');
    if (record === undefined || dead !== undefined) {
      throw new MarketingCloudError('sign_in_required', { reason: dead === 'rotation_lost' ? dead : undefined });
    }
    const known = this.#memory.find(id, record);
    if (known !== undefined && !this.#hasExpired(known.grant)) return known;
    const data = this.#open(id, record);
    const snapshot = this.#toSnapshot(id, record.version, data === undefined ? undefined : parseGrant(data));
    return { ...snapshot, note: parseFailureNote(getOwn(record, 'note')) };
  }

  /**
   * Replaces the version that was read by new tokens, and ends the owner's lease. Resolves to the grant as it is then, or
   * to why nothing was written.
   */
  async commit(from: GrantSnapshot, grant: Grant, owner: string): Promise<GrantSnapshot | 'superseded' | 'missing'> {
    return await this.#replace({ ...from, note: undefined }, grant, { owner, sameTokens: false });
  }

  /** Keeps a grant for its whole time, now that a session holds it or it is used. */
  async persist(from: GrantSnapshot): Promise<void> {
    await this.change(from, (grant) => withFlags(grant, { persistent: true }));
  }

  /**
   * Changes something other than the tokens. A change by another process in between is kept: this one is made again on
   * top of it. A function that returns its argument changes nothing.
   */
  async change(from: GrantSnapshot, change: (grant: Grant) => Grant): Promise<GrantSnapshot> {
    let snapshot = from;
    for (;;) {
      const grant = change(snapshot.grant);
      if (grant === snapshot.grant) return snapshot;
      const changed = await this.#replace(snapshot, grant, SAME_TOKENS);
      if (typeof changed !== 'string') return changed;
      snapshot = await this.read(snapshot.id);
    }
  }

  /** Asks for a lease. One that arrives after the deadline of the call is given back. */
  async acquire({ id, version }: GrantSnapshot, owner: string, leaseMs: number): Promise<Acquired> {
    let isLate = false;
    const acquire = async (vault: Vault): Promise<Acquired> => {
      const acquired = await vault.acquire(id, { version, owner, leaseMs });
      if (isLate && acquired.outcome === 'leased') await vault.release(id, owner);
      return acquired;
    };
    try {
      return await this.#call('acquire', acquire);
    } finally {
      isLate = true;
    }
  }

  renew(id: string, owner: string, leaseMs: number): Promise<boolean> {
    return this.#call('renew', (vault) => vault.renew(id, owner, leaseMs));
  }

  release(
    id: string,
    owner: string,
    left: { note?: FailureNote | undefined; interrupted?: boolean } = {},
  ): Promise<void> {
    const { note, interrupted } = withoutPrototype(left);
    const info = { note: note && serializeFailureNote(note), interrupted };
    return this.#call('release', (vault) => vault.release(id, owner, info));
  }

  /**
   * Marks a grant as dead, if it still has the version that was read. Its tokens are not kept; what a late commit needs
   * to revive it is, unless the reason is final. Resolves to whether it is dead for this reason.
   */
  markDead({ id, version, grant }: GrantSnapshot, reason: string): Promise<boolean> {
    this.#memory.drop(id);
    const data = FINAL_REASONS.includes(reason) ? '' : this.#seal(id, version, serializeTombstone(grant));
    return this.#call('markDead', (vault) => vault.markDead(id, { version, reason, data }));
  }

  delete(id: string): Promise<void> {
    this.#memory.markDeleted(id);
    return this.#call('delete', (vault) => vault.delete(id));
  }

  async #replace(
    from: GrantSnapshot,
    grant: Grant,
    how: { readonly owner: string | undefined; readonly sameTokens: boolean },
  ): Promise<GrantSnapshot | 'superseded' | 'missing'> {
    const { id } = from;
    const version = from.version + 1;
    const data = this.#seal(id, version, serializeGrant(grant));
    const change = { version: from.version, data, ttlMs: this.#getTtlMs(grant), ...how };
    const outcome = await this.#call('commit', (vault) => vault.commit(id, change));
    if (outcome !== 'committed') return outcome;
    const snapshot = { ...from, version, grant: withoutPrototype(grant) };
    const note = from.note && serializeFailureNote(from.note);
    const written = { data, ...(note !== undefined && { note }) };
    this.#memory.update(snapshot, written);
    return snapshot;
  }

  #remember(id: string, record: VaultRecord | undefined): GrantSnapshot {
    try {
      const snapshot = this.toSnapshot(id, record);
      if (record !== undefined) this.#memory.remember(snapshot, record);
      return snapshot;
    } catch (error) {
      this.#memory.drop(id);
      throw error;
    }
  }

  #getTtlMs(grant: Grant): number {
    return grant.persistent ? this.#options.grantTtlMs : UNUSED_GRANT_TTL_MS;
  }

  #hasExpired(grant: Grant): boolean {
    return this.#options.now() >= grant.issuedAt + this.#getTtlMs(grant);
  }

  #seal(id: string, version: number, data: string): string {
    return this.#options.sealing?.seal(data, toSealContext(id, version)) ?? data;
  }

  #open(id: string, { version, data }: VaultRecord): string | undefined {
    const { sealing } = this.#options;
    return sealing === undefined ? data : sealing.open(data, toSealContext(id, version));
  }

  /** @throws MarketingCloudError `sign_in_required` for no grant, one of another strategy or tenant, or an expired one */
  #toSnapshot(id: string, version: number, grant: Grant | undefined): GrantSnapshot {
    const tenant = grant?.strategy === this.#strategy ? this.#options.tenantOf(grant.subdomain) : undefined;
    if (grant === undefined || tenant === undefined || this.#hasExpired(grant)) {
      throw new MarketingCloudError('sign_in_required');
    }
    return { id, version, grant, tenant, note: undefined };
  }

  #call<T>(operation: string, call: (vault: Vault) => Promise<T>, timeoutMs: number = Infinity): Promise<T> {
    const { name, vault, vaultTimeoutMs } = this.#options;
    const withinMs = Math.min(timeoutMs, vaultTimeoutMs);
    return callVault({ strategy: name, operation, timeoutMs: withinMs }, () => call(vault));
  }
}

/** A commit that changes something other than the tokens. */
const SAME_TOKENS = { owner: undefined, sameTokens: true };

/** What the seal of a record is bound to. */
function toSealContext(id: string, version: number): string {
  return `${id}|${version}`;
}
