import { MarketingCloudError } from '../errors';
import { withTimeout } from '../with-timeout';
import { storeFailure, storeSilence } from './store-failure';

/**
 * What a vault or a session store answers, or `vault_unavailable`: whatever it throws, and no answer within
 * `timeoutMs`, means the same to a caller.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export async function withStoreTimeout<T>(call: () => Promise<T>, timeoutMs: number): Promise<T> {
  try {
    return await withTimeout(timeoutMs, call, () => {
      throw storeSilence(timeoutMs);
    });
  } catch (error) {
    if (error instanceof MarketingCloudError) throw error;
    throw storeFailure(error);
  }
}
