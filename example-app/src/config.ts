import { randomBytes } from 'node:crypto';
import { readCallbackUrl, type CallbackUrl } from './callback-url';
import { ConfigError } from './config-error';
import { listed, valueOf, type Environment } from './environment';
import { readStoreConfig, type StoreConfig } from './store-config';

export type { Environment } from './environment';

/** What both modes know. */
interface Common extends StoreConfig {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly sessionSecret: string;
}

/** Nothing of Marketing Cloud is configured: the app brings the emulator along. */
export interface EmulatorConfig extends Common {
  readonly mode: 'emulator';
}

/** A tenant of Marketing Cloud. */
export interface TenantConfig extends Common {
  readonly mode: 'tenant';
  readonly subdomain: string;
  readonly clientID: string;
  /** Absent for a public app. */
  readonly clientSecret?: string;
  /** Absent: `https://127.0.0.1:PORT/auth/callback`. */
  readonly callback?: CallbackUrl;
  readonly scope?: string;
}

/** What the environment says. */
export type Config = EmulatorConfig | TenantConfig;

const TENANT = ['MC_SUBDOMAIN', 'MC_CLIENT_ID', 'MC_CLIENT_SECRET', 'MC_CALLBACK_URL', 'MC_SCOPE'];
const DEFAULT_PORT = 3000;

/** The environment of this process. */
export function readProcessConfig(): Config {
  return readConfig(process.env);
}

/**
 * Reads an environment. Without any `MC_` variable the emulator is meant; with some, a whole tenant. A variable that is
 * set to nothing counts as not set, but for the secret and the key: an empty one must not turn a web app into a public one,
 * or switch sealing off.
 *
 * @throws ConfigError for what is missing or malformed
 */
export function readConfig(env: Environment): Config {
  const port = readPort(env);
  const stores = readStoreConfig(env);
  const sessionSecret = valueOf(env, 'SESSION_SECRET') ?? randomBytes(32).toString('base64url');
  if (TENANT.every((name) => valueOf(env, name) === undefined)) {
    return { mode: 'emulator', port: port ?? DEFAULT_PORT, sessionSecret, ...stores };
  }
  return { mode: 'tenant', sessionSecret, ...stores, ...readTenant(env, port) };
}

function readTenant(
  env: Environment,
  port: number | undefined,
): Omit<TenantConfig, 'mode' | 'sessionSecret' | keyof StoreConfig> {
  const subdomain = valueOf(env, 'MC_SUBDOMAIN');
  const clientID = valueOf(env, 'MC_CLIENT_ID');
  if (subdomain === undefined || clientID === undefined) throw incomplete(env);
  if (env['MC_CLIENT_SECRET'] !== undefined && valueOf(env, 'MC_CLIENT_SECRET') === undefined) {
    throw new ConfigError('MC_CLIENT_SECRET is set to nothing. Give it its value, or unset it for a public app.');
  }
  const clientSecret = valueOf(env, 'MC_CLIENT_SECRET');
  const callbackUrl = valueOf(env, 'MC_CALLBACK_URL');
  const callback = callbackUrl === undefined ? undefined : readCallbackUrl(callbackUrl);
  const scope = valueOf(env, 'MC_SCOPE');
  const ownPort = callback?.ownPort;
  if (port !== undefined && ownPort !== undefined && port !== ownPort) {
    throw new ConfigError(`PORT is ${port}, but MC_CALLBACK_URL leads to port ${ownPort}. Make them the same.`);
  }
  return {
    port: port ?? ownPort ?? DEFAULT_PORT,
    subdomain,
    clientID,
    ...(clientSecret !== undefined && { clientSecret }),
    ...(callback !== undefined && { callback }),
    ...(scope !== undefined && { scope }),
  };
}

function incomplete(env: Environment): ConfigError {
  const isSet = (name: string): boolean => valueOf(env, name) !== undefined;
  const missing = ['MC_SUBDOMAIN', 'MC_CLIENT_ID', 'MC_CLIENT_SECRET'].filter((name) => !isSet(name));
  const secret = missing.includes('MC_CLIENT_SECRET') ? ' (a public app has no MC_CLIENT_SECRET)' : '';
  return new ConfigError(
    `${listed(TENANT.filter(isSet))} set, but not ${listed(missing)}${secret}. ` +
      'Set what is missing to use a tenant of Marketing Cloud, or unset every MC_ variable to use the emulator.',
  );
}

function readPort(env: Environment): number | undefined {
  const text = valueOf(env, 'PORT');
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new ConfigError('PORT must be a number from 0 (any free port) to 65535.');
  }
  return Number(text);
}
