import { Pool } from 'pg';
import { ConfigError } from './config-error';

const CONNECT_TIMEOUT_MS = 3_000;

/** What to do, by PostgreSQL's own code of an error. */
const FIXES: Readonly<Record<string, string>> = {
  '28P01': 'the user or the password is wrong. Correct it',
  '28000': 'the user may not sign in. Correct the user, or allow it in pg_hba.conf',
  '3D000': 'there is no such database. Make it with createdb, or correct the name',
  '42501': 'the user may not make tables. Grant it CREATE on the schema',
  '3F000': 'there is no schema to make tables in. Make it, or correct the search path',
};

/** Makes the table of connect-pg-simple, also when several processes start at once, as its own `table.sql` has it. */
const SESSIONS = `DO $sessions$ BEGIN
  PERFORM pg_advisory_xact_lock(5571203349);
  IF to_regclass('example_app_sessions') IS NULL THEN
    CREATE TABLE example_app_sessions (sid varchar PRIMARY KEY, sess json NOT NULL, expire timestamp(6) NOT NULL);
    CREATE INDEX example_app_sessions_expire ON example_app_sessions (expire);
  END IF;
END $sessions$`;

/**
 * Connects to PostgreSQL and has the tables made.
 *
 * @param migrate makes the other tables
 * @param report hears that a connection broke; the pool makes new ones
 * @throws ConfigError when there is no PostgreSQL, or it does not let us do that
 */
export async function connectPostgres(
  url: string,
  migrate: (pool: Pool) => Promise<void>,
  report: (text: string) => void,
): Promise<Pool> {
  let pool: Pool | undefined;
  try {
    pool = new Pool({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    pool.on('error', (error) => report(`PostgreSQL: ${error.message}`));
    await pool.query(SESSIONS);
    await migrate(pool);
    return pool;
  } catch (error) {
    await pool?.end();
    throw new ConfigError(`DATABASE_URL: ${problemOf(error, new URL(url))}`);
  }
}

function problemOf(error: unknown, { hostname, port }: URL): string {
  const place = `${hostname || 'localhost'}:${port || '5432'}`;
  const { code } = Object(error) as { code?: unknown };
  const fix = FIXES[String(code)];
  if (fix !== undefined) return `at ${place} ${fix}.`;
  const said = /^[0-9A-Z]{5}$/.test(String(code)) ? ` (it says ${String(code)})` : '';
  return `no PostgreSQL answers as it should at ${place}${said}. Start one, such as with: docker run --rm -p 5432:5432 -e POSTGRES_PASSWORD=secret postgres. Or correct it, or unset it.`;
}
