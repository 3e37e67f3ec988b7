import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { PostgresVault } from '../../src/postgres';
import { examine, type Examination } from '../support/doctor';
import {
  describeWithPgBouncer,
  describeWithPostgres,
  describeWithRedisServer,
  pgBouncerForTests,
  postgresForTests,
  redisServerForTests,
} from '../support/services';

const ROOT = join(__dirname, '../..');
const NO_EVICTION = ['--maxmemory-policy', 'noeviction'];
const EVICTION = ['--maxmemory-policy', 'allkeys-lru'];
const folders: string[] = [];

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** The folder of an app that has one client library, under the name that apps import. */
async function appWith(name: string, installed = name): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mcg-doctor-'));
  folders.push(folder);
  await mkdir(join(folder, 'node_modules'));
  await symlink(join(ROOT, 'node_modules', installed), join(folder, 'node_modules', name));
  return folder;
}

/** The status and message of each rule on one store. */
function summary(examination: Examination, store: 'redis' | 'postgres'): Record<string, string> {
  const ids = examination.ids.filter((id) => id.startsWith(`${store}-`));
  return Object.fromEntries(ids.map((id) => [id, `${examination.of(id).status}: ${examination.of(id).message}`]));
}

describeWithRedisServer('doctor, at Redis', () => {
  let healthy: string;
  let evicting: string;
  let locked: string;

  beforeAll(async () => {
    healthy = await redisServerForTests('--appendonly', 'yes', '--maxmemory', '64mb', ...NO_EVICTION);
    evicting = await redisServerForTests('--maxmemory', '64mb', ...EVICTION);
    locked = await redisServerForTests('--requirepass', 'CANARY-password', '--save', '60', '1', ...EVICTION);
  });

  test.each([
    ['redis', 'redis'],
    ['redis', 'redis4'],
    ['redis', 'redis5'],
    ['ioredis', 'ioredis'],
    ['ioredis', 'ioredis5'],
  ])('passes one that keeps its data, through %s (%s)', async (name, installed) => {
    const examination = await examine({ REDIS_URL: healthy }, await appWith(name, installed));
    expect(summary(examination, 'redis')).toEqual({
      'redis-url': `passed: ${new URL(healthy).host}`,
      'redis-connection': `passed: ${new URL(healthy).host}, through ${name}`,
      'redis-version': expect.stringMatching(/^passed: \d+\.\d+/),
      'redis-eviction': 'passed: maxmemory-policy noeviction',
      'redis-persistence': 'passed: append-only file',
    });
  });

  test('fails one that evicts grants, and warns of one that writes nothing to disk', async () => {
    const examination = await examine({ REDIS_URL: evicting });
    expect(examination.of('redis-eviction')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/^maxmemory-policy is allkeys-lru/),
      fix: expect.stringMatching(/CONFIG SET maxmemory-policy noeviction/),
    });
    expect(examination.of('redis-persistence')).toMatchObject({
      status: 'warned',
      message: expect.stringMatching(/nothing to disk/),
      fix: expect.stringMatching(/appendonly yes/),
    });
  });

  test('warns of snapshots, and of a policy that has no effect yet', async () => {
    const examination = await examine({ REDIS_URL: locked.replace('//', '//:CANARY-password@') });
    expect(examination.of('redis-eviction').status).toBe('warned');
    expect(examination.of('redis-persistence')).toMatchObject({
      status: 'warned',
      message: expect.stringMatching(/snapshots/),
    });
    expect(examination.output).not.toContain('CANARY');
  });

  test.each(['redis', 'ioredis'])('says what is wrong with a password, through %s', async (name) => {
    const folder = await appWith(name);
    const connection = async (url: string) => {
      const examination = await examine({ REDIS_URL: url }, folder);
      expect(examination.output).not.toContain('CANARY');
      expect(examination.of('redis-version').status).toBe('skipped');
      return examination.of('redis-connection');
    };
    expect(await connection(locked)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/wants a password/),
    });
    expect(await connection(locked.replace('//', '//:CANARY-wrong@'))).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/refuses the user or the password/),
    });
    expect(await connection('redis://:CANARY@127.0.0.1:9')).toMatchObject({
      status: 'failed',
      message: '127.0.0.1:9 refuses connections.',
    });
  });

  test('skips what it cannot ask: no client in the folder', async () => {
    const examination = await examine({ REDIS_URL: healthy }, await appWith('pg'));
    expect(examination.of('redis-connection')).toMatchObject({
      status: 'skipped',
      fix: expect.stringMatching(/npm install redis/),
    });
  });
});

describeWithPostgres('doctor, at PostgreSQL', () => {
  let url: string;
  const pools: Pool[] = [];

  beforeAll(async () => {
    const postgres = await postgresForTests();
    const here = new URL(postgres.url);
    here.searchParams.set('options', `-c search_path=${postgres.schema}`);
    url = here.href;
  });
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.end())));

  test('fails while the table is missing, and passes once migrate() has made it', async () => {
    const before = await examine({ DATABASE_URL: url });
    expect(before.of('postgres-table')).toMatchObject({
      status: 'failed',
      fix: expect.stringMatching(/await vault\.migrate\(\)/),
    });
    const pool = new Pool({ connectionString: url });
    pools.push(pool);
    await new PostgresVault({ pool }).migrate();
    const { host } = new URL(url);
    expect(summary(await examine({ DATABASE_URL: url }), 'postgres')).toEqual({
      'postgres-url': `passed: ${host}`,
      'postgres-connection': `passed: ${host}, through pg`,
      'postgres-version': expect.stringMatching(/^passed: \d+\.\d+$/),
      'postgres-table': 'passed: marketing_cloud_grants',
      'postgres-pooling': 'passed: a direct connection',
    });
  });

  test('says what is wrong with a database that is not there, and with a server that is not', async () => {
    const missing = new URL(url);
    missing.pathname = '/missing_database';
    expect((await examine({ DATABASE_URL: missing.href })).of('postgres-connection')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/has no such database/),
    });
    const away = await examine({ DATABASE_URL: 'postgres://me:CANARY@127.0.0.1:9/app' });
    expect(away.of('postgres-connection')).toMatchObject({
      status: 'failed',
      message: '127.0.0.1:9 refuses connections.',
    });
    expect(away.output).not.toContain('CANARY');
  });

  test('skips what it cannot ask: no client in the folder', async () => {
    const examination = await examine({ DATABASE_URL: url }, await appWith('redis'));
    expect(examination.of('postgres-connection')).toMatchObject({
      status: 'skipped',
      fix: expect.stringMatching(/npm install pg/),
    });
  });

  describeWithPgBouncer('through PgBouncer', () => {
    test('knows the transaction mode', async () => {
      const direct = new URL(url);
      direct.search = '';
      const examination = await examine({ DATABASE_URL: await pgBouncerForTests(direct.href) });
      expect(examination.of('postgres-pooling')).toMatchObject({
        status: 'passed',
        message: expect.stringMatching(/transaction mode/),
      });
    });
  });
});

describe('doctor, without stores', () => {
  test('skips their rules, and says what several processes need', async () => {
    const examination = await examine({});
    expect(examination.of('redis-url')).toMatchObject({
      status: 'skipped',
      fix: expect.stringMatching(/several processes/),
    });
    expect(Object.values(summary(examination, 'postgres')).every((line) => line.startsWith('skipped'))).toBe(true);
  });
});
