import { publish } from './events';
import { withStoreTimeout } from '../vaults/store-timeout';

/** A call to a vault: the strategy's name and the vault's verb are for the event of a failure. */
export interface VaultCall {
  readonly strategy: string;
  readonly operation: string;
  readonly timeoutMs: number;
}

/**
 * The answer of a vault. A failure is published as `vault-unavailable`.
 *
 * @throws MarketingCloudError `vault_unavailable` when the vault fails or does not answer in time
 */
export function callVault<T>({ strategy, operation, timeoutMs }: VaultCall, call: () => Promise<T>): Promise<T> {
  return withStoreTimeout(call, timeoutMs, () => publish('vault-unavailable', () => ({ strategy, operation })));
}
