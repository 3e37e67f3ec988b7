import { createClient } from 'redis';
import { ConfigError } from './config-error';

/** A client of node-redis that is connected. */
export type RedisConnection = ReturnType<typeof newClient>;

const CONNECT_TIMEOUT_MS = 3_000;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Connects to Redis. While the connection is broken commands fail at once, so that nobody waits for a page, and it is
 * made again.
 *
 * @param report hears that the connection broke
 * @throws ConfigError when there is no Redis, or it does not let us in
 */
export async function connectRedis(url: string, report: (text: string) => void): Promise<RedisConnection> {
  let isUp = false;
  const client = newClient(url, () => isUp);
  client.on('error', (error: Error) => {
    if (isUp) report(`Redis: ${error.message}`);
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    if (client.isOpen) client.destroy();
    throw new ConfigError(`REDIS_URL: ${problemOf(error, placeOf(url))}`);
  }
  isUp = true;
  return client;
}

// The client's type says what the options are, so it is inferred.
function newClient(url: string, isUp: () => boolean) {
  return createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (attempt) => isUp() && Math.min(attempt * 50, LONGEST_PAUSE_MS),
    },
  });
}

function placeOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || '6379'}`;
}

function problemOf(error: unknown, place: string): string {
  const { message } = Object(error) as { message?: unknown };
  const [, refusal] = /^(WRONGPASS|NOAUTH|NOPERM)\b/.exec(String(message)) ?? [];
  if (refusal !== undefined) {
    return `the Redis at ${place} does not let this app in (${refusal}). Correct the user and the password in it.`;
  }
  return `no Redis answers at ${place}. Start one, such as with: docker run --rm -p 6379:6379 redis. Or correct it, or unset it.`;
}
