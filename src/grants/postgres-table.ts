/** A table's name as SQL may contain it. */
export interface TableName {
  readonly quoted: string;
  /** Of the table alone, in its own schema. */
  readonly indexes: { readonly expiresAt: string; readonly deadSince: string };
}

/** PostgreSQL cuts longer names off. */
const MOST_CHARACTERS = 63;

/** Reads `table` or `schema.table`, or gives undefined: nothing but ASCII letters, digits and underscores gets into SQL. */
export function readTableName(value: unknown): TableName | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = value.split('.');
  const table = parts.at(-1);
  const isName = (part: string): boolean => /^[a-z_][a-z0-9_]*$/i.test(part) && part.length <= MOST_CHARACTERS;
  if (table === undefined || parts.length > 2 || !parts.every(isName)) return undefined;
  const index = (suffix: string): string => `"${table.slice(0, MOST_CHARACTERS - suffix.length)}${suffix}"`;
  return {
    quoted: parts.map((part) => `"${part}"`).join('.'),
    indexes: { expiresAt: index('_expires_at'), deadSince: index('_dead_since') },
  };
}

/**
 * Makes the table unless it is there, as one statement and so as one transaction, whatever stands between us and the
 * server. `IF NOT EXISTS` alone fails when two processes start at once: the lock makes the second one wait and look
 * again. It looks before it creates, since a role may use a table without being allowed to make one.
 */
export function migration({ quoted, indexes }: TableName): string {
  return `DO $migration$ BEGIN
  PERFORM pg_advisory_xact_lock(5571203348);
  IF to_regclass('${quoted}') IS NULL THEN
    CREATE TABLE IF NOT EXISTS ${quoted} (
      id text PRIMARY KEY,
      kind text NOT NULL,
      version integer NOT NULL,
      data text NOT NULL,
      expires_at timestamptz NOT NULL,
      dead text,
      dead_since timestamptz,
      note text,
      interrupted boolean NOT NULL DEFAULT false,
      lease_owner text,
      lease_until timestamptz,
      lease_version integer
    );
    CREATE INDEX IF NOT EXISTS ${indexes.expiresAt} ON ${quoted} (expires_at);
    CREATE INDEX IF NOT EXISTS ${indexes.deadSince} ON ${quoted} (dead_since) WHERE dead_since IS NOT NULL;
  END IF;
END $migration$`;
}
