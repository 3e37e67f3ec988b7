import { afterAll, beforeAll, describe } from '@jest/globals';
import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import session from 'express-session';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { SessionStoreVault } from '../../src';
import { vaultContract } from '../../src/testing';
import { describeWithPostgres, describeWithRedis, postgresForTests, redisForTests } from '../support/services';

describe('the session store’s vault on a MemoryStore', () => {
  vaultContract({ makeVault: () => new SessionStoreVault(new session.MemoryStore()) });
});

describeWithRedis('the session store’s vault on connect-redis', () => {
  let client: ReturnType<typeof createClient>;
  let store: RedisStore;

  beforeAll(async () => {
    const { url, prefix } = await redisForTests();
    client = createClient({ url });
    await client.connect();
    store = new RedisStore({ client, prefix });
  });
  afterAll(() => client.close());

  vaultContract({ makeVault: () => new SessionStoreVault(store) });
});

describeWithPostgres('the session store’s vault on connect-pg-simple', () => {
  let pool: Pool;
  let store: session.Store;

  beforeAll(async () => {
    const { url, schema } = await postgresForTests();
    pool = new Pool({ connectionString: url });
    const PgStore = connectPgSimple(session);
    store = new PgStore({ pool, schemaName: schema, createTableIfMissing: true, pruneSessionInterval: false });
  });
  afterAll(() => pool.end());

  vaultContract({ makeVault: () => new SessionStoreVault(store) });
});
