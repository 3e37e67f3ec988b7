import { Pool } from 'pg';
import { PostgresVault } from '../../../src/postgres';
import { describeWithPostgres, describeWithRedis, postgresForTests, redisForTests } from '../services';
import { TcpProxy } from '../tcp-proxy';
import type { FleetSessions, FleetVault } from './worker-config';

/** Where a fleet of these tests keeps its things. */
export interface FleetServices {
  readonly vault: FleetVault;
  readonly sessions: FleetSessions;
}

/** One kind of vault for fleets: how its tests are described and what they need. */
export interface FleetKind {
  readonly name: string;
  readonly describe: (name: string, body: () => void) => void;
  readonly open: () => Promise<FleetServices>;
}

function inRedis(kind: 'redis' | 'ioredis') {
  return async (): Promise<FleetServices> => {
    const { url, prefix } = await redisForTests();
    return { vault: { kind, url, prefix }, sessions: { kind: 'redis', url, prefix } };
  };
}

/** Grants and sessions in Redis. */
export const REDIS: FleetKind = { name: 'Redis', describe: describeWithRedis, open: inRedis('redis') };

/** The same, where the vault's client is one of ioredis, which keeps what it cannot send for later. */
export const REDIS_BY_IOREDIS: FleetKind = {
  name: 'Redis (by ioredis)',
  describe: describeWithRedis,
  open: inRedis('ioredis'),
};

/** Grants and sessions in PostgreSQL. */
export const POSTGRES: FleetKind = {
  name: 'PostgreSQL',
  describe: describeWithPostgres,
  open: async () => {
    const { url, table, schema } = await postgresForTests();
    const pool = new Pool({ connectionString: url });
    await new PostgresVault({ pool, table }).migrate();
    await pool.query(
      `CREATE TABLE ${schema}.sessions (sid varchar PRIMARY KEY, sess json NOT NULL, expire timestamp(6) NOT NULL)`,
    );
    await pool.end();
    return { vault: { kind: 'postgres', url, table }, sessions: { kind: 'postgres', url, schema } };
  },
};

/** Has processes reach their vault by a way that can be blocked; their sessions stay within reach. */
export async function byProxy(services: FleetServices): Promise<{ services: FleetServices; way: TcpProxy }> {
  const { vault } = services;
  if (vault.kind === 'session-store') throw new Error('This vault is where the sessions are.');
  const way = await TcpProxy.to(vault.url, vault.kind === 'postgres' ? 5432 : 6379);
  return { services: { ...services, vault: { ...vault, url: way.url } }, way };
}

/** The vaults that processes can share. */
export const SHARED_VAULTS: readonly FleetKind[] = [REDIS, POSTGRES];
