import { hasCode, MarketingCloudError } from '../errors';
import { publish, toGrantEvent } from '../grants/events';
import { isDue, isReplaceable, isUsable, withFlags, type TokenRefusal } from '../grants/grant';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { GrantStore } from '../grants/grant-store';
import type { OAuthClient } from '../oauth/oauth-client';
import { withTimeout } from '../with-timeout';
import type { Breaker } from './breaker';
import { getCoolDownMs, toCoolDownError } from './cool-down';
import type { LateCommits } from './late-commits';
import { LeasedRefresh, MAX_WAIT_MS, type RefreshRequest } from './leased-refresh';
import type { Urgency } from './refresh-call';

interface InFlightRefresh {
  readonly request: RefreshRequest;
  readonly promise: Promise<GrantSnapshot>;
}

/**
 * Decides whether a grant is refreshed, and makes one refresh at a time of each grant in this process. A due token that is
 * still usable is served while the refresh runs in the background.
 */
export class Refresher {
  readonly #name: string;
  readonly #store: GrantStore;
  readonly #now: () => number;
  readonly #refreshAheadMs: number;
  readonly #refresh: LeasedRefresh;
  /** Refreshes under way, by grant id and nothing else: a shared key would give one user another user's token. */
  readonly #inFlight = new Map<string, InFlightRefresh>();
  /** The same, and calls that wait for one to begin theirs. */
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: {
    name: string;
    store: GrantStore;
    commits: LateCommits;
    client: OAuthClient;
    breaker: Breaker;
    now: () => number;
    refreshAheadMs: number;
    timeoutMs: number;
  }) {
    const { name, store, commits, client, breaker, now, refreshAheadMs, timeoutMs } = options;
    this.#name = name;
    this.#store = store;
    this.#now = now;
    this.#refreshAheadMs = refreshAheadMs;
    this.#refresh = new LeasedRefresh({ name, store, commits, client, now, timeoutMs, breaker });
  }

  /** Whether a grant can be used as it is: its token is not due, and the grant is marked as used. */
  isFresh({ grant }: GrantSnapshot): boolean {
    return grant.persistent && !isDue(grant, this.#now(), this.#refreshAheadMs);
  }

  /**
   * The grant with a token that is good now.
   *
   * @throws MarketingCloudError `sign_in_required`, or why the refresh failed that had to be waited for
   */
  async fresh(snapshot: GrantSnapshot): Promise<GrantSnapshot> {
    if (this.isFresh(snapshot)) return snapshot;
    const { grant, note } = snapshot;
    const now = this.#now();
    if (!isDue(grant, now, this.#refreshAheadMs)) return await this.#markUsed(snapshot);
    // A grant that cannot be refreshed is served until its token expires.
    if (grant.refreshToken === undefined && now < grant.expiresAt) return await this.#markUsed(snapshot);
    if (isUsable(grant, now)) {
      if (getCoolDownMs(note, now) === 0) {
        const request = this.#requestFresh({ hasWaiters: false, isTokenUnusable: false });
        this.#refreshOnce(snapshot, request).catch(() => undefined);
      }
      return await this.#markUsed(snapshot);
    }
    try {
      return await this.#waitFor(snapshot, this.#requestFresh({ hasWaiters: true, isTokenUnusable: true }));
    } catch (error) {
      // While the grant is alive, the last seconds of the old token are better than an error.
      if (hasCode(error, 'sign_in_required') || this.#now() >= grant.expiresAt) throw error;
      return snapshot;
    }
  }

  /** The grant with another token than the one that an API has refused, where it is a likely reason (`isReplaceable`). */
  async replace(snapshot: GrantSnapshot, accessToken: string, refusal: TokenRefusal): Promise<GrantSnapshot> {
    const isFulfilled = ({ grant }: GrantSnapshot): boolean => grant.accessToken !== accessToken;
    if (isFulfilled(snapshot) || !isReplaceable(snapshot.grant, refusal, this.#now())) return snapshot;
    const request = { accountId: undefined, isFulfilled, hasWaiters: true, isTokenUnusable: true, isForRefusal: true };
    return await this.#waitFor(snapshot, request);
  }

  /**
   * The grant with tokens for another business unit.
   *
   * @throws MarketingCloudError `business_unit_denied`; the grant stays as it was
   */
  async switchBusinessUnit(snapshot: GrantSnapshot, accountId: number): Promise<GrantSnapshot> {
    const isTokenUnusable = !isUsable(snapshot.grant, this.#now());
    return await this.#waitFor(snapshot, { accountId, isFulfilled: () => false, hasWaiters: true, isTokenUnusable });
  }

  /** Resolves when the refreshes that are under way have ended. */
  async close(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** Makes a grant persistent that is used for the first time; while the vault is away the next use does that. */
  async #markUsed(snapshot: GrantSnapshot): Promise<GrantSnapshot> {
    if (snapshot.grant.persistent) return snapshot;
    try {
      return await this.#store.change(snapshot, (grant) => withFlags(grant, { persistent: true }));
    } catch (error) {
      if (hasCode(error, 'vault_unavailable')) return snapshot;
      throw error;
    }
  }

  #requestFresh(urgency: Urgency): RefreshRequest {
    return {
      ...urgency,
      accountId: undefined,
      isFulfilled: ({ grant }) => !isDue(grant, this.#now(), this.#refreshAheadMs),
    };
  }

  /** Waits for a refresh, up to a limit; the refresh itself continues after that. */
  async #waitFor(snapshot: GrantSnapshot, request: RefreshRequest): Promise<GrantSnapshot> {
    if (snapshot.grant.refreshToken === undefined) throw new MarketingCloudError('sign_in_required');
    const now = this.#now();
    if (snapshot.note !== undefined && getCoolDownMs(snapshot.note, now) > 0) throw toCoolDownError(snapshot.note, now);
    return await withTimeout(
      MAX_WAIT_MS,
      () => this.#refreshOnce(snapshot, request),
      () => {
        throw new MarketingCloudError('upstream_unavailable', { status: 504, retryAfter: 1 });
      },
    );
  }

  #refreshOnce(snapshot: GrantSnapshot, request: RefreshRequest): Promise<GrantSnapshot> {
    const refresh = this.#joinOrRefresh(snapshot, request).finally(() => this.#underWay.delete(refresh));
    this.#underWay.add(refresh);
    return refresh;
  }

  /** Joins the refresh that is under way, or makes one after a refresh for another business unit has ended. */
  async #joinOrRefresh(snapshot: GrantSnapshot, request: RefreshRequest): Promise<GrantSnapshot> {
    const { id } = snapshot;
    for (let current = this.#inFlight.get(id); current !== undefined; current = this.#inFlight.get(id)) {
      if (current.request.accountId === request.accountId) {
        current.request.hasWaiters ||= request.hasWaiters;
        current.request.isTokenUnusable ||= request.isTokenUnusable;
        publish('refresh-shared', () => ({ ...toGrantEvent(this.#name, snapshot), with: 'request' }));
        return await current.promise;
      }
      await current.promise.catch(() => undefined);
    }
    const promise = this.#refresh.run(snapshot, request);
    this.#inFlight.set(id, { request, promise });
    try {
      return await promise;
    } finally {
      this.#inFlight.delete(id);
    }
  }
}
