import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import session from 'express-session';
import type { Vault } from 'passport-marketing-cloud';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { loadPackage } from './package-under-test';

/** Where an app keeps its sessions, and the package its grants. */
export type StoreConfig =
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'redis' | 'postgres';
      readonly url: string;
      /** Whether a request that changes no session leaves it alone: the default of both stores writes each time. */
      readonly disableTouch?: boolean;
    };

/** Opened stores. */
export interface Stores {
  readonly sessions: session.Store;
  /** Undefined where the package keeps its grants in the session store. */
  readonly vault: Vault | undefined;
}

/** Opens the session store, and for the package a vault in the same service. */
export async function openStores(config: StoreConfig, packageFolder: string | undefined): Promise<Stores> {
  if (config.kind === 'memory') return { sessions: new session.MemoryStore(), vault: undefined };
  const { kind, url, disableTouch = false } = config;
  if (kind === 'redis') {
    const client = createClient({ url });
    client.on('error', fail);
    await client.connect();
    const { RedisVault } = loadPackage('redis', packageFolder);
    return { sessions: new RedisStore({ client, disableTouch }), vault: new RedisVault({ client }) };
  }
  const pool = new Pool({ connectionString: url });
  pool.on('error', fail);
  const PgStore = connectPgSimple(session);
  const { PostgresVault } = loadPackage('postgres', packageFolder);
  const vault = new PostgresVault({ pool });
  await vault.migrate();
  await pool.query(
    'CREATE TABLE IF NOT EXISTS session (sid varchar PRIMARY KEY, sess json NOT NULL, expire timestamp(6))',
  );
  return { sessions: new PgStore({ pool, disableTouch, pruneSessionInterval: false }), vault };
}

function fail(error: Error): never {
  throw error;
}
