import { DeadlineError } from '../../../http/call-error';
import { asObject, type JsonObject } from '../../../own-properties';
import { withTimeout } from '../../../with-timeout';
import { loadFromApp } from '../load-from-app';
import { explainFailure, type Failure } from '../network-failure';
import { PROBE_TIMEOUT_MS } from './probe-timeout';

/** What PostgreSQL says of itself. */
export interface PostgresAnswer {
  /** Whether the app has the package `pg`. */
  readonly hasClient: boolean;
  /** Why it could not be asked. */
  readonly failure?: Failure;
  /** Such as 90600 or 170002. */
  readonly version: number;
  /** A standby server, which accepts no writes. */
  readonly isStandby: boolean;
  /** Whether the table of `PostgresVault` is there, and may be used. */
  readonly table: 'missing' | 'not allowed' | 'usable';
  /** What is between the app and the server. */
  readonly pooling: 'none' | 'session' | 'transaction' | 'statement';
}

/** The part of a `Client` of `pg` that is used. */
interface Client {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  query(text: string): Promise<{ rows: unknown[] }>;
  end(): Promise<unknown>;
  /** The process of the server that the connection leads to, or what a pooler has given in its place. */
  readonly processID?: unknown;
}

/** By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const WRONG_PASSWORD: Failure = {
  what: 'refuses the user or the password',
  fix: 'Correct user and password in DATABASE_URL; a character such as @ or / in a password is written as %40 or %2F.',
};
const FAILURES: Readonly<Record<string, Failure>> = {
  '28P01': WRONG_PASSWORD,
  '28000': WRONG_PASSWORD,
  '3D000': {
    what: 'has no such database',
    fix: 'Correct the name at the end of DATABASE_URL, or create the database.',
  },
  '53300': { what: 'has no connection left', fix: 'Lower max of the Pools, or raise max_connections.' },
  '57P03': { what: 'is starting', fix: 'Wait until it has started, then run the doctor again.' },
};

const STATE = `SELECT current_setting('server_version_num')::int AS version, pg_backend_pid() AS process,
  pg_is_in_recovery() AS standby`;

/** The default table of `PostgresVault`. */
export const DEFAULT_TABLE = 'marketing_cloud_grants';

const TABLE = `SELECT to_regclass('${DEFAULT_TABLE}') IS NOT NULL AS found,
  (SELECT bool_and(has_table_privilege(to_regclass('${DEFAULT_TABLE}'), wanted))
    FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS wanted) AS allowed`;

/** Connects to PostgreSQL with the app's own client and reads its state. Nothing is written. */
export async function askPostgres(folder: string, url: string): Promise<PostgresAnswer> {
  const nothing = { version: 0, isStandby: false, table: 'missing', pooling: 'none' } as const;
  const pg = loadFromApp(folder, 'pg');
  const ClientClass = pg?.['Client'];
  if (typeof ClientClass !== 'function') return { hasClient: false, ...nothing };
  const open: Client[] = [];
  const connect = async (): Promise<Client> => {
    const client = Reflect.construct(ClientClass, [
      { connectionString: url, connectionTimeoutMillis: PROBE_TIMEOUT_MS },
    ]) as Client;
    open.push(client);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  try {
    return await withTimeout(
      PROBE_TIMEOUT_MS,
      () => readState(connect),
      () => {
        throw new DeadlineError();
      },
    );
  } catch (error) {
    return { hasClient: true, failure: explainFailure(error, FAILURES), ...nothing };
  } finally {
    for (const client of open) client.end().catch(() => undefined);
  }
}

async function readState(connect: () => Promise<Client>): Promise<PostgresAnswer> {
  const client = await connect();
  const state = await queryOne(client, STATE);
  const version = Number(state['version']);
  // Older servers lack functions that the second query calls.
  const table = version < 90_600 ? {} : await queryOne(client, TABLE);
  const isDirect = client.processID === state['process'];
  return {
    hasClient: true,
    version,
    isStandby: state['standby'] === true,
    table: table['found'] !== true ? 'missing' : table['allowed'] === true ? 'usable' : 'not allowed',
    pooling: isDirect ? 'none' : await readPooling(client, await connect()),
  };
}

/**
 * The mode of a pooler. In session mode the first client keeps its server connection, so that the second one gets
 * another. In transaction mode both use the connection that is free. In statement mode there are no transactions:
 * https://www.pgbouncer.org/features.html
 */
async function readPooling(first: Client, second: Client): Promise<PostgresAnswer['pooling']> {
  try {
    await first.query('BEGIN');
    await first.query('COMMIT');
  } catch {
    return 'statement';
  }
  // One after the other, so that the connection of the first is free again.
  const { process: one } = await queryOne(first, STATE);
  const { process: other } = await queryOne(second, STATE);
  return one === other ? 'transaction' : 'session';
}

async function queryOne(client: Client, text: string): Promise<JsonObject> {
  const { rows } = await client.query(text);
  return asObject(rows[0]) ?? {};
}
