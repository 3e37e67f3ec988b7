import { Client } from 'pg';
import { createClient } from 'redis';
import type { StoreConfig } from '../apps/stores';
import { toAmount, type Benchmark, type Settings } from '../benchmark';
import { readSampleGrant } from '../harness/sample-grant';
import { withPostgres, withRedis } from '../harness/services';
import { withVault } from '../harness/vault-process';
import type { Cell } from '../harness/table';

const GRANTS = 10_000;
const DAY_MS = 86_400_000;

/** What one grant takes in each vault, tables and indexes included. */
export const grantBytes: Benchmark = {
  name: 'grant-bytes',
  run: async (settings, progress) => {
    const rows: Cell[][] = [];
    for (const isSealed of [false, true]) {
      const data = await readSampleGrant(isSealed);
      const kind = isSealed ? 'sealed' : 'plain';
      progress(kind);
      rows.push([`memory, ${kind}`, await inMemory(data, settings), data.length]);
      const redis = await withRedis(({ url }) => inRedis(url, data, settings), undefined);
      if (redis !== undefined) rows.push([`Redis, ${kind}`, redis, data.length]);
      const postgres = await withPostgres(({ url }) => inPostgres(url, data, settings), undefined);
      if (postgres !== undefined) rows.push([`PostgreSQL, ${kind}`, postgres, data.length]);
    }
    return [{ title: 'Bytes of one grant', columns: ['', 'bytes', 'of these data'], rows, decimals: 0 }];
  },
};

function inMemory(data: string, settings: Settings): Promise<number> {
  return withVault({ kind: 'memory' }, async (vault) => {
    const grants = toAmount(GRANTS, settings, 100);
    const before = await vault.ask('heap');
    await vault.ask('fill', grants, data, DAY_MS);
    return ((await vault.ask('heap')) - before) / grants;
  });
}

async function inRedis(url: string, data: string, settings: Settings): Promise<number> {
  const client = createClient({ url });
  await client.connect();
  const usedMemory = async (): Promise<number> => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
  try {
    return await growthOfEach({ kind: 'redis', url }, usedMemory, data, settings);
  } finally {
    await client.close();
  }
}

async function inPostgres(url: string, data: string, settings: Settings): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const tableSize = async (): Promise<number> => {
    const { rows } = await client.query<{ size: string }>(
      `SELECT pg_total_relation_size('marketing_cloud_grants') AS size`,
    );
    return Number(rows[0]?.size);
  };
  try {
    return await growthOfEach({ kind: 'postgres', url }, tableSize, data, settings);
  } finally {
    await client.end();
  }
}

function growthOfEach(
  store: StoreConfig,
  measure: () => Promise<number>,
  data: string,
  settings: Settings,
): Promise<number> {
  return withVault(store, async (vault) => {
    const grants = toAmount(GRANTS, settings, 100);
    const before = await measure();
    await vault.ask('fill', grants, data, DAY_MS);
    return ((await measure()) - before) / grants;
  });
}
