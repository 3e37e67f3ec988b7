import { Pool } from 'pg';
import { createClient } from 'redis';
import { ConfigError } from '../config/variables';

/** A connected node-redis client. */
export type RedisConnection = ReturnType<typeof createRedisClient>;

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

/**
 * Connects to Redis, and reconnects when the connection is lost. While it is lost, commands fail at once, so that no
 * request has to wait.
 *
 * @param report receives a line when the connection is lost
 * @throws ConfigError if there is no Redis, or if it refuses the connection
 */
export async function connectRedis(url: string, report: (text: string) => void): Promise<RedisConnection> {
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
export async function connectPostgres(
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
