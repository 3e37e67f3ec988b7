import { publish } from './events';
import { withStoreTimeout } from '../vaults/store-timeout';

/** Which call to a vault this is: the strategy's name and the vault's verb, for the event that tells of a failure. */
export interface VaultCall {
  readonly strategy: string;
  readonly operation: string;
  readonly timeoutMs: number;
}

/**
 * What a vault answers. A failure is published as `vault-unavailable`.
 *
 * @throws MarketingCloudError `vault_unavailable` when it fails or does not answer in time
 */
export async function callVault<T>({ strategy, operation, timeoutMs }: VaultCall, call: () => Promise<T>): Promise<T> {
  try {
    return await withStoreTimeout(call, timeoutMs);
  } catch (error) {
    publish('vault-unavailable', () => ({ strategy, operation }));
    throw error;
  }
}
