import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import { Pool } from 'pg';
import { loadPackage } from './package-under-test';
import { failWith, type OpenedStore, type ServiceConfig } from './stores';

const SESSION_TABLE =
  'CREATE TABLE IF NOT EXISTS session (sid varchar PRIMARY KEY, sess json NOT NULL, expire timestamp(6))';

/** Sessions in PostgreSQL, and a vault that uses the same connections. */
export async function openPostgresStore({ url, disableTouch = false }: ServiceConfig): Promise<OpenedStore> {
  const pool = new Pool({ connectionString: url });
  pool.on('error', failWith);
  await pool.query(SESSION_TABLE);
  const PgStore = connectPgSimple(session);
  return {
    sessions: new PgStore({ pool, disableTouch, pruneSessionInterval: false }),
    openVault: async (packageFolder) => {
      const { PostgresVault } = await loadPackage('postgres', packageFolder);
      const vault = new PostgresVault({ pool });
      await vault.migrate();
      return vault;
    },
  };
}
