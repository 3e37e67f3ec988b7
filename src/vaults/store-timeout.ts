import { MarketingCloudError } from '../errors';
import { withTimeout } from '../with-timeout';
import { storeFailure, storeSilence } from './store-failure';

/**
 * The answer of a call to a vault or a session store. Anything it throws, and no answer within `timeoutMs`, is
 * `vault_unavailable`.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export function withStoreTimeout<T>(call: () => Promise<T>, timeoutMs: number): Promise<T> {
  return withTimeout(timeoutMs, call, () => {
    throw storeSilence(timeoutMs);
  }).catch((error: unknown) => {
    throw error instanceof MarketingCloudError ? error : storeFailure(error);
  });
}
