import { randomBytes } from 'node:crypto';
import {
  ConfigError,
  getVariable,
  joinNames,
  parseCallbackUrl,
  parseClientSecret,
  parseEncryptionKey,
  parsePort,
  parseStoreUrl,
  type CallbackUrl,
  type Environment,
} from './variables';

/** Where sessions and grants are stored. */
export interface StoreConfig {
  /** Stores the sessions, and the grants too if there is no `databaseUrl`. */
  readonly redisUrl?: string;
  /** Stores the grants, and the sessions too if there is no `redisUrl`. */
  readonly databaseUrl?: string;
  /** Encrypts the tokens in the store. */
  readonly encryptionKey?: string;
}

interface CommonConfig extends StoreConfig {
  /** The port to listen on. 0 is any free port. */
  readonly port: number;
  /** Signs the session cookie. */
  readonly sessionSecret: string;
}

/** No tenant is configured: the app starts the emulator. */
export interface EmulatorConfig extends CommonConfig {
  readonly mode: 'emulator';
}

/** The app signs users in to a tenant of Marketing Cloud. */
export interface TenantConfig extends CommonConfig {
  readonly mode: 'tenant';
  readonly subdomain: string;
  readonly clientID: string;
  /** Not set for a public app. */
  readonly clientSecret?: string;
  /** @default `https://127.0.0.1:PORT/auth/callback` */
  readonly callback?: CallbackUrl;
  readonly scope?: string;
}

/** The app's settings. */
export type Config = EmulatorConfig | TenantConfig;

const TENANT_VARIABLES = ['MC_SUBDOMAIN', 'MC_CLIENT_ID', 'MC_CLIENT_SECRET', 'MC_CALLBACK_URL', 'MC_SCOPE'];
const DEFAULT_PORT = 3000;
const REDIS_URL = { protocols: ['redis:', 'rediss:'], example: 'redis://127.0.0.1:6379' };
const DATABASE_URL = {
  protocols: ['postgres:', 'postgresql:'],
  example: 'postgres://user:password@127.0.0.1:5432/app',
};

/** Reads the settings from this process's environment. Throws as `parseConfig` does. */
export function readConfig(): Config {
  return parseConfig(process.env);
}

/**
 * Parses environment variables. Without any `MC_` variable the app uses the emulator; with one of them, a tenant has to
 * be complete. An empty variable counts as not set, except `MC_CLIENT_SECRET` and `ENCRYPTION_KEY`, where it is an error.
 *
 * @throws ConfigError if a variable is missing or malformed
 */
export function parseConfig(env: Environment): Config {
  const port = parsePort(getVariable(env, 'PORT'));
  const sessionSecret = getVariable(env, 'SESSION_SECRET') ?? randomBytes(32).toString('base64url');
  const common = { sessionSecret, ...parseStoreConfig(env) };
  if (TENANT_VARIABLES.every((name) => getVariable(env, name) === undefined)) {
    return { mode: 'emulator', port: port ?? DEFAULT_PORT, ...common };
  }
  return { mode: 'tenant', ...common, ...parseTenant(env, port) };
}

function parseStoreConfig(env: Environment): StoreConfig {
  const redisUrl = parseStoreUrl(env, 'REDIS_URL', REDIS_URL);
  const databaseUrl = parseStoreUrl(env, 'DATABASE_URL', DATABASE_URL);
  const encryptionKey = parseEncryptionKey(env);
  return {
    ...(redisUrl !== undefined && { redisUrl }),
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(encryptionKey !== undefined && { encryptionKey }),
  };
}

function parseTenant(
  env: Environment,
  port: number | undefined,
): Pick<TenantConfig, 'port' | 'subdomain' | 'clientID' | 'clientSecret' | 'callback' | 'scope'> {
  const subdomain = getVariable(env, 'MC_SUBDOMAIN');
  const clientID = getVariable(env, 'MC_CLIENT_ID');
  if (subdomain === undefined || clientID === undefined) throw incompleteTenant(env);
  const clientSecret = parseClientSecret(env);
  const callbackUrl = getVariable(env, 'MC_CALLBACK_URL');
  const callback = callbackUrl === undefined ? undefined : parseCallbackUrl(callbackUrl);
  const scope = getVariable(env, 'MC_SCOPE');
  const localPort = callback?.localPort;
  if (port !== undefined && localPort !== undefined && port !== localPort) {
    throw new ConfigError(`PORT is ${port}, but MC_CALLBACK_URL has port ${localPort}. Make them the same.`);
  }
  return {
    port: port ?? localPort ?? DEFAULT_PORT,
    subdomain,
    clientID,
    ...(clientSecret !== undefined && { clientSecret }),
    ...(callback !== undefined && { callback }),
    ...(scope !== undefined && { scope }),
  };
}

function incompleteTenant(env: Environment): ConfigError {
  const isSet = (name: string): boolean => getVariable(env, name) !== undefined;
  const present = TENANT_VARIABLES.filter(isSet);
  const missing = ['MC_SUBDOMAIN', 'MC_CLIENT_ID', 'MC_CLIENT_SECRET'].filter((name) => !isSet(name));
  const note = missing.includes('MC_CLIENT_SECRET') ? ' (MC_CLIENT_SECRET is not needed for a public app)' : '';
  return new ConfigError(
    `${joinNames(present)} ${present.length === 1 ? 'is' : 'are'} set, but not ${joinNames(missing)}${note}. ` +
      'To use a tenant of Marketing Cloud, set the missing variables. To use the emulator, unset every MC_ variable.',
  );
}
