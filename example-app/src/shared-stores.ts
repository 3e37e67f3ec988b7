import type { Config } from './config';
import { ConfigError } from './config-error';
import { connectRedis } from './redis-connection';

/** Where Redis usually is. */
const REDIS_HERE = 'redis://127.0.0.1:6379';

/**
 * Settings with a store that all processes share: what is configured, or else a Redis at the usual port of this machine.
 *
 * @throws ConfigError when there is none
 */
export async function withSharedStore(config: Config, here = REDIS_HERE): Promise<Config> {
  if (config.redisUrl !== undefined || config.databaseUrl !== undefined) return config;
  try {
    const client = await connectRedis(here, () => undefined);
    await client.close();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      `Several processes need a store that they share: there is neither REDIS_URL nor DATABASE_URL, and no Redis at ${here}. ` +
        'Start one, such as with: docker run --rm -p 6379:6379 redis. Or set REDIS_URL or DATABASE_URL.',
    );
  }
  return { ...config, redisUrl: here };
}
