import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import session, { type Store } from 'express-session';
import { SessionStoreVault, type Vault } from 'passport-marketing-cloud';
import { PostgresVault } from 'passport-marketing-cloud/postgres';
import { RedisVault } from 'passport-marketing-cloud/redis';
import { Pool } from 'pg';
import { createClient } from 'redis';
import type { StoreConfig } from '../config/config';
import { ConfigError } from '../config/variables';

/** Where one process stores sessions and grants. */
export interface Stores {
  readonly sessions: Store;
  readonly vault: Vault;
  /** For people: `sessions in Redis, grants in PostgreSQL`. */
  readonly description: string;
  /** Closes the connections. */
  readonly close: () => Promise<void>;
}

const LOCAL_REDIS_URL = 'redis://127.0.0.1:6379';
const CONNECT_TIMEOUT_MS = 3_000;
const MAX_RECONNECT_DELAY_MS = 2_000;

/** How to fix a PostgreSQL error, by SQLSTATE. */
const POSTGRES_FIXES: Readonly<Record<string, string>> = {
  '28P01': 'the user or the password is wrong. Correct it',
  '28000': 'the user may not connect. Correct the user, or allow it in pg_hba.conf',
  '3D000': 'the database does not exist. Create it with createdb, or correct the name',
  '42501': 'the user may not create tables. Grant it CREATE on the schema',
  '3F000': 'there is no schema to create tables in. Create it, or correct the search path',
};

/** Creates connect-pg-simple's table, as its `table.sql` does. The lock lets several processes start at once. */
const CREATE_SESSIONS_TABLE = `DO $sessions$ BEGIN
  PERFORM pg_advisory_xact_lock(5571203349);
  IF to_regclass('example_app_sessions') IS NULL THEN
    CREATE TABLE example_app_sessions (sid varchar PRIMARY KEY, sess json NOT NULL, expire timestamp(6) NOT NULL);
    CREATE INDEX example_app_sessions_expire ON example_app_sessions (expire);
  END IF;
END $sessions$`;

/** Creates stores in memory. Their content is lost when the process ends. */
export function createMemoryStores(): Stores {
  const sessions = new session.MemoryStore();
  return {
    sessions,
    vault: new SessionStoreVault(sessions),
    description: 'sessions and grants in memory',
    close: () => Promise.resolve(),
  };
}

/**
 * Connects to the configured stores. With both, PostgreSQL stores the grants, which have to survive a restart, and
 * Redis the sessions, which are read on each request.
 *
 * @param report receives a line for each lost connection
 * @throws ConfigError if a store cannot be used
 */
export async function openStores(config: StoreConfig, report: (text: string) => void): Promise<Stores> {
  const redis = config.redisUrl === undefined ? undefined : await openRedisStores(config.redisUrl, report);
  if (config.databaseUrl === undefined) return redis ?? createMemoryStores();
  try {
    const postgres = await openPostgresStores(config.databaseUrl, report, { storesSessions: redis === undefined });
    if (redis === undefined) return postgres;
    return {
      sessions: redis.sessions,
      vault: postgres.vault,
      description: 'sessions in Redis, grants in PostgreSQL',
      close: async () => {
        await Promise.all([redis.close(), postgres.close()]);
      },
    };
  } catch (error) {
    await redis?.close();
    throw error;
  }
}

/**
 * Adds a store that several processes can share: the configured one, or else a Redis on this machine.
 *
 * @throws ConfigError if there is none
 */
export async function withSharedStore<C extends StoreConfig>(config: C, localRedisUrl = LOCAL_REDIS_URL): Promise<C> {
  if (config.redisUrl !== undefined || config.databaseUrl !== undefined) return config;
  try {
    const client = await connectRedis(localRedisUrl, () => undefined);
    await client.close();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      'Several processes need a shared store, but REDIS_URL and DATABASE_URL are not set and no Redis answers at ' +
        `${localRedisUrl}. Start one, for example with: docker run --rm -p 6379:6379 redis. Or set one of the variables.`,
    );
  }
  return { ...config, redisUrl: localRedisUrl };
}

/** All keys start with `example-app:`, or with the URL's `?keyPrefix=` if several apps share a Redis. */
async function openRedisStores(url: string, report: (text: string) => void): Promise<Stores> {
  const client = await connectRedis(url, report);
  const prefix = new URL(url).searchParams.get('keyPrefix') ?? 'example-app:';
  return {
    sessions: new RedisStore({ client, prefix: `${prefix}session:` }),
    vault: new RedisVault({ client, prefix: `${prefix}grant:` }),
    description: 'sessions and grants in Redis',
    close: async () => {
      // close() waits for a reply from Redis, which does not come while it is down.
      if (client.isReady) await client.close();
      else client.destroy();
    },
  };
}

