import { MarketingCloudError } from '../errors';
import { isWatched, publish, toGrantEvent } from '../grants/events';
import type { Tenant } from '../tenant';

/** Publishes a sign-in that goes to Marketing Cloud. */
export function publishStart(strategy: string, subdomain: string): void {
  if (isWatched('sign-in-started')) publish('sign-in-started', () => ({ strategy, subdomain }));
}

/**
 * Publishes a sign-in that has brought a grant.
 *
 * @param startedAt of the callback, by `performance.now()`
 */
export function publishFinish(strategy: string, tenant: Tenant, id: string, startedAt: number): void {
  if (!isWatched('sign-in-finished')) return;
  const durationMs = performance.now() - startedAt;
  publish('sign-in-finished', () => ({ ...toGrantEvent(strategy, { id, tenant }), durationMs }));
}

/**
 * Publishes a sign-in that ended without a user.
 *
 * @param error of the package, or the app's own
 * @param startedAt of the request, by `performance.now()`
 */
export function publishRefusal(
  strategy: string,
  error: unknown,
  { outcome, startedAt }: { readonly outcome: 'fail' | 'error'; readonly startedAt: number },
): void {
  const known = error instanceof MarketingCloudError ? error : undefined;
  publish('sign-in-refused', () => ({
    ...{ strategy, code: known?.code, reason: known?.reason, docs: known?.docs, status: getStatus(error), outcome },
    responseStatus: known?.response?.status,
    durationMs: performance.now() - startedAt,
  }));
}

/** As Express takes it from an error. */
function getStatus(error: unknown): number {
  const { status } = Object(error) as { readonly status?: unknown };
  return typeof status === 'number' ? status : 500;
}
