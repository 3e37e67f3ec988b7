import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import session, { type Store } from 'express-session';
import { SessionStoreVault, type Vault } from 'passport-marketing-cloud';
import { PostgresVault } from 'passport-marketing-cloud/postgres';
import { RedisVault } from 'passport-marketing-cloud/redis';
import { connectPostgres } from './postgres-connection';
import { connectRedis } from './redis-connection';
import type { StoreConfig } from './store-config';

/** Where this process keeps things. */
export interface Stores {
  readonly sessions: Store;
  readonly vault: Vault;
  /** Where that is, in words: `sessions in Redis, grants in PostgreSQL`. */
  readonly about: string;
  /** Closes the connections. */
  readonly close: () => Promise<void>;
}

/** Sessions and grants in memory, which end with the process. */
export function memoryStores(): Stores {
  const sessions = new session.MemoryStore();
  return {
    sessions,
    vault: new SessionStoreVault(sessions),
    about: 'sessions and grants in memory',
    close: () => Promise.resolve(),
  };
}

/**
 * Opens what is configured. With both, each keeps what it is best at: PostgreSQL the grants, which are to last, and
 * Redis the sessions, which are read with every request.
 *
 * @throws ConfigError when one of them cannot be used
 */
export async function openStores(config: StoreConfig, report: (text: string) => void): Promise<Stores> {
  const redis = config.redisUrl === undefined ? undefined : await openRedis(config.redisUrl, report);
  if (config.databaseUrl === undefined) return redis ?? memoryStores();
  try {
    const postgres = await openPostgres(config.databaseUrl, redis === undefined, report);
    if (redis === undefined) return postgres;
    return {
      sessions: redis.sessions,
      vault: postgres.vault,
      about: 'sessions in Redis, grants in PostgreSQL',
      close: async () => {
        await Promise.all([redis.close(), postgres.close()]);
      },
    };
  } catch (error) {
    await redis?.close();
    throw error;
  }
}

/** `?keyPrefix=` in the address begins all keys, where several apps share a Redis. */
async function openRedis(url: string, report: (text: string) => void): Promise<Stores> {
  const client = await connectRedis(url, report);
  const prefix = new URL(url).searchParams.get('keyPrefix') ?? 'example-app:';
  return {
    sessions: new RedisStore({ client, prefix: `${prefix}session:` }),
    vault: new RedisVault({ client, prefix: `${prefix}grant:` }),
    about: 'sessions and grants in Redis',
    close: async () => {
      // While Redis is away there is nobody to say goodbye to.
      if (client.isReady) await client.close();
      else client.destroy();
    },
  };
}

async function openPostgres(url: string, isForSessions: boolean, report: (text: string) => void): Promise<Stores> {
  let vault: PostgresVault | undefined;
  const pool = await connectPostgres(
    url,
    async (opened) => {
      vault = new PostgresVault({ pool: opened, table: 'example_app_grants' });
      await vault.migrate();
      // A service that runs for months does this by a daily job.
      await vault.purge();
    },
    report,
  );
  const PgStore = connectPgSimple(session);
  const sessions = new PgStore({
    pool,
    tableName: 'example_app_sessions',
    ...(!isForSessions && { pruneSessionInterval: false }),
    errorLog: (message: unknown) => report(`Sessions in PostgreSQL: ${String(message)}`),
  });
  return {
    sessions,
    vault: vault ?? new PostgresVault({ pool }),
    about: 'sessions and grants in PostgreSQL',
    close: async () => {
      sessions.close();
      await pool.end();
    },
  };
}
