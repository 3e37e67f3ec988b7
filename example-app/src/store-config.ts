import { ConfigError } from './config-error';
import { valueOf, type Environment } from './environment';

/** Where sessions and grants are kept, and whether tokens are sealed there. */
export interface StoreConfig {
  /** Keeps the sessions, and the grants too where there is no PostgreSQL. */
  readonly redisUrl?: string;
  /** Keeps the grants, and the sessions too where there is no Redis. */
  readonly databaseUrl?: string;
  readonly encryptionKey?: string;
}

const LEAST_KEY_LENGTH = 32;

/** @throws ConfigError for a variable that cannot be used; its value may hold a password and is never printed */
export function readStoreConfig(env: Environment): StoreConfig {
  const redisUrl = readUrl(env, 'REDIS_URL', ['redis:', 'rediss:'], 'redis://127.0.0.1:6379');
  const databaseUrl = readUrl(
    env,
    'DATABASE_URL',
    ['postgres:', 'postgresql:'],
    'postgres://user:password@127.0.0.1:5432/app',
  );
  const encryptionKey = readKey(env);
  return {
    ...(redisUrl !== undefined && { redisUrl }),
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(encryptionKey !== undefined && { encryptionKey }),
  };
}

/** An empty key must not switch sealing off in silence. */
function readKey(env: Environment): string | undefined {
  if (env['ENCRYPTION_KEY'] === undefined) return undefined;
  const key = valueOf(env, 'ENCRYPTION_KEY') ?? '';
  if (key.length >= LEAST_KEY_LENGTH) return key;
  const problem = key === '' ? 'is set to nothing' : `has fewer than ${LEAST_KEY_LENGTH} characters`;
  throw new ConfigError(
    `ENCRYPTION_KEY ${problem}. Make one with: openssl rand -base64 32. Or unset it, and tokens are kept as plain text.`,
  );
}

function readUrl(env: Environment, name: string, protocols: readonly string[], example: string): string | undefined {
  const text = valueOf(env, name);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !protocols.includes(url.protocol)) {
    throw new ConfigError(`${name} must be a URL such as ${example}. Correct it, or unset it.`);
  }
  return text;
}
