import { CONSUMED_MS, FINAL_REASONS, TOMBSTONE_MS } from '../vault';

/** The vault's operations, each one statement that needs nothing of the connection it runs on. */
export interface Statements {
  readonly create: string;
  readonly isCreated: string;
  readonly read: string;
  readonly acquire: string;
  readonly renew: string;
  readonly release: string;
  readonly commit: string;
  readonly amend: string;
  readonly markDead: string;
  readonly delete: string;
  readonly consume: string;
  readonly findExpired: string;
  readonly deleteExpired: string;
}

/** How many rows one statement of a purge finds, and deletes, at most. */
export const PURGE_BATCH = 1_000;

/** A row counts while its time lasts. `clock_timestamp()`, since a statement may have waited for a row. */
const LIVE = `id = $1 AND expires_at > clock_timestamp()`;
const LIVE_GRANT = `${LIVE} AND kind = 'grant'`;
const RUNNING = `lease_until > clock_timestamp()`;
/** Whether a row may be written over at all: NULL where it is not dead. */
const IS_FINAL = `coalesce(dead IN (${FINAL_REASONS.map((reason) => `'${reason}'`).join(', ')}), false)`;
const NO_LEASE = `lease_owner = NULL, lease_until = NULL, lease_version = NULL`;

/** A duration in milliseconds from now. */
function inMs(parameter: string): string {
  return `clock_timestamp() + ${parameter}::float8 * interval '1 millisecond'`;
}

/**
 * When a committed row expires: `$4` milliseconds from now, and up to a thirtieth of that later. The time moves only
 * when it has to, once a day for a grant of 30 days, since an update that changes an indexed column cannot be a HOT
 * update: https://www.postgresql.org/docs/current/storage-hot.html
 */
const EXPIRY = `CASE
          WHEN dead IS NULL AND expires_at BETWEEN ${inMs('$4')} AND ${inMs('($4::float8 * 31 / 30)')} THEN expires_at
          ELSE ${inMs('($4::float8 * 31 / 30)')}
        END`;

/** Writes over the version that was seen, where the row is as it has to be. A row that has this commit already counts. */
function committing(table: string, changes: string, condition: string): string {
  return `WITH committed AS (
        UPDATE ${table} SET version = version + 1, data = $3, expires_at = ${EXPIRY}, ${changes}
        WHERE ${LIVE_GRANT} AND version = $2::integer AND ${condition}
        RETURNING 1
      )
      SELECT 'committed' AS outcome FROM committed
      UNION ALL
      SELECT CASE
          WHEN version = $2::integer AND ${condition} THEN 'raced'
          WHEN version = $2::integer + 1 AND data = $3 AND dead IS NULL THEN 'committed'
          ELSE 'superseded'
        END
      FROM ${table} WHERE ${LIVE_GRANT} AND NOT EXISTS (SELECT FROM committed)`;
}

/**
 * The statements for a table, whose name is quoted already. Where one has to tell outcomes apart, it changes the row and
 * looks at it besides. Both parts see the row as it was when the statement began, so that a row which could have been
 * changed and was not has been changed by another statement in between: `raced`, to be asked again.
 */
