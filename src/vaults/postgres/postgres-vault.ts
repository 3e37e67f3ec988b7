import { bareCause } from '../../bare-cause';
import { MarketingCloudError } from '../../errors';
import { asObject, withoutPrototype, getOwn, type JsonObject } from '../../own-properties';
import { PURGE_BATCH, statementsFor, type Statements } from './postgres-statements';
import { migration, parseTableName, type TableName } from './postgres-table';
import type { Acquired, Commit, Death, RecordKind, ReleaseInfo, Vault, VaultRecord } from '../vault';
import { badVaultOption, vaultOptions } from '../vault-options';

/**
 * The part of a `Pool` of the package `pg` (8 or later) that the package uses. Making and ending it is the app's business.
 *
 * @example
 * const pool: PostgresPool = new Pool({ connectionString: process.env.DATABASE_URL }); // import { Pool } from 'pg'
 */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * The options of a `PostgresVault`.
 *
 * @example
 * const options: PostgresVaultOptions = { pool, table: 'my_schema.grants' };
 */
export interface PostgresVaultOptions {
  readonly pool: PostgresPool;
  /**
   * The table, with its schema where that is not on the search path: letters, digits, underscores and at most one dot,
   * in this very letter case.
   *
   * @default 'marketing_cloud_grants'
   */
  readonly table?: string | undefined;
}

/** How often a statement that raced with another one is sent. */
const MAX_ATTEMPTS = 20;

/**
 * Keeps grants in a table of PostgreSQL 9.6 or later, which `migrate()` makes. Every change is one statement: no
 * transaction, lock or connection is held while Marketing Cloud is asked, and nothing is left on a connection, so that
 * it works behind PgBouncer in transaction mode. Durations run on the server's own clock.
 *
 * Expired rows are missing, but stay until `purge()` deletes them. Sessions need a store that all processes
 * share too.
 *
 * @example
 * const vault = new PostgresVault({ pool: new Pool() });
 * await vault.migrate();
 * const strategy = new Strategy({ ...options, vault });
 */
export class PostgresVault implements Vault {
  readonly #pool: PostgresPool;
  readonly #table: TableName;
  readonly #statements: Statements;

  /** @throws TypeError that names the option and the fix */
  constructor(options: PostgresVaultOptions) {
    if (isPool(options))
      throw new TypeError('PostgresVault was given the pool itself: write new PostgresVault({ pool }).');
    const option = vaultOptions('PostgresVault', options, ['pool', 'table']);
    const pool = option('pool');
    const table = parseTableName(option('table', 'marketing_cloud_grants'));
    if (!isPool(pool)) throw badVaultOption('PostgresVault', 'pool', 'must be a Pool of pg: new Pool({ … })');
    if (table === undefined) {
      throw badVaultOption(
        'PostgresVault',
        'table',
        'must be a table’s name, with its schema where that is needed (schema.table): ASCII letters, digits and underscores',
      );
    }
    this.#pool = pool;
    this.#table = table;
    this.#statements = statementsFor(table.quoted);
  }

  /**
   * Makes the table, unless it is there. It may run at every start, in several processes at once. The schema must exist,
   * and the role be allowed to make a table in it.
   */
  async migrate(): Promise<void> {
    await this.#pool.query(migration(this.#table));
  }

  /**
   * Deletes expired rows, a thousand in a statement. For a job that runs daily or so. Resolves to the number of deleted
   * rows.
   *
   * @example
   * setInterval(() => void vault.purge().catch(console.error), 86_400_000).unref();
   */
  async purge(): Promise<number> {
    let purged = 0;
    let since = 0;
    for (;;) {
      const expired = await this.#ask(this.#statements.findExpired, [since]);
      const ids = expired.map((row) => toText(row, 'id'));
      const [row = {}] = ids.length === 0 ? [] : await this.#ask(this.#statements.deleteExpired, [ids]);
      const count = Number(getOwn(row, 'count') ?? 0);
      purged += count;
      // Rows that another process is deleting are skipped.
      if (ids.length < PURGE_BATCH || count === 0) return purged;
      since = Number(getOwn(expired.at(-1) ?? {}, 'since'));
    }
  }

