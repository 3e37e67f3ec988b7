import { Transport } from '../../../http/transport';
import type { Tenant } from '../../../tenant';
import { askApp, type AppAnswer } from './app-probe';
import { parseStoreUrl, POSTGRES_PROTOCOLS, REDIS_PROTOCOLS } from '../store-url';
import { askAuthorize, type AuthorizeAnswer } from './authorize-probe';
import { PROBE_TIMEOUT_MS } from './probe-timeout';
import { askPostgres, type PostgresAnswer } from './postgres-probe';
import { askRedis, type RedisAnswer } from './redis-probe';
import { askToken, type TokenAnswer } from './token-probe';

/** What the network answers. `undefined` means that a variable is missing, so that there is nothing to ask. */
export interface Probes {
  readonly authorize: () => Promise<AuthorizeAnswer | undefined>;
  readonly token: () => Promise<TokenAnswer | undefined>;
  readonly app: () => Promise<AppAnswer | undefined>;
  readonly redis: () => Promise<RedisAnswer | undefined>;
  readonly postgres: () => Promise<PostgresAnswer | undefined>;
  readonly close: () => Promise<void>;
}

/** Where the probes go. */
export interface Targets {
  readonly get: (name: string) => string | undefined;
  /** A client secret that is set but empty: a call without it would say nothing. */
  readonly isSecretEmpty: boolean;
  readonly folder: string;
  readonly tenant: Tenant | undefined;
}

/** Creates the probes. Each asks when it is first called, and gives the same answer afterwards. */
export function createProbes({ get, isSecretEmpty, folder, tenant }: Targets): Probes {
  let transport: Transport | undefined;
  const open = (): Transport => (transport ??= new Transport({ timeoutMs: PROBE_TIMEOUT_MS }));
  const clientID = get('MC_CLIENT_ID');
  const redirectUri = get('MC_CALLBACK_URL');
  const client = tenant && clientID && redirectUri ? { tenant, clientID, redirectUri } : undefined;
  const redisUrl = parseStoreUrl(get('REDIS_URL'), REDIS_PROTOCOLS)?.href;
  const databaseUrl = parseStoreUrl(get('DATABASE_URL'), POSTGRES_PROTOCOLS)?.href;
  return {
    authorize: once(
      async () => client && (await askAuthorize({ ...client, transport: open(), scope: get('MC_SCOPE') })),
    ),
    token: once(async () =>
      client === undefined || isSecretEmpty
        ? undefined
        : await askToken({ ...client, transport: open(), clientSecret: get('MC_CLIENT_SECRET') }),
    ),
    app: once(async () => (redirectUri === undefined ? undefined : await askApp(redirectUri))),
    redis: once(async () => (redisUrl === undefined ? undefined : await askRedis(folder, redisUrl))),
    postgres: once(async () => (databaseUrl === undefined ? undefined : await askPostgres(folder, databaseUrl))),
    close: async () => await transport?.close(),
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
