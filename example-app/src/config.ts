import { randomBytes } from 'node:crypto';
import { readCallbackUrl, type CallbackUrl } from './callback-url';
import { ConfigError } from './config-error';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What both modes know. */
interface Common {
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
const NOT_YET = ['ENCRYPTION_KEY', 'REDIS_URL', 'DATABASE_URL'];
const DEFAULT_PORT = 3000;

/** The environment of this process. */
export function readProcessConfig(): Config {
  return readConfig(process.env);
}

/**
 * Reads an environment. Without any `MC_` variable the emulator is meant; with some, a whole tenant. A variable that is
 * set to nothing counts as not set, but for the secret: an empty one must not turn a web app into a public one.
 *
 * @throws ConfigError for what is missing, malformed or not supported
 */
export function readConfig(env: Environment): Config {
  const notYet = NOT_YET.filter((name) => env[name] !== undefined);
  if (notYet.length > 0) {
    throw new ConfigError(
      `This release does not support ${listed(notYet)} yet: sessions and tokens are kept in memory, as they are. Unset ${notYet.length === 1 ? 'it' : 'them'} to go on.`,
    );
  }
  const port = readPort(env);
  const sessionSecret = valueOf(env, 'SESSION_SECRET') ?? randomBytes(32).toString('base64url');
  if (TENANT.every((name) => valueOf(env, name) === undefined)) {
    return { mode: 'emulator', port: port ?? DEFAULT_PORT, sessionSecret };
  }
  return { mode: 'tenant', sessionSecret, ...readTenant(env, port) };
}

function readTenant(env: Environment, port: number | undefined): Omit<TenantConfig, 'mode' | 'sessionSecret'> {
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

function valueOf(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