  async create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
    if ((await this.#ask(this.#statements.create, [id, kind, data, ttlMs])).length > 0) return;
    if ((await this.#ask(this.#statements.isCreated, [id, kind, data])).length > 0) return;
    throw new Error('Another record with this id exists.');
  }

  async read(id: string): Promise<VaultRecord | undefined> {
    const [row] = await this.#ask(this.#statements.read, [id]);
    return row && toVaultRecord(row);
  }

  async acquire(id: string, ask: { version: number; owner: string; leaseMs: number }): Promise<Acquired> {
    const { outcome, row } = await this.#decide(this.#statements.acquire, [id, ask.version, ask.owner, ask.leaseMs]);
    if (outcome === 'leased' || outcome === 'interrupted') {
      return { outcome: 'leased', record: toVaultRecord(row), interrupted: outcome === 'interrupted' };
    }
    return outcome === 'busy' || outcome === 'changed'
      ? { outcome, record: toVaultRecord(row) }
      : { outcome: 'missing' };
  }

  async renew(id: string, owner: string, leaseMs: number): Promise<boolean> {
    return (await this.#ask(this.#statements.renew, [id, owner, leaseMs])).length > 0;
  }

  async release(id: string, owner: string, left: ReleaseInfo = {}): Promise<void> {
    const { note = null, interrupted } = withoutPrototype(left);
    await this.#ask(this.#statements.release, [id, owner, note, interrupted === true]);
  }

  async commit(id: string, change: Commit): Promise<'committed' | 'superseded' | 'missing'> {
    const { version, data, ttlMs, owner, sameTokens } = withoutPrototype(change);
    const { outcome } =
      sameTokens === true
        ? await this.#decide(this.#statements.amend, [id, version, data, ttlMs])
        : await this.#decide(this.#statements.commit, [id, version, data, ttlMs, owner ?? null]);
    return outcome === 'committed' || outcome === 'superseded' ? outcome : 'missing';
  }

  async markDead(id: string, death: Death): Promise<boolean> {
    const { version, reason, data = '' } = withoutPrototype(death);
    return (await this.#ask(this.#statements.markDead, [id, version, reason, data])).length > 0;
  }

  async delete(id: string): Promise<void> {
    await this.#ask(this.#statements.delete, [id]);
  }

  async consume(id: string, owner: string): Promise<string | undefined> {
    const [row] = await this.#ask(this.#statements.consume, [id, owner]);
    return row && toText(row, 'data');
  }

  /** The outcome of a statement that tells several apart; no row means that there is no record. */
  async #decide(statement: string, values: unknown[]): Promise<{ outcome: unknown; row: JsonObject }> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const [row = {}] = await this.#ask(statement, values);
      const outcome = getOwn(row, 'outcome');
      if (outcome !== 'raced') return { outcome, row };
    }
    throw new Error('Gave up: other processes kept changing this record.');
  }

  async #ask(statement: string, values: unknown[]): Promise<JsonObject[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { rows } = await this.#pool.query(statement, values);
        return rows.map((row) => asObject(row) ?? {});
      } catch (error) {
        const { code } = Object(error) as { code?: unknown };
        if (code === UNDEFINED_TABLE) throw this.#missingTable(error);
        if (code !== SERIALIZATION_FAILURE || attempt >= MAX_ATTEMPTS) throw error;
      }
    }
  }

  #missingTable(error: unknown): MarketingCloudError {
    return new MarketingCloudError('vault_unavailable', {
      message: `PostgresVault finds no table ${this.#table.quoted}.`,
      hint: 'Run await vault.migrate() before the app starts, and check option table and the search path.',
      cause: bareCause(error),
    });
  }
}

const UNDEFINED_TABLE = '42P01';
/** What a loser gets where the database's default isolation is stricter than *read committed*. */
const SERIALIZATION_FAILURE = '40001';

function isPool(value: unknown): value is PostgresPool {
  return typeof value === 'object' && value !== null && typeof (value as { query?: unknown }).query === 'function';
}

function toVaultRecord(row: JsonObject): VaultRecord {
  const dead = getOwn(row, 'dead');
  const note = getOwn(row, 'note');
  return {
    version: Number(getOwn(row, 'version')),
    data: toText(row, 'data'),
    ...(typeof dead === 'string' && { dead }),
    ...(typeof note === 'string' && { note }),
  };
}

function toText(row: JsonObject, column: string): string {
  const text = getOwn(row, column);
  if (typeof text !== 'string') throw new Error('Unexpected row from PostgreSQL.');
  return text;
}