export function statementsFor(table: string): Statements {
  return {
    /* An expired row is none. $1 id, $2 kind, $3 data, $4 ttlMs */
    create: `INSERT INTO ${table} AS old (id, kind, version, data, expires_at) VALUES ($1, $2, 1, $3, ${inMs('$4')})
      ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, version = 1, data = excluded.data,
        expires_at = excluded.expires_at, dead = NULL, note = NULL, interrupted = false, ${NO_LEASE}
      WHERE old.expires_at <= clock_timestamp()
      RETURNING 1`,

    /* Whether an earlier `create` made this very row. The owner of a sign-in is who consumed it. $2 kind, $3 data */
    isCreated: `SELECT 1 FROM ${table}
      WHERE ${LIVE} AND kind = $2 AND version = 1 AND data = $3 AND dead IS NULL
        AND NOT (kind = 'sign-in' AND lease_owner IS NOT NULL)`,

    read: `SELECT version, data, dead, note FROM ${table} WHERE ${LIVE_GRANT}`,

    /* $2 version, $3 owner, $4 leaseMs */
    acquire: `WITH leased AS (
        UPDATE ${table} SET lease_owner = $3, lease_until = ${inMs('$4')}, lease_version = version,
          interrupted = interrupted OR coalesce(lease_version = version AND NOT ${RUNNING}, false)
        WHERE ${LIVE_GRANT} AND version = $2::integer AND dead IS NULL
          AND (lease_owner IS NULL OR lease_owner = $3 OR NOT ${RUNNING})
        RETURNING version, data, dead, note, interrupted
      )
      SELECT CASE WHEN interrupted THEN 'interrupted' ELSE 'leased' END AS outcome, version, data, dead, note FROM leased
      UNION ALL
      SELECT CASE
          WHEN version <> $2::integer OR dead IS NOT NULL THEN 'changed'
          WHEN lease_owner <> $3 AND ${RUNNING} THEN 'busy'
          ELSE 'raced'
        END, version, data, dead, note
      FROM ${table} WHERE ${LIVE_GRANT} AND NOT EXISTS (SELECT FROM leased)`,

    /* $2 owner, $3 leaseMs */
    renew: `UPDATE ${table} SET lease_until = ${inMs('$3')}
      WHERE ${LIVE_GRANT} AND lease_owner = $2 AND ${RUNNING} RETURNING 1`,

    /* $2 owner, $3 note or null, $4 interrupted */
    release: `UPDATE ${table} SET note = CASE WHEN lease_version = version THEN coalesce($3, note) ELSE note END,
        interrupted = interrupted OR ($4::boolean AND lease_version = version), ${NO_LEASE}
      WHERE ${LIVE_GRANT} AND lease_owner = $2 AND ${RUNNING}`,

    /* $2 version, $3 data, $4 ttlMs, $5 owner or null */
    commit: committing(
      table,
      `dead = NULL, note = NULL, interrupted = false,
        lease_until = CASE WHEN lease_owner = $5 THEN NULL ELSE lease_until END,
        lease_version = CASE WHEN lease_owner = $5 THEN NULL ELSE lease_version END,
        lease_owner = nullif(lease_owner, $5)`,
      `NOT ${IS_FINAL}`,
    ),

    /* The same tokens. $2 version, $3 data, $4 ttlMs */
    amend: committing(
      table,
      `lease_version = CASE WHEN lease_version = version THEN version + 1 ELSE lease_version END`,
      'dead IS NULL',
    ),

    /* $2 version, $3 reason, $4 data */
    markDead: `UPDATE ${table} SET dead = $3, data = CASE WHEN dead IS NULL THEN $4 ELSE data END,
        expires_at = least(expires_at, ${inMs(String(TOMBSTONE_MS))})
      WHERE ${LIVE_GRANT} AND version = $2::integer AND (dead IS NULL OR dead = $3) RETURNING 1`,

    delete: `DELETE FROM ${table} WHERE ${LIVE_GRANT}`,

    /* The lease's owner is the consumer. $2 owner */
    consume: `UPDATE ${table} SET lease_owner = $2,
        expires_at = CASE WHEN lease_owner IS NULL THEN ${inMs(String(CONSUMED_MS))} ELSE expires_at END
      WHERE ${LIVE} AND kind = 'sign-in' AND (lease_owner IS NULL OR lease_owner = $2) RETURNING data`,

    /*
     * Finds and deletes in two statements: a search that deletes walks over the rows that it has deleted before, and that
     * takes longer with each batch. now(), since an index cannot use clock_timestamp(). `since` is rounded down.
     * $1 where to continue, in seconds since the epoch
     */
    findExpired: `SELECT id, floor(extract(epoch FROM expires_at)) AS since FROM ${table}
      WHERE expires_at BETWEEN to_timestamp($1::float8) AND now() ORDER BY expires_at LIMIT ${PURGE_BATCH}`,

    /* The condition again: a row may have been written anew since it was found. An array, since a subquery may run more
     * than once. $1 ids */
    deleteExpired: `WITH gone AS (
        DELETE FROM ${table} WHERE id = ANY (ARRAY (
          SELECT id FROM ${table} WHERE id = ANY ($1::text[]) AND expires_at <= now() FOR UPDATE SKIP LOCKED
        ))
        RETURNING 1
      )
      SELECT count(*)::integer AS count FROM gone`,
  };
}
