import type { StoreConfig } from '../apps/stores';
import type { VaultOrders } from '../vaults/vault';
import { ChildProcess } from './child-process';
import { programPath } from './program-path';

/** Starts a vault in its own process for the time of some work. */
export async function withVault<Result>(
  store: StoreConfig,
  work: (vault: ChildProcess<VaultOrders>) => Promise<Result>,
): Promise<Result> {
  const vault = await ChildProcess.start<VaultOrders>(programPath('vaults/vault'), {
    config: { store },
    flags: ['--expose-gc'],
  });
  try {
    return await work(vault);
  } finally {
    await vault.close();
  }
}
