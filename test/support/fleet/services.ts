import { Pool } from 'pg';
import { PostgresVault } from '../../../src/postgres';
import { describeWithPostgres, describeWithRedis, postgresForTests, redisForTests } from '../services';
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

const REDIS: FleetKind = {
  name: 'Redis',
  describe: describeWithRedis,
  open: async () => {
    const { url, prefix } = await redisForTests();
    return { vault: { kind: 'redis', url, prefix }, sessions: { kind: 'redis', url, prefix } };
  },
};

const POSTGRES: FleetKind = {
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

/** The vaults that processes can share. */
export const SHARED_VAULTS: readonly FleetKind[] = [REDIS, POSTGRES];
