/** Entry point of `npm run start:cluster`: the primary process starts this file again for each worker. */
import cluster from 'node:cluster';
import { startCluster } from './server/cluster-primary';
import { runWorker } from './server/cluster-worker';
import { runUntilSignal } from './server/run-until-signal';

if (cluster.isPrimary) runUntilSignal(startCluster);
else runWorker();
