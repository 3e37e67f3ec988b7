import { MarketingCloudError } from '../errors';
import { withTimeout } from '../with-timeout';
import { storeFailure, storeSilence } from './store-failure';

/**
 * The answer of a call to a vault or a session store. Anything it throws, and no answer within `timeoutMs`, is
 * `vault_unavailable`.
 *
 * @param onFailure hears of it
 * @throws MarketingCloudError `vault_unavailable`
 */
export function withStoreTimeout<T>(
  call: () => Promise<T>,
  timeoutMs: number,
  onFailure: () => void = () => undefined,
): Promise<T> {
  return withTimeout(
    timeoutMs,
    call,
    () => {
      throw storeSilence(timeoutMs);
    },
    (error) => {
      onFailure();
      return error instanceof MarketingCloudError ? error : storeFailure(error);
    },
  );
}
