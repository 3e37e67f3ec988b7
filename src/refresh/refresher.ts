import { hasCode, MarketingCloudError } from '../errors';
import type { OAuthClient } from '../oauth/oauth-client';
import { withTimeout } from '../with-timeout';
import { Breaker } from './breaker';
import { toGrantEvent, publish } from '../grants/events';
import { coolDownLeft, failureFrom } from '../grants/failure-note';
import { isDue, isReplaceable, isUsable, withFlags, type Refusal } from '../grants/grant';
import type { GrantStore } from '../grants/grant-store';
import { GrantReader, type WaitBudget } from './grant-reader';
import { LateCommits } from './late-commits';
import { LeasedRefresh, WAIT_MS, type RefreshRequest } from './leased-refresh';
import type { Urgency } from './refresh-call';
import type { GrantSnapshot } from '../grants/grant-snapshot';

interface InFlightRefresh {
  readonly wish: RefreshRequest;
  readonly promise: Promise<GrantSnapshot>;
}

/**
 * Keeps tokens fresh: one refresh at a time per grant in this process, one lease across processes, and a commit that
 * never overwrites a newer version. A due token that is still good is served while the refresh runs in the background.
 */
export class Refresher {
  /** What it refreshes. */
  readonly known: GrantReader;
  readonly #name: string;
  readonly #store: GrantStore;
  readonly #now: () => number;
  readonly #refreshAheadMs: number;
  readonly #refresh: LeasedRefresh;
  readonly #commits: LateCommits;
  /** Refreshes that are under way, by grant id and nothing else: a shared key would hand out another user's token. */
  readonly #flights = new Map<string, InFlightRefresh>();
  /** Flights, and those who wait for one to make theirs. */
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: {
    name: string;
    store: GrantStore;
    client: OAuthClient;
    now: () => number;
    refreshAheadMs: number;
    timeoutMs: number;
  }) {
    const { name, store, client, now, refreshAheadMs, timeoutMs } = options;
    this.#name = name;
    this.#store = store;
    this.#now = now;
    this.#refreshAheadMs = refreshAheadMs;
    this.#commits = new LateCommits(store);
    this.known = new GrantReader(store, this.#commits, now);
    this.#refresh = new LeasedRefresh({
      ...{ name, store, client, now, timeoutMs },
      commits: this.#commits,
      breaker: new Breaker(now),
    });
  }

  /**
   * The grant with a token that is good now.
   *
   * @throws MarketingCloudError `sign_in_required`, or what ended the refresh that had to be waited for
   */
  async fresh(id: string, patience?: WaitBudget): Promise<GrantSnapshot> {
    const seen = await this.known.load(id, patience);
    const now = this.#now();
    if (!isDue(seen.grant, now, this.#refreshAheadMs)) return await this.#used(seen);
    // A grant that cannot be refreshed serves to its end.
    if (seen.grant.refreshToken === undefined && now < seen.grant.expiresAt) return await this.#used(seen);
    if (isUsable(seen.grant, now)) {
      if (coolDownLeft(seen.note, now) === 0) {
        this.#refreshOnce(seen, this.#wishForFresh({ hasWaiters: false, isTokenUnusable: false })).catch(
          () => undefined,
        );
      }
      return await this.#used(seen);
    }
    try {
      return await this.#waitFor(seen, this.#wishForFresh({ hasWaiters: true, isTokenUnusable: true }));
    } catch (error) {
      // Its last seconds are better than nothing, while the grant lives.
      if (hasCode(error, 'sign_in_required') || this.#now() >= seen.grant.expiresAt) throw error;
      return seen;
    }
  }

  /**
   * The grant with another token than this one, which an API has refused; a refresh that has happened in the meantime
   * counts. The grant stays as it is where its token is no likely reason for the refusal (`isReplaceable`).
   */
  async replaced(id: string, accessToken: string, refusal: Refusal, patience?: WaitBudget): Promise<GrantSnapshot> {
    const seen = await this.known.load(id, patience);
    const isFulfilled = ({ grant }: GrantSnapshot): boolean => grant.accessToken !== accessToken;
    if (isFulfilled(seen) || !isReplaceable(seen.grant, refusal, this.#now())) return seen;
    const wish = { accountId: undefined, isFulfilled, hasWaiters: true, isTokenUnusable: true, isForRefusal: true };
    return await this.#waitFor(seen, wish);
  }

  /**
   * The grant with tokens for another business unit.
   *
   * @throws MarketingCloudError `business_unit_denied`; the grant stays as it was
   */
  async switched(seen: GrantSnapshot, accountId: number): Promise<GrantSnapshot> {
    const isTokenUnusable = !isUsable(seen.grant, this.#now());
    return await this.#waitFor(seen, { accountId, isFulfilled: () => false, hasWaiters: true, isTokenUnusable });
  }

  /** Resolves when the refreshes and the commits that are under way have ended. */
  async close(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await this.#commits.close();
  }

  /** A grant that is used is in somebody's hands; while the vault is away the next use says so. */
  async #used(seen: GrantSnapshot): Promise<GrantSnapshot> {
    if (seen.grant.persistent) return seen;
    return await this.#store
      .change(seen, (grant) => withFlags(grant, { persistent: true }))
      .catch((error: unknown) => {
        if (hasCode(error, 'vault_unavailable')) return seen;
        throw error;
      });
  }

  #wishForFresh(urgency: Urgency): RefreshRequest {
    return {
      ...urgency,
      accountId: undefined,
      isFulfilled: ({ grant }) => !isDue(grant, this.#now(), this.#refreshAheadMs),
    };
  }

  /** A refresh that a request waits for, up to a limit; the refresh itself goes on. */
  async #waitFor(seen: GrantSnapshot, wish: RefreshRequest): Promise<GrantSnapshot> {
    if (seen.grant.refreshToken === undefined) throw new MarketingCloudError('sign_in_required');
    const now = this.#now();
    if (seen.note !== undefined && coolDownLeft(seen.note, now) > 0) throw failureFrom(seen.note, now);
    return await withTimeout(
      WAIT_MS,
      () => this.#refreshOnce(seen, wish),
      () => {
        throw new MarketingCloudError('upstream_unavailable', { status: 504, retryAfter: 1 });
      },
    );
  }

  #refreshOnce(seen: GrantSnapshot, wish: RefreshRequest): Promise<GrantSnapshot> {
    const refresh = this.#joinOrRefresh(seen, wish).finally(() => this.#underWay.delete(refresh));
    this.#underWay.add(refresh);
    return refresh;
  }

  /** Joins the refresh that is under way, or makes one; one that switches to another business unit is waited for first. */
  async #joinOrRefresh(seen: GrantSnapshot, wish: RefreshRequest): Promise<GrantSnapshot> {
    for (let flight = this.#flights.get(seen.id); flight !== undefined; flight = this.#flights.get(seen.id)) {
      if (flight.wish.accountId === wish.accountId) {
        flight.wish.hasWaiters ||= wish.hasWaiters;
        flight.wish.isTokenUnusable ||= wish.isTokenUnusable;
        publish('refresh-shared', () => ({ ...toGrantEvent(this.#name, seen), with: 'request' }));
        return await flight.promise;
      }
      await flight.promise.catch(() => undefined);
    }
    const promise = this.#refresh.run(seen, wish);
    this.#flights.set(seen.id, { wish, promise });
    try {
      return await promise;
    } finally {
      this.#flights.delete(seen.id);
    }
  }
}
