import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, test } from '@jest/globals';
import { Client } from 'pg';
import { createClient } from 'redis';
import { startPgBouncer, startPostgres, startRedis, type PrivateServer } from './services/private-server';
import { endsWell, findProgram, postgresFolders } from './services/probe';

/** A Redis to test with. Other people's keys are in it, too. */
export interface TestRedis {
  readonly url: string;
  /** Begins every key of these tests. */
  readonly prefix: string;
  /** Deletes those keys; done by itself after the tests of the file. */
  readonly close: () => Promise<void>;
}

/** A PostgreSQL to test with. Other people's tables are in it, too. */
export interface TestPostgres {
  readonly url: string;
  /** An empty schema for these tests. */
  readonly schema: string;
  /** A name for a table in it, which is not made yet. */
  readonly table: string;
  /** Drops the schema; done by itself after the tests of the file. */
  readonly close: () => Promise<void>;
}

const REDIS_HERE = 'redis://127.0.0.1:6379';
const POSTGRES_HERE = postgresAt(5432);

/** Whether there is a server, or a program that can be one. */
const redis = once(() => {
  const url = process.env['REDIS_URL'] ?? (endsWell(PING_REDIS, '6379') ? REDIS_HERE : undefined);
  return { url, program: url === undefined ? findProgram('redis-server') : undefined };
});
const postgres = once(() => {
  const url = process.env['DATABASE_URL'] ?? (endsWell(PING_POSTGRES, POSTGRES_HERE) ? POSTGRES_HERE : undefined);
  return { url, program: url === undefined ? findProgram('postgres', postgresFolders()) : undefined };
});

const pgBouncer = once(() => findProgram('pgbouncer', ['/usr/sbin', '/usr/local/sbin']));

const PING_REDIS = `
const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1', () => socket.write('PING\\r\\n'));
socket.once('data', (answer) => process.exit(String(answer).startsWith('+PONG') ? 0 : 1));
socket.once('error', () => process.exit(1));
`;
const PING_POSTGRES = `
const client = new (require('pg').Client)({ connectionString: process.argv[1], connectionTimeoutMillis: 2000 });
client.connect().then(() => process.exit(0), () => process.exit(1));
`;

const open: { close: () => Promise<void> }[] = [];

afterAll(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Tests that need Redis: skipped where there is none, which is a failure in continuous integration. */
export function describeWithRedis(name: string, body: () => void): void {
  describeIf(redis().url ?? redis().program, name, 'Redis: set REDIS_URL, or install redis-server', body);
}

/** Tests that need a Redis of their own: skipped where it is not installed, since it usually comes as a service. */
export function describeWithRedisServer(name: string, body: () => void): void {
  (findProgram('redis-server') === undefined ? describe.skip : describe)(name, body);
}

/** Tests that need PostgreSQL: skipped where there is none, which is a failure in continuous integration. */
export function describeWithPostgres(name: string, body: () => void): void {
  describeIf(postgres().url ?? postgres().program, name, 'PostgreSQL: set DATABASE_URL, or install it', body);
}

/** Tests behind a PgBouncer: skipped where it is not installed, since few have one and .ci/run installs it. */
export function describeWithPgBouncer(name: string, body: () => void): void {
  const isInstalled = pgBouncer() !== undefined;
  (isInstalled ? describe : describe.skip)(isInstalled ? name : `${name} (there is none installed)`, body);
}

/** A Redis with a prefix of these tests' own; a server is started where none runs. For `beforeAll`. */
export async function redisForTests(): Promise<TestRedis> {
  const { url: running, program } = redis();
  const server = running === undefined ? await startRedis(program ?? 'redis-server', isOpen) : undefined;
  const url = running ?? `redis://127.0.0.1:${portOf(server)}`;
  const prefix = `mcg-test-${randomBytes(6).toString('hex')}:`;
  const close = once(async () => {
    await deleteKeys(url, prefix);
    await server?.stop();
  });
  open.push({ close });
  return { url, prefix, close };
}

/** A cluster of one node, always a server that the test starts. For `beforeAll`. */
export async function redisClusterForTests(): Promise<{ readonly port: number }> {
  const options = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'];
  const server = await startRedis(findProgram('redis-server') ?? 'redis-server', isOpen, options);
  open.push({ close: server.stop });
  const client = createClient({ url: `redis://127.0.0.1:${server.port}` });
  await client.connect();
  await client.clusterAddSlotsRange({ start: 0, end: 16_383 });
  while (!(await client.clusterInfo()).includes('cluster_state:ok')) await wait(20);
  await client.close();
  return { port: server.port };
}

/** An empty Redis with settings of the test's own, always a server that the test starts. Resolves to its URL. */
export async function redisServerForTests(...options: readonly string[]): Promise<string> {
  const server = await startRedis(findProgram('redis-server') ?? 'redis-server', isOpen, options);
  open.push({ close: server.stop });
  return `redis://127.0.0.1:${server.port}`;
}

/** A PostgreSQL with a schema of these tests' own; a server is started where none runs. For `beforeAll`. */
export async function postgresForTests(): Promise<TestPostgres> {
  const { url: running, program } = postgres();
  const server = running === undefined ? await startPostgres(program ?? 'postgres', answersSql) : undefined;
  const url = running ?? postgresAt(portOf(server));
  const schema = `mcg_test_${randomBytes(6).toString('hex')}`;
  await runSql(url, `CREATE SCHEMA ${schema}`);
  const close = once(async () => {
    await runSql(url, `DROP SCHEMA ${schema} CASCADE`);
    await server?.stop();
  });
  open.push({ close });
  return { url, schema, table: `${schema}.grants`, close };
}

/** The same PostgreSQL through a PgBouncer in transaction mode, which the test starts. Resolves to its URL; for `beforeAll`. */
export async function pgBouncerForTests(url: string): Promise<string> {
  const through = new URL(url);
  const isUp = (port: number): Promise<boolean> => {
    through.hostname = '127.0.0.1';
    through.port = String(port);
    return answers(through.href);
  };
  const server = await startPgBouncer(pgBouncer() ?? 'pgbouncer', new URL(url), isUp);
  open.push({ close: server.stop });
  return through.href;
}

/** Skips where a developer has no such service, and says so; continuous integration must have it, and fails. */
function describeIf(found: string | undefined, name: string, needs: string, body: () => void): void {
  if (found !== undefined) describe(name, body);
  else if (process.env['CI'] === undefined) describe.skip(`${name} (there is no ${needs})`, body);
  else {
    test(`${name} (there is no ${needs})`, () => {
      throw new Error(`These tests need ${needs}.`);
    });
  }
}

async function deleteKeys(url: string, prefix: string): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
    if (keys.length > 0) await client.unlink(keys);
  }
  await client.close();
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A server that listens may still be starting. */
function answersSql(port: number): Promise<boolean> {
  return answers(postgresAt(port));
}

function answers(url: string): Promise<boolean> {
  return runSql(url, 'SELECT 1').then(
    () => true,
    () => false,
  );
}

function postgresAt(port: number): string {
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

function portOf(server: PrivateServer | undefined): number {
  if (server === undefined) throw new Error('There is no server.');
  return server.port;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
