import { subscribe } from 'node:diagnostics_channel';
import { createHash } from 'node:crypto';
import session, { type Store } from 'express-session';
import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import type { Express } from 'express';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { requireMarketingCloud, type Vault } from '../../../src';
import { PostgresVault } from '../../../src/postgres';
import { RedisVault } from '../../../src/redis';
import { standStill } from '../answering-thread';
import { startApp } from '../app';
import { ALL_FLAVOURS } from '../flavours';
import type { FleetSessions, FleetVault, Order, Report, WorkerConfig } from './worker-config';

/** Connections to PostgreSQL in each of a process's two pools: a server takes a hundred in all, unless it is told otherwise. */
const POOL_SIZE = 5;

type Closer = () => unknown;

/** One process of a fleet: the harness's app on shared sessions and a shared vault. Run by `startFleet`. */
async function main(config: WorkerConfig): Promise<void> {
  const closers: Closer[] = [];
  const vault = await openVault(config.vault, closers);
  const store = await openSessions(config.sessions, closers);
  let offsetMs = config.clockOffsetMs ?? 0;
  const [flavour] = ALL_FLAVOURS;
  if (flavour === undefined) throw new Error('There is no flavour.');
  const app = await startApp({
    flavour,
    strategy: { ...config.strategy, ...(vault !== undefined && { vault }), clock: () => Date.now() + offsetMs },
    session: { store },
    routes: addRoutes,
  });
  // The parent's connections stay open between bursts: one that closes as it is used again would be a failure.
  app.server.keepAliveTimeout = 300_000;
  for (const name of ['refresh-finished', 'refresh-failed', 'rotation-lost'] as const) {
    const channel = `passport-marketing-cloud:${name}`;
    subscribe(channel, (event) => say({ report: 'event', channel: name, event }));
  }
  process.on('message', (message: Order) => {
    if (message.order === 'block') {
      process.send?.({ report: 'done' } satisfies Report, undefined, {}, () => standStill(message.ms));
      return;
    }
    if (message.order === 'advance') {
      offsetMs += message.ms;
      say({ report: 'done' });
      return;
    }
    app
      .close()
      .then(async () => {
        for (const close of closers) await close();
      })
      .then(() => process.disconnect(), fail);
  });
  say({ report: 'ready', origin: app.origin });
}

function addRoutes(express: Express): void {
  express.get('/grant-id', (req, res) => void res.json(req.marketingCloud.grantId ?? null));
  express.get('/keep', (req, res, next) => {
    req.marketingCloud.keep().then((id) => res.json(id), next);
  });
  express.get('/token', requireMarketingCloud(), (req, res, next) => {
    req.marketingCloud.credentials().then(({ accessToken }) => res.json(hash(accessToken)), next);
  });
  express.get('/whose', requireMarketingCloud(), (req, res, next) => {
    const { rest } = req.marketingCloud;
    const context = rest.get<{ user: { id: number } }>('/platform/v1/tokenContext');
    context
      .then(async ({ user }) => {
        const { accessToken } = await req.marketingCloud.credentials();
        res.json({ owner: user.id, user: req.user?.displayName, token: hash(accessToken) });
      })
      .catch(next);
  });
  // Takes as long as Marketing Cloud does, and then writes to the session, as any app may.
  express.get('/slow', requireMarketingCloud(), (req, res, next) => {
    const { session } = req as unknown as { session: { visits?: number } };
    const { rest } = req.marketingCloud;
    const context = rest.get('/platform/v1/tokenContext');
    context.then(() => res.json((session.visits = (session.visits ?? 0) + 1))).catch(next);
  });
}

async function openVault(config: FleetVault, closers: Closer[]): Promise<Vault | undefined> {
  if (config.kind === 'session-store') return undefined;
  if (config.kind === 'postgres') {
    const pool = new Pool({ connectionString: config.url, max: config.poolSize ?? POOL_SIZE });
    pool.on('error', () => undefined);
    closers.push(() => pool.end());
    return new PostgresVault({ pool, table: config.table });
  }
  if (config.kind === 'ioredis') {
    const client = new Redis(config.url);
    client.on('error', () => undefined);
    closers.push(() => client.quit());
    return new RedisVault({ client, prefix: config.prefix });
  }
  const client = createClient({ url: config.url, disableOfflineQueue: true });
  client.on('error', () => undefined);
  await client.connect();
  // close() would wait for the answers of a service that is away.
  closers.push(() => client.destroy());
  return new RedisVault({ client, prefix: config.prefix });
}

async function openSessions(config: FleetSessions, closers: Closer[]): Promise<Store> {
  if (config.kind === 'redis') {
    const client = createClient({ url: config.url });
    client.on('error', () => undefined);
    await client.connect();
    closers.push(() => client.close());
    return new RedisStore({ client, prefix: `${config.prefix}session:`, disableTouch: true });
  }
  const PgStore = connectPgSimple(session);
  const pool = new Pool({ connectionString: config.url, max: POOL_SIZE });
  pool.on('error', () => undefined);
  // A thousand requests of one user would wait for a thousand writes to their session's one row.
  const store = new PgStore({
    ...{ pool, schemaName: config.schema, tableName: 'sessions' },
    pruneSessionInterval: false,
    disableTouch: true,
  });
  closers.push(() => pool.end());
  return store;
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

function say(report: Report): void {
  process.send?.(report);
}

function fail(error: unknown): void {
  process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
}

main(JSON.parse(process.argv[2] ?? '{}') as WorkerConfig).catch(fail);
