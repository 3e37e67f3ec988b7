import { afterAll, beforeAll, describe, test } from '@jest/globals';
import session from 'express-session';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { SessionStoreVault, type Vault } from '../../src';
import { PostgresVault } from '../../src/postgres';
import { RedisVault } from '../../src/redis';
import { vaultContract } from '../../src/testing';
import { describeWithPostgres, describeWithRedis, postgresForTests, redisForTests } from '../support/services';
import { SharedStore } from '../support/stores';

/** The members of what vaults are given, keep and give back that may be left out. */
const NAMES = [
  ...['dead', 'death', 'note', 'interrupted', 'owner', 'sameTokens', 'data', 'reason', 'version', 'kind', 'until'],
  ...['lease', 'consumed', 'outcome', 'record', 'perProcess', 'prefix', 'table', 'count'],
];

/** Runs the contract's tests while every object inherits these members. */
function pollutedContract(makeVault: () => Vault): void {
  describe.each([[true], ['polluted'], [7]])('where every object inherits %p', (value: unknown) => {
    vaultContract({
      makeVault,
      runner: {
        describe,
        test: (name, body) =>
          test(`defect 9: ${name}`, async () => {
            for (const polluted of NAMES) {
              Object.defineProperty(Object.prototype, polluted, { value, configurable: true, writable: true });
            }
            try {
              await body();
            } finally {
              for (const polluted of NAMES) Reflect.deleteProperty(Object.prototype, polluted);
            }
          }),
      },
    });
  });
}

describe('the session store’s vault', () => {
  pollutedContract(() => new SessionStoreVault(new session.MemoryStore()));
});

describe('the session store’s vault on a store that other processes share', () => {
  pollutedContract(() => new SessionStoreVault(new SharedStore()));
});

describeWithRedis('RedisVault', () => {
  let nodeRedis: ReturnType<typeof createClient>;
  let ioRedis: Redis;
  let prefix: string;
  beforeAll(async () => {
    const { url, ...service } = await redisForTests();
    prefix = service.prefix;
    nodeRedis = createClient({ url });
    await nodeRedis.connect();
    ioRedis = new Redis(url);
  });
  afterAll(() => Promise.all([nodeRedis.close(), ioRedis.quit()]));

  describe('on node-redis', () => {
    pollutedContract(() => new RedisVault({ client: nodeRedis, prefix }));
  });
  describe('on ioredis', () => {
    pollutedContract(() => new RedisVault({ client: ioRedis, prefix }));
  });
});

describeWithPostgres('PostgresVault', () => {
  let pool: Pool;
  let vault: PostgresVault;
  beforeAll(async () => {
    const { url, table } = await postgresForTests();
    pool = new Pool({ connectionString: url });
    vault = new PostgresVault({ pool, table });
    await vault.migrate();
  });
  afterAll(() => pool.end());
  pollutedContract(() => vault);
});
