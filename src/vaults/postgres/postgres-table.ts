/** A table's name as SQL may contain it. */
export interface TableName {
  readonly quoted: string;
  /** The name of its index, without the schema. */
  readonly expiryIndex: string;
  /** The index that earlier releases made besides, with the schema. */
  readonly deadSinceIndex: string;
}

/** PostgreSQL cuts longer names off. */
const MAX_CHARACTERS = 63;

/**
 * How full a page is made by inserts, in percent: a lease or a commit writes the row anew, as a HOT update where the page
 * has room for it: https://www.postgresql.org/docs/current/storage-hot.html
 */
const FILL_FACTOR = 70;

/** Reads `table` or `schema.table`, or gives undefined: nothing but ASCII letters, digits and underscores gets into SQL. */
export function parseTableName(value: unknown): TableName | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = value.split('.');
  const table = parts.at(-1);
  const isName = (part: string): boolean => /^[a-z_][a-z0-9_]*$/i.test(part) && part.length <= MAX_CHARACTERS;
  if (table === undefined || parts.length > 2 || !parts.every(isName)) return undefined;
  const index = (suffix: string): string => `"${table.slice(0, MAX_CHARACTERS - suffix.length)}${suffix}"`;
  return {
    quoted: parts.map((part) => `"${part}"`).join('.'),
    expiryIndex: index('_expires_at'),
    deadSinceIndex: [...parts.slice(0, -1).map((part) => `"${part}"`), index('_dead_since')].join('.'),
  };
}

/** What a table of an earlier release holds, where the role that asks owns it: `old` has `reloptions`. */
function upgrade({ quoted, deadSinceIndex }: TableName): string {
  return `SELECT reloptions INTO old FROM pg_class
      WHERE oid = to_regclass('${quoted}') AND pg_has_role(current_user, relowner, 'USAGE');
    IF FOUND AND array_to_string(coalesce(old.reloptions, '{}'), ' ') NOT LIKE '%fillfactor=%' THEN
      ALTER TABLE ${quoted} SET (fillfactor = ${FILL_FACTOR});
    END IF;
    IF FOUND AND to_regclass('${deadSinceIndex}') IS NOT NULL THEN
      UPDATE ${quoted} SET data = '', expires_at = least(expires_at, dead_since + interval '10 minutes')
        WHERE dead_since IS NOT NULL AND dead IS NOT NULL;
      DROP INDEX ${deadSinceIndex};
    END IF;`;
}

/**
 * Makes the table unless it is there, and brings one of an earlier release up to date. It is one statement and so one transaction, also through a pooler before the
 * server. `IF NOT EXISTS` alone fails when two processes start at once: the lock makes the second one wait and look
 * again. It looks before it creates, since a role may use a table without being allowed to make one.
 */
export function migration(table: TableName): string {
  const { quoted, expiryIndex } = table;
  return `DO $migration$ DECLARE old record; BEGIN
  PERFORM pg_advisory_xact_lock(5571203348);
  IF to_regclass('${quoted}') IS NULL THEN
    CREATE TABLE IF NOT EXISTS ${quoted} (
      id text PRIMARY KEY,
      kind text NOT NULL,
      version integer NOT NULL,
      data text NOT NULL,
      expires_at timestamptz NOT NULL,
      dead text,
      note text,
      interrupted boolean NOT NULL DEFAULT false,
      lease_owner text,
      lease_until timestamptz,
      lease_version integer
    ) WITH (fillfactor = ${FILL_FACTOR});
    CREATE INDEX IF NOT EXISTS ${expiryIndex} ON ${quoted} (expires_at);
  ELSE
    ${upgrade(table)}
  END IF;
END $migration$`;
}
