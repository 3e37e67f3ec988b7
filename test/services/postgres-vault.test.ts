import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool, type PoolConfig } from 'pg';
import { PostgresVault } from '../../src/postgres';
import { vaultContract } from '../../src/testing';
import { poll } from '../support/fleet/poll';
import { describeWithPgBouncer, describeWithPostgres, pgBouncerForTests, postgresForTests } from '../support/services';

const DAY_MS = 86_400_000;

/** As long as a grant's data is. */
function randomText(): string {
  return randomBytes(1_200).toString('base64url');
}

describeWithPostgres('PostgresVault', () => {
  let url: string;
  let schema: string;
  let pool: Pool;
  let vault: PostgresVault;
  const pools: Pool[] = [];

  const poolWith = (config: PoolConfig = {}): Pool => {
    const made = new Pool({ connectionString: url, ...config });
    pools.push(made);
    return made;
  };
  const vaultWith = (config: PoolConfig): PostgresVault =>
    new PostgresVault({ pool: poolWith(config), table: `${schema}.grants` });
  const rowsOf = async (sql: string): Promise<unknown[]> => (await pool.query<object>(sql)).rows;

  beforeAll(async () => {
    ({ url, schema } = await postgresForTests());
    pool = poolWith();
    vault = new PostgresVault({ pool, table: `${schema}.grants` });
    await vault.migrate();
  });
  afterAll(() => Promise.all(pools.map((one) => one.end())));

  describe('on a pool', () => {
    vaultContract({ makeVault: () => vault });
  });

  describe('on a pool that has a new connection for every statement', () => {
    let fresh: PostgresVault;
    beforeAll(() => {
      fresh = vaultWith({ maxUses: 1 });
    });
    vaultContract({ makeVault: () => fresh });
  });

  describeWithPgBouncer('behind PgBouncer in transaction mode', () => {
    let bounced: PostgresVault;
    beforeAll(async () => {
      bounced = vaultWith({ connectionString: await pgBouncerForTests(url), max: 20 });
      await bounced.migrate();
    });
    vaultContract({ makeVault: () => bounced });
  });

  describe('where transactions are serializable unless told otherwise', () => {
    let strict: PostgresVault;
    beforeAll(() => {
      strict = vaultWith({ options: '-c default_transaction_isolation=serializable' });
    });
    vaultContract({ makeVault: () => strict });
  });

  test('makes its table once, however many processes ask for it at the same time', async () => {
    const table = `${schema}.made_by_many`;
    const many = Array.from({ length: 12 }, () => new PostgresVault({ pool: poolWith({ max: 1 }), table }));
    await Promise.all(many.map((one) => one.migrate()));
    await Promise.all(many.map((one) => one.create('id', 'grant', 'data', DAY_MS).catch(() => undefined)));
    await many[0]?.migrate();
    expect(await many[1]?.read('id')).toEqual({ version: 1, data: 'data' });
    expect(await rowsOf(`SELECT indexname FROM pg_indexes WHERE tablename = 'made_by_many' ORDER BY 1`)).toEqual([
      { indexname: 'made_by_many_expires_at' },
      { indexname: 'made_by_many_pkey' },
    ]);
  });

  test('needs no right to make tables where the table is there', async () => {
    await pool.query(`GRANT USAGE ON SCHEMA ${schema} TO pg_monitor`);
    await vaultWith({ options: '-c role=pg_monitor' }).migrate();
    const another = new PostgresVault({
      pool: poolWith({ options: '-c role=pg_monitor' }),
      table: `${schema}.not_there`,
    });
    await expect(another.migrate()).rejects.toThrow('permission denied');
  });

  test('finds its usual table on the search path', async () => {
    const usual = new PostgresVault({ pool: poolWith({ options: `-c search_path=${schema}` }) });
    await usual.migrate();
    await usual.create('id', 'grant', 'data', DAY_MS);
    expect(await rowsOf(`SELECT id FROM ${schema}.marketing_cloud_grants`)).toEqual([{ id: 'id' }]);
  });

  test('takes a name with capitals, or one that is a word of SQL, or as long as a name may be', async () => {
    for (const name of ['Grants', 'select', `g${'x'.repeat(62)}`]) {
      const odd = new PostgresVault({ pool, table: `${schema}.${name}` });
      await odd.migrate();
      await odd.create('id', 'grant', name, DAY_MS);
      expect(await odd.read('id')).toEqual({ version: 1, data: name });
    }
  });

  test('names migrate() where the table is missing', async () => {
    const missing = new PostgresVault({ pool, table: `${schema}.not_there` });
    await expect(missing.read('id')).rejects.toMatchObject({
      code: 'vault_unavailable',
      message: expect.stringContaining('not_there'),
      hint: expect.stringContaining('migrate()'),
    });
  });

  test('purges what is over, in batches, and nothing else', async () => {
    const table = `${schema}.to_be_purged`;
    const own = new PostgresVault({ pool, table });
    await own.migrate();
    expect(await own.purge()).toBe(0);
    await pool.query(`INSERT INTO ${table} (id, kind, version, data, expires_at)
      SELECT 'over ' || n, 'grant', 1, 'data', now() - interval '1 second' FROM generate_series(1, 2500) AS n`);
    for (const id of ['alive', 'dead', 'long dead']) await own.create(id, 'grant', id, DAY_MS);
    await own.markDead('dead', { version: 1, reason: 'invalid_grant' });
    await own.markDead('long dead', { version: 1, reason: 'invalid_grant' });
    await pool.query(`UPDATE ${table} SET expires_at = expires_at - interval '10 minutes' WHERE id = 'long dead'`);
    expect(await own.read('over 1')).toBeUndefined();
    expect(await own.purge()).toBe(2_501);
    expect(await rowsOf(`SELECT id FROM ${table} ORDER BY id`)).toEqual([{ id: 'alive' }, { id: 'dead' }]);
  });

  test('defect 17: a dead grant keeps no data and ten minutes', async () => {
    for (const [id, ttlMs] of Object.entries({ long: DAY_MS, short: 60_000 })) {
      await vault.create(`dead ${id}`, 'grant', 'tokens', ttlMs);
      await vault.markDead(`dead ${id}`, { version: 1, reason: 'invalid_grant' });
    }
    const rows = await rowsOf(`SELECT data, round(extract(epoch FROM expires_at - now()) / 60)::integer AS minutes
      FROM ${schema}.grants WHERE id LIKE 'dead %' ORDER BY id`);
    expect(rows).toEqual([
      { data: '', minutes: 10 },
      { data: '', minutes: 1 },
    ]);
  });

  test('defect 17: leases and refreshes are HOT updates', async () => {
    const table = `${schema}.updated`;
    const own = new PostgresVault({ pool, table });
    await own.migrate();
    const ids = Array.from({ length: 50 }, (_, index) => `grant ${index}`);
    const month = 30 * DAY_MS;
    for (const id of ids) {
      await own.create(id, 'grant', randomText(), 600_000);
      await own.commit(id, { version: 1, data: randomText(), ttlMs: month, sameTokens: true });
    }
    const countUpdates = async (): Promise<{ all: number; hot: number }> => {
      const client = await pool.connect();
      try {
        // What this connection has counted is told when it has been idle for a while, unless it is asked to.
        await client.query('SELECT pg_stat_clear_snapshot()');
        const { rows } = await client.query<{ all: number; hot: number }>(
          `SELECT n_tup_upd::integer AS all, n_tup_hot_upd::integer AS hot FROM pg_stat_all_tables WHERE relid = '${table}'::regclass`,
        );
        return rows[0] ?? { all: 0, hot: 0 };
      } finally {
        client.release();
      }
    };
    const counted = (times: number) => poll(countUpdates, ({ all }) => all >= times);
    const before = await counted(50);
    for (let version = 2; version < 10; version += 1) {
      for (const id of ids) {
        await own.acquire(id, { version, owner: 'a', leaseMs: 3_000 });
        await own.commit(id, { version, data: randomText(), ttlMs: month, owner: 'a' });
      }
    }
    const after = await counted(before.all + 800);
    expect((after.hot - before.hot) / (after.all - before.all)).toBeGreaterThan(0.9);
  }, 30_000);

  test('defect 17: migrate() brings a table of an earlier release up to date', async () => {
    const table = `${schema}.earlier`;
    await pool.query(`CREATE TABLE ${table} (id text PRIMARY KEY, kind text NOT NULL, version integer NOT NULL,
      data text NOT NULL, expires_at timestamptz NOT NULL, dead text, dead_since timestamptz, note text,
      interrupted boolean NOT NULL DEFAULT false, lease_owner text, lease_until timestamptz, lease_version integer)`);
    await pool.query(`CREATE INDEX earlier_expires_at ON ${table} (expires_at)`);
    await pool.query(`CREATE INDEX earlier_dead_since ON ${table} (dead_since) WHERE dead_since IS NOT NULL`);
    await pool.query(`INSERT INTO ${table} (id, kind, version, data, expires_at, dead, dead_since) VALUES
      ('alive', 'grant', 3, 'tokens', now() + interval '1 day', NULL, NULL),
      ('dead', 'grant', 3, 'tokens', now() + interval '1 day', 'invalid_grant', now() - interval '1 hour')`);
    const own = new PostgresVault({ pool, table });
    for (const _time of [1, 2]) await own.migrate();
    expect(await own.read('alive')).toEqual({ version: 3, data: 'tokens' });
    expect(await own.read('dead')).toBeUndefined();
    expect(await own.purge()).toBe(1);
    expect(await rowsOf(`SELECT reloptions FROM pg_class WHERE oid = '${table}'::regclass`)).toEqual([
      { reloptions: ['fillfactor=70'] },
    ]);
    expect(await rowsOf(`SELECT indexname FROM pg_indexes WHERE tablename = 'earlier' ORDER BY 1`)).toEqual([
      { indexname: 'earlier_expires_at' },
      { indexname: 'earlier_pkey' },
    ]);
  });

  test('defect 17: a purge of many rows holds no long statement', async () => {
    const table = `${schema}.purged_in_batches`;
    const counts: number[] = [];
    const counting = {
      query: async (text: string, values?: unknown[]) => {
        const result = await pool.query<{ count?: number }>(text, values);
        counts.push(result.rows[0]?.count ?? 0);
        return result;
      },
    };
    const own = new PostgresVault({ pool: counting, table });
    await own.migrate();
    await pool.query(`INSERT INTO ${table} (id, kind, version, data, expires_at)
      SELECT n::text, 'grant', 1, 'data', now() - n * interval '10 milliseconds' FROM generate_series(1, 20000) AS n`);
    expect(await own.purge()).toBe(20_000);
    expect(Math.max(...counts)).toBe(1_000);
    const plan = await rowsOf(`EXPLAIN SELECT id FROM ${table} WHERE expires_at BETWEEN to_timestamp(0) AND now()
      ORDER BY expires_at LIMIT 1000`);
    expect(JSON.stringify(plan)).toMatch(/Index Scan (?:using|on) purged_in_batches_expires_at/);
  }, 30_000);

  test('purges from two processes at once without counting twice', async () => {
    const table = `${schema}.purged_by_two`;
    const own = new PostgresVault({ pool, table });
    await own.migrate();
    await pool.query(`INSERT INTO ${table} (id, kind, version, data, expires_at)
      SELECT n::text, 'sign-in', 1, 'data', now() - interval '1 second' FROM generate_series(1, 5000) AS n`);
    const [one, other] = await Promise.all([own.purge(), own.purge()]);
    expect(one + other + (await own.purge())).toBe(5_000);
    expect(await rowsOf(`SELECT count(*)::integer AS left FROM ${table}`)).toEqual([{ left: 0 }]);
  });

  test('reads its rows with every type parser that the app has set for pg', async () => {
    const asText = vaultWith({ types: { getTypeParser: () => (value: unknown) => value } });
    await asText.create('as text', 'grant', 'data', DAY_MS);
    for (const interrupted of [false, true]) {
      const asked = await asText.acquire('as text', { version: 1, owner: 'a', leaseMs: 3_000 });
      expect(asked).toEqual({ outcome: 'leased', record: { version: 1, data: 'data' }, interrupted });
      await asText.release('as text', 'a', { interrupted: true });
    }
  });
});
