import cluster from 'node:cluster';
import { Strategy } from '../../src';
import { RedisVault } from '../../src/redis';

/**
 * Run as a process of its own: as many workers of a cluster as its first argument says, or none of them, each with two
 * strategies. With `shared` as the second argument these have a vault that all processes share.
 */
function main([workers = '0', vault = '']: readonly string[]): void {
  if (cluster.isPrimary && workers !== '0') {
    for (let started = 0; started < Number(workers); started += 1) cluster.fork();
    return;
  }
  const unused = (): Promise<never> => Promise.reject(new Error('Not used in this test.'));
  const shared = new RedisVault({ client: { eval: unused, evalSha: unused } });
  for (const name of ['one', 'another']) {
    new Strategy({
      name,
      subdomain: 'mc563885gzs27c5t9-63k636ttgm',
      clientID: 'id',
      callbackURL: 'https://app.example.com/cb',
      ...(vault === 'shared' && { vault: shared }),
    });
  }
  process.stdout.write('ready\n');
  cluster.worker?.disconnect();
}

main(process.argv.slice(2));
