import { randomUUID } from 'node:crypto';
import { MarketingCloudError } from '../errors';
import type { FailureNote } from '../grants/failure-note';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { GrantStore } from '../grants/grant-store';

/** A lease ends after this time unless it is renewed; after a crash another process waits no longer than that. */
const LEASE_MS = 3_000;
const RENEW_MS = 1_000;
/** One that is never answered must not cost the lease; more would fill the queue of a slow vault. */
const MAX_UNANSWERED_RENEWALS = 2;

/** What the holder of a lease leaves to the next one. */
export interface LeaseResult {
  readonly note?: FailureNote | undefined;
  /** Whether the refresh token may be spent although no new tokens were received. */
  readonly interrupted?: boolean;
}

/** What came of asking for a lease. */
export type LeaseAttempt =
  | { readonly outcome: 'leased'; readonly lease: Lease }
  /** Another process holds the lease, or the grant has changed since it was read; the grant as it is now. */
  | { readonly outcome: 'busy' | 'changed'; readonly snapshot: GrantSnapshot };

/** The right to refresh one grant: no other process refreshes it while the lease lasts. */
export class Lease {
  /** The grant as it was when the lease was taken, with the note of the last failure. */
  readonly snapshot: GrantSnapshot;
  readonly owner: string;
  /** Whether an earlier refresh of the same tokens has ended without a result: it may have spent the refresh token. */
  readonly interrupted: boolean;
  readonly #store: GrantStore;
  #renewal: NodeJS.Timeout | undefined;
  #unansweredRenewals = 0;

  private constructor(store: GrantStore, parts: Pick<Lease, 'snapshot' | 'owner' | 'interrupted'>) {
    this.#store = store;
    this.snapshot = parts.snapshot;
    this.owner = parts.owner;
    this.interrupted = parts.interrupted;
  }

  /** A name for one holder of leases. */
  static createOwner(): string {
    return randomUUID();
  }

  /**
   * Asks for the lease of a grant that has been read.
   *
   * @throws MarketingCloudError `sign_in_required` when the grant is gone or dead; `vault_unavailable`
   */
  static async take(store: GrantStore, snapshot: GrantSnapshot, owner: string): Promise<LeaseAttempt> {
    for (;;) {
      const askedAt = performance.now();
      const acquired = await store.acquire(snapshot, owner, LEASE_MS);
      if (acquired.outcome === 'missing') throw new MarketingCloudError('sign_in_required');
      const current = store.toSnapshot(snapshot.id, acquired.record);
      if (acquired.outcome !== 'leased') return { outcome: acquired.outcome, snapshot: current };
      const { interrupted } = acquired;
      const lease = new Lease(store, { snapshot: { ...snapshot, note: current.note }, owner, interrupted });
      // When the answer was slow the lease may be over already, which must be known before the token call.
      if (performance.now() - askedAt <= RENEW_MS || (await lease.renew())) return { outcome: 'leased', lease };
    }
  }

  /** Extends the lease. Resolves to false when it is no longer this owner's. */
  renew(): Promise<boolean> {
    return this.#store.renew(this.snapshot.id, this.owner, LEASE_MS);
  }

  /** Renews the lease every second until it ends; less often while the vault takes longer than that to answer. */
  startRenewing(): void {
    this.#renewal ??= setInterval(() => void this.#renewInTurn(), RENEW_MS);
  }

  async #renewInTurn(): Promise<void> {
    if (this.#unansweredRenewals >= MAX_UNANSWERED_RENEWALS) return;
    this.#unansweredRenewals += 1;
    try {
      await this.renew();
    } catch {
      // The next renewal may succeed; without one the lease ends by its time.
    } finally {
      this.#unansweredRenewals -= 1;
    }
  }

  /** Stops renewing: the commit of new tokens ends the lease, or its time does. */
  stopRenewing(): void {
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }

  /** Gives the lease back. While the vault is away it ends by its time. */
  async release(result: LeaseResult): Promise<void> {
    this.stopRenewing();
    await this.#store.release(this.snapshot.id, this.owner, result).catch(() => undefined);
  }
}
