import { hasCode } from '../errors';
import { isUsable, type Grant } from '../grants/grant';
import type { GrantStore } from '../grants/grant-store';
import { withStoreTimeout } from '../vaults/store-timeout';
import type { LateCommits } from './late-commits';
import type { GrantSnapshot } from '../grants/grant-snapshot';

/** How long a request that has a usable token in memory waits for the vault, all its looks taken together. */
const WAIT_BUDGET_MS = 500;
/** A look is given so much when all of that is spent: the vault may be back. */
const MIN_READ_TIMEOUT_MS = 20;

/** What is left of a request's patience with the vault; one object for all its looks. */
export interface WaitBudget {
  leftMs: number;
}

export function createWaitBudget(): WaitBudget {
  return { leftMs: WAIT_BUDGET_MS };
}

/** Grants as this process knows them: as the vault has them, with the tokens that wait for it, and while it is away. */
export class GrantReader {
  readonly #store: GrantStore;
  readonly #commits: LateCommits;
  readonly #now: () => number;

  constructor(store: GrantStore, commits: LateCommits, now: () => number) {
    this.#store = store;
    this.#commits = commits;
    this.#now = now;
  }

  /**
   * The grant as the vault has it, or as it is remembered while the vault is away.
   *
   * @throws MarketingCloudError `sign_in_required`; `vault_unavailable` where nothing usable is remembered
   */
  async load(id: string, patience: WaitBudget = createWaitBudget()): Promise<GrantSnapshot> {
    const known = this.#commits.held(id) ?? this.#store.remembered(id);
    if (known === undefined || !isUsable(known.grant, this.#now())) return await this.#stored(id);
    const waitMs = Math.max(patience.leftMs, MIN_READ_TIMEOUT_MS);
    const startedAt = performance.now();
    try {
      return await withStoreTimeout(() => this.#stored(id, waitMs), waitMs);
    } catch (error) {
      if (!hasCode(error, 'vault_unavailable')) throw error;
      patience.leftMs -= performance.now() - startedAt;
      return known;
    }
  }

  /**
   * Changes something other than the tokens of a grant, as the vault has it: where tokens wait for the vault they go
   * first.
   *
   * @throws MarketingCloudError `sign_in_required`; `vault_unavailable`
   */
  async change(id: string, change: (grant: Grant) => Grant): Promise<GrantSnapshot> {
    return await this.#store.change(await this.#stored(id), change);
  }

  /** The grant as the vault has it, once it has the tokens that waited for it. */
  async #stored(id: string, timeoutMs?: number): Promise<GrantSnapshot> {
    await this.#commits.flush(id);
    return await this.#store.read(id, timeoutMs);
  }
}
