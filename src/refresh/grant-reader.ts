import { hasCode } from '../errors';
import { isUsable } from '../grants/grant';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { GrantStore } from '../grants/grant-store';
import { withStoreTimeout } from '../vaults/store-timeout';
import type { LateCommits } from './late-commits';

/** How long a request that could use a remembered token waits for the vault, all its reads together. */
const MAX_WAIT_MS = 500;
/** A read gets at least this long once that is used up: the vault may be back. */
const MIN_READ_TIMEOUT_MS = 20;

/** How long a request will still wait for the vault while a usable token is remembered; one object for all its reads. */
export interface WaitBudget {
  leftMs: number;
}

/** The budget of a new request: all of it. */
export function createWaitBudget(): WaitBudget {
  return { leftMs: MAX_WAIT_MS };
}

/** Reads grants: from the vault, or while it is away from this process's memory. Tokens that wait for the vault count. */
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
   * The grant as the vault has it, or while the vault is away as it is remembered.
   *
   * @throws MarketingCloudError `sign_in_required`; `vault_unavailable` where nothing usable is remembered
   */
  async load(id: string, budget: WaitBudget = createWaitBudget()): Promise<GrantSnapshot> {
    const waiting = this.#commits.getWaiting(id);
    const known = waiting ?? this.#store.getRemembered(id);
    if (known === undefined || !isUsable(known.grant, this.#now())) return await this.loadStored(id);
    const timeoutMs = Math.max(budget.leftMs, MIN_READ_TIMEOUT_MS);
    const startedAt = performance.now();
    try {
      if (waiting === undefined) return await this.#store.read(id, timeoutMs);
      return await withStoreTimeout(() => this.loadStored(id), timeoutMs);
    } catch (error) {
      if (!hasCode(error, 'vault_unavailable')) throw error;
      budget.leftMs -= performance.now() - startedAt;
      return known;
    }
  }

  /**
   * The grant as the vault has it, after the tokens that waited for it have been written.
   *
   * @throws MarketingCloudError `sign_in_required`; `vault_unavailable`
   */
  async loadStored(id: string): Promise<GrantSnapshot> {
    await this.#commits.flush(id);
    return await this.#store.read(id);
  }
}
