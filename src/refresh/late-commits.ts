import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { hasCode } from '../errors';
import { withoutPrototype } from '../own-properties';
import type { Grant } from '../grants/grant';
import type { GrantStore } from '../grants/grant-store';
import type { GrantSnapshot } from '../grants/grant-snapshot';

/** New tokens on their way into the vault. */
export interface TokenCommit {
  /** The grant that the tokens were refreshed from. */
  readonly base: GrantSnapshot;
  /** The grant with the new tokens, made of what is there now. */
  readonly renew: (current: Grant) => Grant;
  readonly owner: string;
}

const FIRST_RETRY_MS = 250;
const MAX_RETRY_PAUSE_MS = 2_000;

/**
 * Brings new tokens into the vault. Where it is away they are kept here and tried again until it answers: the old
 * refresh token is spent, so that these are the only good ones.
 */
export class LateCommits {
  readonly #store: GrantStore;
  readonly #held = new Map<string, TokenCommit>();
  readonly #retries = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(store: GrantStore) {
    this.#store = store;
    // Every grant that waits listens: as many as there are, and no leak.
    setMaxListeners(0, this.#closing.signal);
  }

  /**
   * Commits, or keeps the tokens for later.
   *
   * @throws MarketingCloudError `sign_in_required` when the user has signed out meanwhile: the tokens are dropped
   */
  async commit(commit: TokenCommit): Promise<GrantSnapshot> {
    try {
      return await this.#try(commit);
    } catch (error) {
      if (!hasCode(error, 'vault_unavailable')) throw error;
      this.#held.set(commit.base.id, commit);
      const retry = this.#retry(commit).finally(() => this.#retries.delete(retry));
      this.#retries.add(retry);
      return heldGrant(commit);
    }
  }

  /** The grant with tokens that the vault does not have yet, unless it has been forgotten meanwhile. */
  held(id: string): GrantSnapshot | undefined {
    const commit = this.#store.isDeleted(id) ? undefined : this.#held.get(id);
    return commit && heldGrant(commit);
  }

  /** Tries a commit that is waiting, now. */
  async flush(id: string): Promise<void> {
    const commit = this.#held.get(id);
    if (commit !== undefined) await this.#settle(commit);
  }

  /** Ends the retries, each with a last try. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#retries);
  }

  async #retry(commit: TokenCommit): Promise<void> {
    const { signal } = this.#closing;
    for (let pauseMs = FIRST_RETRY_MS; this.#isHeld(commit); pauseMs = Math.min(pauseMs * 2, MAX_RETRY_PAUSE_MS)) {
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
      await this.#settle(commit).catch(() => undefined);
      if (signal.aborted) return;
    }
  }

  /** One try; whatever the vault says, it is settled then, unless it is away. */
  async #settle(commit: TokenCommit): Promise<void> {
    try {
      await this.#try(commit);
    } catch (error) {
      if (!hasCode(error, 'sign_in_required')) throw error;
    }
    if (this.#isHeld(commit)) this.#held.delete(commit.base.id);
  }

  #isHeld(commit: TokenCommit): boolean {
    return this.#held.get(commit.base.id) === commit;
  }

  /**
   * The commit itself. A version that has moved on without new tokens (somebody has kept or filed the grant, or found
   * its refresh token spent by us and buried it) is built upon; somebody else's newer tokens win.
   */
  async #try({ base, renew, owner }: TokenCommit): Promise<GrantSnapshot> {
    let seen = base;
    for (;;) {
      const committed = await this.#store.commit(seen, renew(seen.grant), owner);
      if (typeof committed !== 'string') return committed;
      const latest = await this.#store.readForCommit(base);
      if (latest === undefined) return await this.#store.read(seen.id);
      seen = latest;
    }
  }
}

function heldGrant({ base, renew }: TokenCommit): GrantSnapshot {
  return { ...base, grant: withoutPrototype(renew(base.grant)), note: undefined };
}
