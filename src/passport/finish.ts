import { MarketingCloudError } from '../errors';
import { browsersOf } from '../grants/session-entry';
import { readAuthorizationResponse, wellKnownRefusal } from '../protocol/authorization-response';
import { asErrorWord } from '../protocol/token-error';
import type { Attempt } from './attempt';
import type { PendingSignIn } from './pending-sign-ins';
import { sessionOf } from './request';
import type { StrategyParts } from './strategy-parts';
import { tenantOfCallback } from './tenants';

/** A sign-in that has come back with a code, from a tenant that may sign in. */
export interface Arrival {
  readonly code: string;
  readonly subdomain: string;
  readonly pending: PendingSignIn;
}

/**
 * Reads a callback and spends the pending sign-in that it names, before anything it says is acted upon: first the
 * grammar, then the state, then the error, then the tenant.
 *
 * @throws MarketingCloudError for every refusal of the outcomes table up to the token call
 */
export async function finish(parts: StrategyParts, attempt: Attempt, query: string): Promise<Arrival> {
  if (attempt.req.method !== 'GET') throw new MarketingCloudError('invalid_callback', { status: 405 });
  const response = readAuthorizationResponse(query);
  const session = sessionOf(attempt.req);
  const refusal = wellKnownRefusal(response);
  const pending = await parts.pending
    .consume(browsersOf(session, parts.settings.now()), response.state)
    .catch((error: unknown) => {
      throw refusal !== undefined && isInvalidState(error)
        ? new MarketingCloudError('invalid_state', { reason: refusal })
        : error;
    });
  attempt.refusalUrl ??= pending.refusalUrl;

  if (refusal !== undefined) throw new MarketingCloudError(refusal);
  if (response.error !== undefined) {
    const error = asErrorWord(response.error);
    throw new MarketingCloudError('authorization_failed', {
      response: { status: 302, ...(error !== undefined && { error }) },
    });
  }
  const subdomain = await tenantOfCallback(parts.settings, pending, response.tssd, attempt.req);
  if (subdomain === undefined) throw new MarketingCloudError('tenant_not_allowed');
  if (response.code === undefined) throw new MarketingCloudError('invalid_callback');
  return { code: response.code, subdomain, pending };
}

function isInvalidState(error: unknown): boolean {
  return error instanceof MarketingCloudError && error.code === 'invalid_state';
}
