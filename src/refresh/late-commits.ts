import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { hasCode } from '../errors';
import { withoutPrototype } from '../own-properties';
import type { Grant } from '../grants/grant';
import type { GrantStore } from '../grants/grant-store';
import type { GrantSnapshot } from '../grants/grant-snapshot';

/** New tokens to be written to the vault. */
export interface TokenCommit {
  /** The grant that the tokens were refreshed from. */
  readonly base: GrantSnapshot;
  /** The grant with the new tokens, made from the grant as it is now. */
  readonly renew: (current: Grant) => Grant;
  readonly owner: string;
}

const FIRST_RETRY_MS = 250;
const MAX_RETRY_PAUSE_MS = 2_000;

/**
 * Writes new tokens to the vault. While it is away they are kept in memory and written when it answers again: the old
 * refresh token is spent, so that these are the only good ones.
 */
export class LateCommits {
  readonly #store: GrantStore;
  readonly #waiting = new Map<string, TokenCommit>();
  readonly #retries = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(store: GrantStore) {
    this.#store = store;
    // Each waiting grant adds a listener: Node would warn of a leak.
    setMaxListeners(0, this.#closing.signal);
  }

  /**
   * Writes the tokens, or keeps them for later.
   *
   * @throws MarketingCloudError `sign_in_required` when the user has signed out in between: the tokens are dropped
   */
  async commit(commit: TokenCommit): Promise<GrantSnapshot> {
    try {
      return await this.#try(commit);
    } catch (error) {
      if (!hasCode(error, 'vault_unavailable')) throw error;
      this.#waiting.set(commit.base.id, commit);
      const retry = this.#retry(commit).finally(() => this.#retries.delete(retry));
      this.#retries.add(retry);
      return toSnapshot(commit);
    }
  }

  /** The grant with tokens that the vault does not have yet, unless it has been deleted. */
  getWaiting(id: string): GrantSnapshot | undefined {
    const commit = this.#store.isDeleted(id) ? undefined : this.#waiting.get(id);
    return commit && toSnapshot(commit);
  }

  /** Tries a waiting commit now. */
  async flush(id: string): Promise<void> {
    const commit = this.#waiting.get(id);
    if (commit !== undefined) await this.#tryWaiting(commit);
  }

  /** Ends the retries, each with a last try. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#retries);
  }

  async #retry(commit: TokenCommit): Promise<void> {
    const { signal } = this.#closing;
    for (let pauseMs = FIRST_RETRY_MS; this.#isWaiting(commit); pauseMs = Math.min(pauseMs * 2, MAX_RETRY_PAUSE_MS)) {
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
      await this.#tryWaiting(commit).catch(() => undefined);
      if (signal.aborted) return;
    }
  }

  /** One try. The commit is done with any answer of the vault; it stays while the vault is away. */
  async #tryWaiting(commit: TokenCommit): Promise<void> {
    try {
      await this.#try(commit);
    } catch (error) {
      if (!hasCode(error, 'sign_in_required')) throw error;
    }
    if (this.#isWaiting(commit)) this.#waiting.delete(commit.base.id);
  }

  #isWaiting(commit: TokenCommit): boolean {
    return this.#waiting.get(commit.base.id) === commit;
  }

  /**
   * The commit itself. A version that has changed without new tokens (the grant was kept or made persistent, or another
   * process found the refresh token spent and marked the grant dead) is built upon; newer tokens of another process win.
   */
  async #try({ base, renew, owner }: TokenCommit): Promise<GrantSnapshot> {
    let current = base;
    for (;;) {
      const committed = await this.#store.commit(current, renew(current.grant), owner);
      if (typeof committed !== 'string') return committed;
      const latest = await this.#store.readForCommit(base);
      if (latest === undefined) return await this.#store.read(base.id);
      current = latest;
    }
  }
}

function toSnapshot({ base, renew }: TokenCommit): GrantSnapshot {
  return { ...base, grant: withoutPrototype(renew(base.grant)), note: undefined };
}
