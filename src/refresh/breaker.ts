import type { MarketingCloudError } from '../errors';
import { TenantHealth } from './tenant-health';

/** How long a refresh waits for others that are under way before it fails for their sake. */
const MAX_WAIT_MS = 5_000;
/** Of more tenants than these the ones are dropped that have not been heard of for longest. */
const MAX_TENANTS = 1_000;

/**
 * Keeps a process from asking a tenant's token endpoint once per grant while it is down or limits calls: after failures of
 * several grants in a row only single calls go out, and every other refresh gets the last failure.
 */
export class Breaker {
  readonly #clock: () => number;
  /** By subdomain. */
  readonly #tenants = new Map<string, TenantHealth>();

  /** @param clock the strategy's `clock` */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * Resolves when a refresh of this grant may be sent.
   *
   * @param hasFailed whether the grant's last refresh has failed, here or in another process
   * @throws MarketingCloudError the tenant's last failure, with the seconds to wait
   */
  async assertAllowed(subdomain: string, grantId: string, hasFailed: boolean): Promise<void> {
    const giveUpAt = performance.now() + MAX_WAIT_MS;
    for (;;) {
      const health = this.#tenants.get(subdomain);
      const isLate = hasFailed || health?.hasFailedLately(grantId) === true;
      const waitMs = health?.waitBefore(grantId, isLate) ?? 0;
      if (health === undefined || waitMs === 0) return;
      const leftMs = giveUpAt - performance.now();
      if (leftMs <= 0 || !health.isWorthWaiting(isLate)) throw health.failure(waitMs);
      await health.changed(Math.min(waitMs, leftMs));
    }
  }

  /** Whether refreshes of other grants of the tenant fail too: asking again at once does not help then. */
  isTroubled(subdomain: string, grantId: string): boolean {
    return this.#tenants.get(subdomain)?.haveOthersFailed(grantId) ?? false;
  }

  /** Records a refresh call's outcome. */
  record(subdomain: string, grantId: string, error?: MarketingCloudError): void {
    this.#getOrAdd(subdomain).record(grantId, error);
  }

  /** Records a 429 at the token call of a sign-in. */
  pauseForSignIn(subdomain: string, error: MarketingCloudError): void {
    this.#getOrAdd(subdomain).pauseForSignIn(error);
  }

  /** What is known of a tenant, which becomes the one heard of last. */
  #getOrAdd(subdomain: string): TenantHealth {
    const health = this.#tenants.get(subdomain) ?? new TenantHealth(this.#clock);
    this.#tenants.delete(subdomain);
    const oldest = this.#tenants.size >= MAX_TENANTS ? this.#tenants.keys().next().value : undefined;
    if (oldest !== undefined) this.#tenants.delete(oldest);
    this.#tenants.set(subdomain, health);
    return health;
  }
}
