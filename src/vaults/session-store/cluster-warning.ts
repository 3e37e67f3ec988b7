import type { Cluster, Worker } from 'node:cluster';
import { warn } from '../../warn';

/** The worker that has been warned: this process, and so one at most. */
const warnedWorkers = new WeakSet<Worker>();

/** Says once in a cluster worker that the session store's vault knows nothing of the other workers. */
export function warnInCluster(): void {
  // A worker has a channel to its primary. Without one Node need not load the module.
  if (process.send === undefined) return;
  const { worker } = process.getBuiltinModule('node:cluster') as unknown as Cluster;
  if (worker === undefined || warnedWorkers.has(worker)) return;
  warnedWorkers.add(worker);
  warn(
    'MARKETING_CLOUD_VAULT_PER_PROCESS',
    'Grants are kept in the session store, but this process is one of a cluster. There, two processes may refresh the ' +
      'same token at once, and Marketing Cloud may then end the sign-in; a sign-out may be undone by a refresh in another process.',
    'Give the strategy a vault that all processes share: option vault, with RedisVault or PostgresVault.',
  );
}
