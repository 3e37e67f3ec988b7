import { RedisStore } from 'connect-redis';
import type { Store } from 'express-session';
import type { Vault } from 'passport-marketing-cloud';
import { RedisVault } from 'passport-marketing-cloud/redis';
import { createClient } from 'redis';

const MAX_RECONNECT_DELAY_MS = 2_000;

/** Where sessions and tokens are. What is left out is in the memory of this process, and ends with it. */
export interface Stores {
  readonly sessions?: Store;
  readonly vault?: Vault;
  readonly close: () => Promise<void>;
}

/**
 * Opens Redis, for sessions and tokens alike: then any number of processes serve the same users. Rejects when Redis does
 * not answer at the start; a connection that breaks later is opened again.
 */
export async function openStores(url: string | undefined): Promise<Stores> {
  if (url === undefined) return { close: async () => undefined };
  let isOpen = false;
  const reconnectStrategy = (attempt: number) => isOpen && Math.min(attempt * 100, MAX_RECONNECT_DELAY_MS);
  const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy } });
  // Without a listener Node ends the process when the connection breaks.
  client.on('error', (error: Error) => {
    if (isOpen) console.error(`Redis: ${error.message}`);
  });
  try {
    await client.connect();
    await client.ping(); // a Redis that wants a password refuses commands, not the connection
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`REDIS_URL: there is no connection to ${new URL(url).host}. ${reason}`);
  }
  isOpen = true;
  return {
    sessions: new RedisStore({ client, prefix: 'marketing-cloud-app:sessions:' }),
    vault: new RedisVault({ client, prefix: 'marketing-cloud-app:grants:' }),
    close: async () => {
      await client.close();
    },
  };
}
