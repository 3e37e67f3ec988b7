import { readSubdomain } from '../tenant';
import { withTimeout } from '../with-timeout';
import type { AppRequest } from './request';
import type { PendingSignIn } from './pending-sign-ins';
import type { Settings } from './settings';

type TenantSettings = Pick<Settings, 'subdomain' | 'multiTenant' | 'timeoutMs'>;

/** Whether this strategy serves a tenant at all; where `multiTenant` is a function, it has said so when the user signed in. */
export function isServed(settings: Pick<Settings, 'subdomain' | 'multiTenant'>, subdomain: string): boolean {
  return subdomain === settings.subdomain || settings.multiTenant !== false;
}

/**
 * Whether a tenant may sign in: the configured one always, another where `multiTenant` says so. A function must answer
 * `true`, and in time; whatever else it does is a no.
 */
export async function mayTenantSignIn(settings: TenantSettings, subdomain: string, req: AppRequest): Promise<boolean> {
  if (subdomain === settings.subdomain) return true;
  const { multiTenant, timeoutMs } = settings;
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
 * The tenant that a callback comes from, or undefined when it may not. `tssd` is chosen by whoever made the link, so
 * it only counts where several tenants may sign in and the login route has not chosen one:
 * https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/authorization-code.html
 */
export async function tenantOfCallback(
  settings: TenantSettings,
  pending: Pick<PendingSignIn, 'subdomain' | 'pinned'>,
  tssd: string | undefined,
  req: AppRequest,
): Promise<string | undefined> {
  if (!isServed(settings, pending.subdomain)) return undefined;
  if (tssd === undefined) return pending.subdomain;
  const subdomain = readSubdomain(tssd);
  if (subdomain === undefined || subdomain === pending.subdomain) return subdomain;
  if (pending.pinned) return undefined;
  return (await mayTenantSignIn(settings, subdomain, req)) ? subdomain : undefined;
}
