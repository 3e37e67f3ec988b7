import { BoundedMap } from '../bounded-map';
import { MarketingCloudError } from '../errors';
import type { AppRequest } from '../session/app-request';
import { createTenant, parseSubdomain, type Tenant } from '../tenant';
import { withTimeout } from '../with-timeout';
import type { PendingSignIn } from './pending-sign-ins';
import type { Settings } from './settings';

const MAX_REMEMBERED = 1_000;

type TenantSettings = Pick<Settings, 'subdomain' | 'multiTenant' | 'baseUrlTemplate' | 'timeoutMs'>;

/** The tenants of a strategy: which of them may sign in, and their base URLs. */
export class Tenants {
  readonly #settings: TenantSettings;
  /** Tenants by subdomain; their base URLs are computed once. */
  readonly #remembered = new BoundedMap<string, Tenant>({ maxEntries: MAX_REMEMBERED });

  constructor(settings: TenantSettings) {
    this.#settings = settings;
  }

  /** A tenant with its base URLs. */
  get(subdomain: string): Tenant {
    const known = this.#remembered.get(subdomain);
    if (known !== undefined) return known;
    const tenant = createTenant(this.#settings.baseUrlTemplate, subdomain);
    this.#remembered.set(subdomain, tenant);
    return tenant;
  }

  /** The tenant, if this strategy serves it. Where `multiTenant` is a function, it was asked when the user signed in. */
  getServed(subdomain: string): Tenant | undefined {
    const { subdomain: configured, multiTenant } = this.#settings;
    return subdomain === configured || multiTenant !== false ? this.get(subdomain) : undefined;
  }

  /**
   * Whether a tenant may sign in: the configured one always, another where `multiTenant` says so. A function must answer
   * `true`, and in time; an error or any other answer refuses.
   */
  async maySignIn(subdomain: string, req: AppRequest): Promise<boolean> {
    const { subdomain: configured, multiTenant, timeoutMs } = this.#settings;
    if (subdomain === configured) return true;
    if (typeof multiTenant === 'boolean') return multiTenant;
    try {
      const answer: unknown = await withTimeout<unknown>(
        timeoutMs,
        () => multiTenant(subdomain, req as never),
        () => false,
      );
      return answer === true;
    } catch {
      return false;
    }
  }

  /**
   * The tenant that a callback comes from. Anyone can write a link with a `tssd`, so it counts only where several tenants
   * may sign in and the login route has not chosen one:
   * https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/authorization-code.html
   *
   * @throws MarketingCloudError `tenant_not_allowed`
   */
  async choose(
    pending: Pick<PendingSignIn, 'subdomain' | 'pinned'>,
    tssd: string | undefined,
    req: AppRequest,
  ): Promise<Tenant> {
    const started = this.getServed(pending.subdomain);
    const subdomain = tssd === undefined ? pending.subdomain : parseSubdomain(tssd);
    if (started !== undefined && subdomain === pending.subdomain) return started;
    const isOpen = started !== undefined && subdomain !== undefined && !pending.pinned;
    if (!isOpen || !(await this.maySignIn(subdomain, req))) throw new MarketingCloudError('tenant_not_allowed');
    return this.get(subdomain);
  }
}
