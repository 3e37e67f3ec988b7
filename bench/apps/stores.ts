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
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** Opened stores. */
export interface Stores {
  readonly sessions: session.Store;
  /** Undefined where the package keeps its grants in the session store. */
  readonly vault: Vault | undefined;
}

/** Opens the session store, and for the package a vault in the same service. */
export async function openStores(config: StoreConfig, packageFolder: string | undefined): Promise<Stores> {
  if (config.kind === 'memory') return { sessions: new session.MemoryStore(), vault: undefined };
  if (config.kind === 'redis') {
    const client = createClient({ url: config.url });
    client.on('error', fail);
    await client.connect();
    const { RedisVault } = loadPackage('redis', packageFolder);
    return { sessions: new RedisStore({ client }), vault: new RedisVault({ client }) };
  }
  const pool = new Pool({ connectionString: config.url });
  pool.on('error', fail);
  const PgStore = connectPgSimple(session);
  const { PostgresVault } = loadPackage('postgres', packageFolder);
  return { sessions: new PgStore({ pool, pruneSessionInterval: false }), vault: new PostgresVault({ pool }) };
}

function fail(error: Error): never {
  throw error;
}
