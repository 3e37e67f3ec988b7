import { BoundedMap } from '../bounded-map';
import type { VaultRecord } from '../vaults/vault';
import { isUsable } from './grant';
import type { GrantSnapshot } from './grant-snapshot';

/** How long a grant that was read or written may be served while the vault cannot be reached. */
const MAX_SERVED_AGE_MS = 30_000;
const MAX_GRANTS = 10_000;
/** Of grants that a sign-in has written and no request has read yet, fewer are kept: most are read within seconds. */
const MAX_NEW_GRANTS = 500;
/** How long a deleted grant is known as deleted: longer than any read or commit of it may take. */
const MAX_DELETED_AGE_MS = 3_600_000;
const MAX_DELETED_GRANTS = 10_000;

interface RememberedGrant {
  readonly snapshot: GrantSnapshot;
  /** The record's text that the snapshot was parsed from, or was written as. */
  readonly data: string;
  readonly note: unknown;
}

/**
 * The grants that this process has read from or written to the vault within the last 30 seconds. They are served while
 * the vault is away, and spare parsing a record again that has not changed. Answers of a vault may arrive out of order:
 * an older version does not replace a newer one, and a deleted grant stays deleted.
 */
export class GrantMemory {
  readonly #grants: BoundedMap<string, RememberedGrant>;
  readonly #newGrants: BoundedMap<string, RememberedGrant>;
  readonly #deleted: BoundedMap<string, true>;

  /** @param now a monotonic clock, in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#grants = new BoundedMap({ maxEntries: MAX_GRANTS, maxAgeMs: MAX_SERVED_AGE_MS, now });
    this.#newGrants = new BoundedMap({ maxEntries: MAX_NEW_GRANTS, maxAgeMs: MAX_SERVED_AGE_MS, now });
    this.#deleted = new BoundedMap({ maxEntries: MAX_DELETED_GRANTS, maxAgeMs: MAX_DELETED_AGE_MS, now });
  }

  /** The number of grants that it holds. */
  get size(): number {
    return this.#grants.size + this.#newGrants.size;
  }

  /** The snapshot of a record that was read before and has not changed. */
  find(id: string, { version, data, note }: VaultRecord): GrantSnapshot | undefined {
    const known = this.#get(id);
    const isSame = known?.snapshot.version === version && known.data === data && known.note === note;
    return isSame ? known.snapshot : undefined;
  }

  /** Remembers a grant, with the record's text and note as the vault has them. */
  remember(snapshot: GrantSnapshot, { data, note }: Pick<VaultRecord, 'data' | 'note'>): void {
    const { id } = snapshot;
    if (this.#grants.get(id)?.snapshot === snapshot) {
      this.#grants.renew(id);
      return;
    }
    if (!this.#isNewest(snapshot)) return;
    this.#newGrants.delete(id);
    this.#grants.set(id, { snapshot, data, note });
  }

  /** Remembers a grant that a sign-in has written. */
  rememberNew(snapshot: GrantSnapshot, { data, note }: Pick<VaultRecord, 'data' | 'note'>): void {
    if (this.#isNewest(snapshot)) this.#newGrants.set(snapshot.id, { snapshot, data, note });
  }

  /** Remembers what was written to a grant: as one that no request has read yet where it is such a grant. */
  update(snapshot: GrantSnapshot, written: Pick<VaultRecord, 'data' | 'note'>): void {
    if (this.#newGrants.has(snapshot.id)) this.rememberNew(snapshot, written);
    else this.remember(snapshot, written);
  }

  /** Forgets what is known of a grant, until it is read again. */
  drop(id: string): void {
    this.#grants.delete(id);
    this.#newGrants.delete(id);
  }

  /** Forgets a grant for good: a read that has begun already does not bring it back. */
  markDeleted(id: string): void {
    this.drop(id);
    this.#deleted.set(id, true);
  }

  isDeleted(id: string): boolean {
    return this.#deleted.has(id);
  }

  /** The grant as it was read or written within the last 30 seconds, while its token is usable. */
  getUsable(id: string, nowMs: number): GrantSnapshot | undefined {
    const known = this.#get(id)?.snapshot;
    return known !== undefined && isUsable(known.grant, nowMs) ? known : undefined;
  }

  #get(id: string): RememberedGrant | undefined {
    return this.#grants.get(id) ?? this.#newGrants.get(id);
  }

  #isNewest({ id, version }: GrantSnapshot): boolean {
    return !this.#deleted.has(id) && (this.#get(id)?.snapshot.version ?? 0) <= version;
  }
}