async function openPostgresStores(
  url: string,
  report: (text: string) => void,
  { storesSessions }: { readonly storesSessions: boolean },
): Promise<Stores> {
  const pool = await connectPostgres(url, report, createTables);
  const PgStore = connectPgSimple(session);
  const sessions = new PgStore({
    pool,
    tableName: 'example_app_sessions',
    ...(!storesSessions && { pruneSessionInterval: false }),
    errorLog: (message: unknown) => report(`PostgreSQL session store: ${String(message)}`),
  });
  return {
    sessions,
    vault: createPostgresVault(pool),
    description: 'sessions and grants in PostgreSQL',
    close: async () => {
      sessions.close();
      await pool.end();
    },
  };
}

async function createTables(pool: Pool): Promise<void> {
  await pool.query(CREATE_SESSIONS_TABLE);
  const vault = createPostgresVault(pool);
  await vault.migrate();
  // Deletes expired records. A service that runs for months does this in a daily job.
  await vault.purge();
}

function createPostgresVault(pool: Pool): PostgresVault {
  return new PostgresVault({ pool, table: 'example_app_grants' });
}

/**
 * Connects to Redis, and reconnects when the connection is lost. While it is lost, commands fail at once, so that no
 * request has to wait.
 *
 * @param report receives a line when the connection is lost
 * @throws ConfigError if there is no Redis, or if it refuses the connection
 */
async function connectRedis(
  url: string,
  report: (text: string) => void,
): Promise<ReturnType<typeof createRedisClient>> {
  let hasConnected = false;
  const client = createRedisClient(url, () => hasConnected);
  client.on('error', (error: Error) => {
    if (hasConnected) report(`Redis: ${error.message}`);
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    if (client.isOpen) client.destroy();
    throw new ConfigError(`REDIS_URL: ${describeRedisError(error, new URL(url))}`);
  }
  hasConnected = true;
  return client;
}

// The client's type depends on the options, so it is inferred.
function createRedisClient(url: string, mayReconnect: () => boolean) {
  return createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (attempt) => mayReconnect() && Math.min(attempt * 50, MAX_RECONNECT_DELAY_MS),
    },
  });
}

/**
 * Connects to PostgreSQL and creates the tables.
 *
 * @param report receives a line when a connection is lost; the pool opens new ones
 * @throws ConfigError if there is no PostgreSQL, or if it refuses the connection or the tables
 */
async function connectPostgres(
  url: string,
  report: (text: string) => void,
  createTables: (pool: Pool) => Promise<void>,
): Promise<Pool> {
  let pool: Pool | undefined;
  try {
    pool = new Pool({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    pool.on('error', (error) => report(`PostgreSQL: ${error.message}`));
    await createTables(pool);
    return pool;
  } catch (error) {
    await pool?.end();
    throw new ConfigError(`DATABASE_URL: ${describePostgresError(error, new URL(url))}`);
  }
}

function describeRedisError(error: unknown, { hostname, port }: URL): string {
  const host = `${hostname}:${port || '6379'}`;
  const { message } = Object(error) as { message?: unknown };
  const [, refusal] = /^(WRONGPASS|NOAUTH|NOPERM)\b/.exec(String(message)) ?? [];
  if (refusal !== undefined) {
    return `the Redis at ${host} refuses the connection (${refusal}). Correct the user and the password in the URL.`;
  }
  return (
    `no Redis answers at ${host}. Start one, for example with: docker run --rm -p 6379:6379 redis. ` +
    'Or correct the URL, or unset it.'
  );
}

function describePostgresError(error: unknown, { hostname, port }: URL): string {
  const host = `${hostname || 'localhost'}:${port || '5432'}`;
  const { code } = Object(error) as { code?: unknown };
  const fix = POSTGRES_FIXES[String(code)];
  if (fix !== undefined) return `at ${host} ${fix}.`;
  const sqlState = /^[0-9A-Z]{5}$/.test(String(code)) ? ` (SQLSTATE ${String(code)})` : '';
  return (
    `no PostgreSQL answers as expected at ${host}${sqlState}. Start one, for example with: ` +
    'docker run --rm -p 5432:5432 -e POSTGRES_PASSWORD=secret postgres. Or correct the URL, or unset it.'
  );
}
