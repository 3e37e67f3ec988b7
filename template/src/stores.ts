import { RedisStore } from 'connect-redis';
import type { Store } from 'express-session';
import type { Vault } from 'passport-marketing-cloud';
import { RedisVault } from 'passport-marketing-cloud/redis';
import { createClient } from 'redis';

/** Where sessions and tokens are. What is left out is in the memory of this process, and ends with it. */
export interface Stores {
  readonly sessions?: Store;
  readonly vault?: Vault;
  readonly close: () => Promise<void>;
}

/** Opens Redis, for sessions and tokens alike: then any number of processes serve the same users. */
export async function openStores(url: string | undefined): Promise<Stores> {
  if (url === undefined || url === '') return { close: async () => undefined };
  const client = createClient({ url, disableOfflineQueue: true });
  // Without a listener Node ends the process when the connection breaks.
  client.on('error', (error: unknown) => console.error('Redis:', error));
  await client.connect();
  return {
    sessions: new RedisStore({ client, prefix: 'marketing-cloud-app:sessions:' }),
    vault: new RedisVault({ client, prefix: 'marketing-cloud-app:grants:' }),
    close: async () => {
      await client.close();
    },
  };
}
