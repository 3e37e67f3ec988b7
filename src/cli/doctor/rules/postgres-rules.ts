import type { Facts } from '../facts';
import { failed, passed, skipped, warned, type Finding } from '../finding';
import { PAGES } from '../pages';
import { DEFAULT_TABLE, type PostgresAnswer } from '../probes/postgres-probe';
import type { Rule } from '../rule';
import { parseStoreUrl, POSTGRES_PROTOCOLS } from '../store-url';

const MIN_VERSION = 90_600;
const NOT_SET = 'DATABASE_URL is not set.';

export const postgresRules: readonly Rule[] = [
  {
    id: 'postgres-url',
    subject: 'PostgreSQL',
    title: 'DATABASE_URL is a URL',
    docs: PAGES.nodePostgres,
    check: checkUrl,
  },
  {
    id: 'postgres-connection',
    subject: 'PostgreSQL',
    title: 'The app can connect to PostgreSQL',
    docs: PAGES.nodePostgres,
    check: checkConnection,
  },
  {
    id: 'postgres-version',
    subject: 'PostgreSQL',
    title: 'PostgreSQL is 9.6 or later',
    docs: PAGES.postgresReleases,
    check: withState(checkVersion),
  },
  {
    id: 'postgres-table',
    subject: 'PostgreSQL',
    title: 'PostgreSQL has the table of grants',
    docs: PAGES.project,
    check: withState(checkTable),
  },
  {
    id: 'postgres-pooling',
    subject: 'PostgreSQL',
    title: 'No pooler breaks transactions',
    docs: PAGES.pgBouncer,
    check: withState(checkPooling),
  },
];

function checkUrl({ get }: Facts): Finding {
  const given = get('DATABASE_URL');
  if (given === undefined) return skipped(NOT_SET, 'For several processes, set it, or REDIS_URL, and use that vault.');
  const url = parseStoreUrl(given, POSTGRES_PROTOCOLS);
  if (url !== undefined) return passed(url.host || 'a socket of this machine');
  return failed(
    'DATABASE_URL is not a postgres: or postgresql: URL.',
    'Set it as postgres://user:PASSWORD@host:5432/database, with special characters of the password as %40 and the like.',
  );
}

async function checkConnection({ probes, get }: Facts): Promise<Finding> {
  const answer = await probes.postgres();
  if (answer === undefined)
    return skipped(get('DATABASE_URL') === undefined ? NOT_SET : 'DATABASE_URL cannot be read.');
  if (!answer.hasClient)
    return skipped('pg is not installed in this folder.', "Run the doctor in the app's folder, or: npm install pg");
  const host = parseStoreUrl(get('DATABASE_URL'), POSTGRES_PROTOCOLS)?.host || 'PostgreSQL';
  if (answer.failure !== undefined) return failed(`${host} ${answer.failure.what}.`, answer.failure.fix);
  if (answer.isStandby)
    return failed(`${host} is a standby, which accepts no writes.`, 'Set DATABASE_URL to the primary.');
  return passed(`${host}, through pg`);
}

function withState(check: (answer: PostgresAnswer) => Finding): (facts: Facts) => Promise<Finding> {
  return async ({ probes, get }) => {
    const answer = await probes.postgres();
    if (get('DATABASE_URL') === undefined) return skipped(NOT_SET);
    return answer === undefined || answer.version === 0 ? skipped('PostgreSQL has not answered.') : check(answer);
  };
}

function checkVersion({ version }: PostgresAnswer): Finding {
  const text =
    version >= 100_000
      ? `${Math.floor(version / 10_000)}.${version % 10_000}`
      : `${Math.floor(version / 10_000)}.${Math.floor(version / 100) % 100}`;
  return version >= MIN_VERSION
    ? passed(text)
    : failed(
        `PostgreSQL ${text} is too old.`,
        'Upgrade to a release that is maintained; 9.6 is the oldest that works.',
      );
}

function checkTable({ table }: PostgresAnswer): Finding {
  if (table === 'usable') return passed(DEFAULT_TABLE);
  if (table === 'not allowed') {
    return failed(
      `This role may not use ${DEFAULT_TABLE}.`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ${DEFAULT_TABLE} TO the role of DATABASE_URL.`,
    );
  }
  return failed(
    `There is no table ${DEFAULT_TABLE} on the search path.`,
    'Run await vault.migrate() once, before the app starts. With option table, or with grants in another store, this does not count.',
  );
}

function checkPooling({ pooling }: PostgresAnswer): Finding {
  switch (pooling) {
    case 'none':
      return passed('a direct connection');
    case 'session':
      return passed('a pooler in session mode');
    case 'transaction':
      return passed('a pooler in transaction mode, which PostgresVault works with; LISTEN and SET do not work there');
    case 'statement':
      return warned(
        'A pooler in statement mode: transactions of the app fail.',
        'Set pool_mode = transaction for this database in pgbouncer.ini.',
      );
  }
}
