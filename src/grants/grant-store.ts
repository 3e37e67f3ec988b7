import { MarketingCloudError } from '../errors';
import type { Tenant } from '../tenant';
import { readGrant, writeGrant, type Grant } from './grant';
import { answerOf } from './guarded-vault';
import { newGrantId } from './ids';
import type { Acquired, Vault, VaultRecord } from './vault';

/** A grant as it stood at one version of its record. */
export interface SeenGrant {
  readonly id: string;
  readonly version: number;
  readonly grant: Grant;
  readonly tenant: Tenant;
}

/** A grant that nobody has filed or used by then is forgotten. */
const UNFILED_MS = 600_000;

/**
 * Grants in a vault, typed: every call has a deadline, every record is checked when it is read, and its tenant must be
 * one that this strategy serves, since that decides where tokens go.
 */
export class GrantStore {
  readonly #vault: Vault;
  readonly #timeoutMs: number;
  readonly #ttlMs: number;
  readonly #now: () => number;
  readonly #tenantOf: (subdomain: string) => Tenant | undefined;

  constructor(options: {
    vault: Vault;
    vaultTimeoutMs: number;
    grantTtlMs: number;
    now: () => number;
    tenantOf: (subdomain: string) => Tenant | undefined;
  }) {
    this.#vault = options.vault;
    this.#timeoutMs = options.vaultTimeoutMs;
    this.#ttlMs = options.grantTtlMs;
    this.#now = options.now;
    this.#tenantOf = options.tenantOf;
  }

  /** Keeps a new grant, for minutes until it is filed. Resolves to its id. */
  async open(grant: Grant): Promise<string> {
    const id = newGrantId();
    const ttlMs = grant.filed ? this.#ttlMs : UNFILED_MS;
    await this.#answer(() => this.#vault.create(id, 'grant', writeGrant(grant), ttlMs));
    return id;
  }

  /**
   * The grant as it stands.
   *
   * @throws MarketingCloudError `sign_in_required` when it is gone, dead, over its time or not readable
   */
  async read(id: string): Promise<SeenGrant> {
    return this.seen(id, await this.#answer(() => this.#vault.read(id)));
  }

  /** A record as a grant; the same errors as `read`. */
  seen(id: string, record: VaultRecord | undefined): SeenGrant {
    const grant = record === undefined || record.dead !== undefined ? undefined : readGrant(record.data);
    const tenant = grant && this.#tenantOf(grant.subdomain);
    if (record === undefined || grant === undefined || tenant === undefined || this.#isOver(grant)) {
      throw new MarketingCloudError('sign_in_required');
    }
    return { id, version: record.version, grant, tenant };
  }

  /** Replaces what was seen; the outcome is the vault's. */
  commit(seen: SeenGrant, grant: Grant, owner?: string): Promise<'committed' | 'superseded' | 'missing'> {
    const ttlMs = grant.filed ? this.#ttlMs : UNFILED_MS;
    const change = { version: seen.version, data: writeGrant(grant), ttlMs, owner };
    return this.#answer(() => this.#vault.commit(seen.id, change));
  }

  /** Has a grant kept for its whole time, now that a session holds it or a job has used it. */
  async file(id: string): Promise<void> {
    await this.change(await this.read(id), (grant) => ({ ...grant, filed: true }));
  }

  /** Changes something other than the tokens; whoever committed in between is built upon, not overwritten. */
  async change(from: SeenGrant, change: (grant: Grant) => Grant): Promise<SeenGrant> {
    let seen = from;
    for (;;) {
      const grant = change(seen.grant);
      if ((await this.commit(seen, grant)) === 'committed') return { ...seen, version: seen.version + 1, grant };
      seen = await this.read(seen.id);
    }
  }

  acquire(seen: SeenGrant, owner: string, leaseMs: number): Promise<Acquired> {
    return this.#answer(() => this.#vault.acquire(seen.id, { version: seen.version, owner, leaseMs }));
  }

  renew(id: string, owner: string, leaseMs: number): Promise<boolean> {
    return this.#answer(() => this.#vault.renew(id, owner, leaseMs));
  }

  release(id: string, owner: string): Promise<void> {
    return this.#answer(() => this.#vault.release(id, owner));
  }

  bury(seen: SeenGrant, reason: string): Promise<void> {
    return this.#answer(() => this.#vault.bury(seen.id, { version: seen.version, reason }));
  }

  forget(id: string): Promise<void> {
    return this.#answer(() => this.#vault.forget(id));
  }

  #isOver(grant: Grant): boolean {
    return this.#now() >= grant.issuedAt + (grant.filed ? this.#ttlMs : UNFILED_MS);
  }

  #answer<T>(call: () => Promise<T>): Promise<T> {
    return answerOf(call, this.#timeoutMs);
  }
}
