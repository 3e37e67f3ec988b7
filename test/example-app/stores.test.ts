import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createClient } from 'redis';
import { parseConfig } from '../../example-app/src/config/config';
import type { Environment } from '../../example-app/src/config/variables';
import { startSingleProcess, type SingleProcess } from '../../example-app/src/server/app-process';
import { Browser } from '../support/browser';
import { poll } from '../support/fleet/poll';
import { describeWithPostgres, describeWithRedis, postgresForTests, redisForTests } from '../support/services';
import { TcpProxy } from '../support/tcp-proxy';
import { sendForm, signInTo } from './pages';
import {
  createPostgresReader,
  createRedisReader,
  getGrantId,
  getSessionId,
  withPrefix,
  withSchema,
  type RecordReader,
} from './stored-records';

const KEY = 'a key of a test, which is long enough';

let running: SingleProcess | undefined;
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await running?.close();
  running = undefined;
});

afterAll(async () => {
  for (const close of open) await close();
});

async function openApp(env: Environment): Promise<{ app: SingleProcess; lines: string; reports: string[] }> {
  const lines: string[] = [];
  const reports: string[] = [];
  running = await startSingleProcess(parseConfig({ PORT: '0', ...env }), {
    print: (line) => lines.push(line),
    report: (text) => reports.push(text),
  });
  return { app: running, lines: lines.join('\n'), reports };
}

async function openRedis(): Promise<{ url: string; reader: RecordReader }> {
  const redis = await redisForTests();
  const client = createClient({ url: redis.url });
  await client.connect();
  open.push(() => client.close());
  return { url: withPrefix(redis), reader: createRedisReader(client, redis.prefix) };
}

async function openPostgres(): Promise<{ url: string; reader: RecordReader }> {
  const { url, schema } = await postgresForTests();
  const client = new Client({ connectionString: withSchema(url, schema) });
  await client.connect();
  open.push(() => client.end());
  return { url: withSchema(url, schema), reader: createPostgresReader(client) };
}

/** Signs in, reads the stored grant, and checks that signing out deletes it. */
async function signInAndOut(
  env: Environment,
  sessions: RecordReader,
  grants: RecordReader,
): Promise<{ grant: string; page: string; lines: string }> {
  const { app, lines } = await openApp(env);
  const browser = new Browser(app.url);
  expect(await signInTo(browser)).toContain('Hello, Maya Lind');
  const sid = getSessionId(browser);
  const id = getGrantId(await sessions.session(sid));
  const grant = (await grants.grant(id)) ?? '';
  const page = (await browser.get('/dashboard/token')).text;
  await sendForm(browser, '/logout', {});
  expect([await sessions.session(sid), await grants.grant(id)]).toEqual([undefined, undefined]);
  return { grant, page, lines };
}

describeWithRedis('an app with REDIS_URL', () => {
  let redis: Awaited<ReturnType<typeof openRedis>>;
  beforeAll(async () => {
    redis = await openRedis();
  });

  test('stores sessions and grants in Redis, and says that tokens are plain text', async () => {
    const { grant, page, lines } = await signInAndOut({ REDIS_URL: redis.url }, redis.reader, redis.reader);
    expect(grant).toMatch(/"accessToken"/);
    expect(page).toContain('sessions and grants in Redis');
    expect(lines).toMatch(/Storage: sessions and grants in Redis\.\nTokens are stored as plain text/);
  });

  test('encrypts the tokens with ENCRYPTION_KEY', async () => {
    const env = { REDIS_URL: redis.url, ENCRYPTION_KEY: KEY };
    const { grant, lines } = await signInAndOut(env, redis.reader, redis.reader);
    expect(grant.length).toBeGreaterThan(50);
    expect(grant).not.toMatch(/accessToken|refreshToken/);
    expect(lines).not.toContain('plain text');
  });

  test('answers with an error while Redis is down, and the user is still signed in when it is back', async () => {
    const proxy = await TcpProxy.to(redis.url, 6379);
    const { app, reports } = await openApp({ REDIS_URL: proxy.url });
    const browser = new Browser(app.url);
    await signInTo(browser);
    proxy.block('broken');
    const { status, text } = await browser.get('/dashboard', { accept: 'text/html' });
    expect(status).toBeGreaterThanOrEqual(500);
    expect(text).toContain('<h1>');
    expect(reports.join()).toMatch(/Redis/);
    proxy.open();
    const again = await poll(
      () => browser.get('/dashboard'),
      (page) => page.status === 200,
    );
    expect(again.text).toContain('Hello, Maya Lind');
    await sendForm(browser, '/logout', {});
  });
});

describeWithPostgres('an app with DATABASE_URL', () => {
  let postgres: Awaited<ReturnType<typeof openPostgres>>;
  beforeAll(async () => {
    postgres = await openPostgres();
  });

  test('creates its tables and stores sessions and grants there, also after a restart', async () => {
    const env = { DATABASE_URL: postgres.url, ENCRYPTION_KEY: KEY };
    const first = await signInAndOut(env, postgres.reader, postgres.reader);
    expect(first.grant).not.toMatch(/accessToken/);
    expect(first.page).toContain('sessions and grants in PostgreSQL');
    await running?.close();
    await signInAndOut(env, postgres.reader, postgres.reader);
  });

  describeWithRedis('and REDIS_URL', () => {
    test('stores grants in PostgreSQL and sessions in Redis', async () => {
      const redis = await openRedis();
      const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
      const { grant, page } = await signInAndOut(env, redis.reader, postgres.reader);
      expect(grant).toMatch(/"accessToken"/);
      expect(page).toContain('sessions in Redis, grants in PostgreSQL');
    });
  });

  test.each([
    ['a wrong database', (url: URL) => (url.pathname = '/no_such_database'), /the database does not exist\. Create it/],
    ['a port without a server', (url: URL) => (url.port = '1'), /no PostgreSQL answers.*:1\b.*Start one/],
  ])('%s is refused with the name of the variable and how to fix it', async (_, change, message) => {
    const url = new URL(postgres.url);
    change(url);
    url.password = 'PasswordOfATest';
    const refused = openApp({ DATABASE_URL: url.href });
    await expect(refused).rejects.toThrow(/^DATABASE_URL: /);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/PasswordOfATest/);
  });
});

test('a missing Redis is refused with the name of the variable and how to fix it', async () => {
  const refused = openApp({ REDIS_URL: 'redis://user:PasswordOfATest@127.0.0.1:1' });
  await expect(refused).rejects.toThrow(
    /^REDIS_URL: no Redis answers at 127\.0\.0\.1:1\. Start one.*docker run.*unset it\.$/,
  );
  await expect(refused).rejects.not.toThrow(/PasswordOfATest/);
});
