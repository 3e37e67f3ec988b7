import { bareCause, MarketingCloudError } from '../errors';
import { withTimeout } from '../with-timeout';

/** Seconds: an outage is often over soon, and a try is cheap. */
const RETRY_AFTER = 1;

/**
 * What a vault or a session store answers, or `vault_unavailable`: whatever it throws, and no answer within
 * `timeoutMs`, means the same to a caller.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export async function answerOf<T>(call: () => Promise<T>, timeoutMs: number): Promise<T> {
  try {
    return await withTimeout(timeoutMs, call, () => {
      throw unavailable();
    });
  } catch (error) {
    if (error instanceof MarketingCloudError) throw error;
    throw unavailable(error);
  }
}

function unavailable(error?: unknown): MarketingCloudError {
  const cause = error === undefined ? undefined : bareCause(error);
  return new MarketingCloudError('vault_unavailable', { retryAfter: RETRY_AFTER, cause });
}
