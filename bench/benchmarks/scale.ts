import type { StoreConfig } from '../apps/stores';
import { toAmount, type Benchmark, type Settings } from '../benchmark';
import { readSampleGrant } from '../harness/sample-grant';
import { withPostgres, withRedis } from '../harness/services';
import { quantile } from '../harness/statistics';
import { withVault } from '../harness/vault-process';
import type { Cell } from '../harness/table';

const OPERATIONS = ['read', 'acquire', 'commit'] as const;
const SAMPLES = 2_000;
const DAY_MS = 86_400_000;
const AT_ONCE_MS = 1;
const MAX_PURGE_MS = 600_000;

/** Single calls to a vault that holds many grants, and the purge of as many expired ones. */
export const scale: Benchmark = {
  name: 'scale',
  run: async (settings, progress) => {
    const data = await readSampleGrant(false);
    const grants = toAmount(settings.scale, settings, 100);
    const rows: Cell[][] = [];
    const add = async (name: string, store: StoreConfig): Promise<void> => {
      rows.push([name, ...(await measure(store, data, grants, settings, (text) => progress(`${name}: ${text}`)))]);
    };
    await withRedis(({ url }) => add('Redis', { kind: 'redis', url }), undefined);
    await withPostgres(({ url }) => add('PostgreSQL', { kind: 'postgres', url }), undefined);
    const columns = ['', ...OPERATIONS.map((name) => `${name}, p50 / p99, ms`), 'purge, s'];
    return [{ title: `A vault of ${grants} grants`, columns, rows, decimals: 1 }];
  },
};

function measure(
  store: StoreConfig,
  data: string,
  grants: number,
  settings: Settings,
  progress: (text: string) => void,
): Promise<Cell[]> {
  return withVault(store, async (vault) => {
    progress('fill');
    await vault.ask('fill', grants, data, DAY_MS);
    const cells: Cell[] = [];
    for (const operation of OPERATIONS) {
      progress(operation);
      const times = await vault.ask('time', operation, toAmount(SAMPLES, settings, 10));
      cells.push([0.5, 0.99].map((share) => quantile(times, share).toFixed(2)).join(' / '));
    }
    if (store.kind === 'redis') return [...cells, 'done by Redis'];
    progress('fill with expired grants');
    await vault.ask('fill', grants, data, AT_ONCE_MS);
    progress('purge');
    const startedAt = performance.now();
    // The last grant may live on for its millisecond.
    for (let purged = 0; purged < grants; purged += await vault.ask('purge')) {
      if (performance.now() - startedAt > MAX_PURGE_MS) {
        throw new Error(`Only ${purged} of ${grants} expired grants were purged.`);
      }
    }
    return [...cells, (performance.now() - startedAt) / 1_000];
  });
}
