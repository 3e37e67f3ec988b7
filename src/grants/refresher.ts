import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { hasCode, MarketingCloudError } from '../errors';
import type { OAuthClient } from '../oauth/oauth-client';
import { grantOf, isDue, isUsable } from './grant';
import type { GrantStore, SeenGrant } from './grant-store';

/** A lease lives this long unless it is renewed; after a crash the next process waits no longer. */
const LEASE_MS = 3_000;
const RENEW_MS = 1_000;
/** A request waits this long at most for a refresh, whoever does it. */
const WAIT_MS = 15_000;
/** How often somebody else's refresh is looked at. */
const POLL_MS = 50;

/**
 * Keeps tokens fresh: one refresh at a time per grant in this process, one lease across processes, and a commit that
 * never overwrites a newer version. A due token that is still good is served while the refresh runs in the background.
 */
export class Refresher {
  readonly #store: GrantStore;
  readonly #client: OAuthClient;
  readonly #now: () => number;
  readonly #refreshAheadMs: number;
  /** Refreshes that are under way, by grant id and nothing else: a shared key would hand out another user's token. */
  readonly #flights = new Map<string, Promise<SeenGrant>>();

  constructor(options: { store: GrantStore; client: OAuthClient; now: () => number; refreshAheadMs: number }) {
    this.#store = options.store;
    this.#client = options.client;
    this.#now = options.now;
    this.#refreshAheadMs = options.refreshAheadMs;
  }

  /**
   * The grant with a token that is good now.
   *
   * @throws MarketingCloudError `sign_in_required`, or what ended the refresh that had to be waited for
   */
  async fresh(id: string): Promise<SeenGrant> {
    const seen = await this.#store.read(id);
    const now = this.#now();
    const usable = isUsable(seen.grant, now);
    if (!isDue(seen.grant, now, this.#refreshAheadMs)) return await this.#used(seen);
    if (!usable) return await this.#refreshOnce(seen);
    if (seen.grant.refreshToken !== undefined) this.#refreshOnce(seen).catch(() => undefined);
    return seen;
  }

  /**
   * The grant with another token than this one, which an API has refused; a refresh that has happened meanwhile is
   * taken as it is.
   */
  async replaced(id: string, accessToken: string): Promise<SeenGrant> {
    const seen = await this.#store.read(id);
    return seen.grant.accessToken === accessToken ? await this.#refreshOnce(seen) : seen;
  }

  /** Resolves when the refreshes that are under way have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#flights.values());
  }

  #used(seen: SeenGrant): Promise<SeenGrant> | SeenGrant {
    return seen.grant.filed ? seen : this.#store.change(seen, (grant) => ({ ...grant, filed: true }));
  }

  async #refreshOnce(seen: SeenGrant): Promise<SeenGrant> {
    const current = this.#flights.get(seen.id);
    if (current !== undefined) return await current;
    const flight = this.#refresh(seen);
    this.#flights.set(seen.id, flight);
    try {
      return await flight;
    } finally {
      this.#flights.delete(seen.id);
    }
  }

  /** Gets the lease and refreshes, or waits for whoever holds it and takes what they got. */
  async #refresh(from: SeenGrant): Promise<SeenGrant> {
    const owner = randomUUID();
    const giveUpAt = performance.now() + WAIT_MS;
    let seen = from;
    while (performance.now() < giveUpAt) {
      const acquired = await this.#store.acquire(seen, owner, LEASE_MS);
      if (acquired.outcome === 'leased') return await this.#refreshUnderLease(seen, owner);
      if (acquired.outcome === 'missing') throw new MarketingCloudError('sign_in_required');
      if (acquired.outcome === 'busy') await wait(POLL_MS);
      const current = this.#store.seen(seen.id, acquired.record);
      if (current.version !== seen.version && !isDue(current.grant, this.#now(), this.#refreshAheadMs)) return current;
      seen = current;
    }
    throw new MarketingCloudError('upstream_unavailable', { status: 504 });
  }

  async #refreshUnderLease(seen: SeenGrant, owner: string): Promise<SeenGrant> {
    const renewal = setInterval(() => {
      this.#store.renew(seen.id, owner, LEASE_MS).catch(() => undefined);
    }, RENEW_MS);
    try {
      const { refreshToken } = seen.grant;
      if (refreshToken === undefined) throw new MarketingCloudError('sign_in_required');
      const tokens = await this.#client.refresh(seen.tenant, { refreshToken });
      const grant = grantOf(tokens, { ...seen.grant, filed: true });
      const outcome = await this.#store.commit(seen, grant, owner);
      // Superseded: somebody's newer tokens are there. Missing: the user has signed out, and reading says so.
      return outcome === 'committed' ? { ...seen, version: seen.version + 1, grant } : await this.#store.read(seen.id);
    } catch (error) {
      if (hasCode(error, 'sign_in_required')) return await this.#takeNewerOrBury(seen, error);
      throw error;
    } finally {
      clearInterval(renewal);
      await this.#store.release(seen.id, owner).catch(() => undefined);
    }
  }

  /** A dead refresh token ends the grant only when nobody has refreshed it meanwhile. */
  async #takeNewerOrBury(seen: SeenGrant, error: MarketingCloudError): Promise<SeenGrant> {
    const current = await this.#store.read(seen.id);
    if (current.version !== seen.version) return current;
    await this.#store.bury(seen, error.response?.error ?? 'no_refresh_token');
    throw error;
  }
}
