import cluster from 'node:cluster';
import { startCluster } from './primary';
import { run } from './run';
import { runWorker } from './worker';

if (cluster.isPrimary) run(startCluster);
else runWorker();
