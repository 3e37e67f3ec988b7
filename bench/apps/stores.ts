import session from 'express-session';
import type { Vault } from 'passport-marketing-cloud';

/** Where an app keeps its sessions, and the package its grants. */
export type StoreConfig = { readonly kind: 'memory' } | ServiceConfig;

/** A store in a service. */
export interface ServiceConfig {
  readonly kind: 'redis' | 'postgres';
  readonly url: string;
  /** Whether a request that changes no session leaves it alone: the default of both stores writes each time. */
  readonly disableTouch?: boolean;
}

/** An opened store. */
export interface OpenedStore {
  readonly sessions: session.Store;
  /** Opens the package's vault in the same service; undefined where the session store is the vault. */
  readonly openVault: (packageFolder: string | undefined) => Promise<Vault | undefined>;
}

/** Opens a store; each process loads the client of its service only. */
export async function openStore(config: StoreConfig): Promise<OpenedStore> {
  if (config.kind === 'redis') return await (await import('./redis-store')).openRedisStore(config);
  if (config.kind === 'postgres') return await (await import('./postgres-store')).openPostgresStore(config);
  return { sessions: new session.MemoryStore(), openVault: () => Promise.resolve(undefined) };
}

/** For clients whose service has gone away: nothing that is measured then is of use. */
export function failWith(error: Error): never {
  throw error;
}
