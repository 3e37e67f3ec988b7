import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';
import { loadPackage } from './package-under-test';
import { failWith, type OpenedStore, type ServiceConfig } from './stores';

/** Sessions in Redis, and a vault that uses the same connection. */
export async function openRedisStore({ url, disableTouch = false }: ServiceConfig): Promise<OpenedStore> {
  const client = createClient({ url });
  client.on('error', failWith);
  await client.connect();
  return {
    sessions: new RedisStore({ client, disableTouch }),
    openVault: async (packageFolder) => {
      const { RedisVault } = await loadPackage('redis', packageFolder);
      return new RedisVault({ client });
    },
  };
}
