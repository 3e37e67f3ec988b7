import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createClient } from 'redis';
import { readConfig, type Environment } from '../../example-app/src/config';
import { start, type Running } from '../../example-app/src/start';
import { Browser } from '../support/browser';
import { poll } from '../support/fleet/poll';
import { describeWithPostgres, describeWithRedis, postgresForTests, redisForTests } from '../support/services';
import { TcpProxy } from '../support/tcp-proxy';
import { grantIdIn, inPostgres, inSchema, inRedis, sendForm, sessionIdOf, signInTo, underPrefix } from './kept';

const KEY = 'a key of a test, which is long enough';

let running: Running | undefined;
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await running?.close();
  running = undefined;
});

afterAll(async () => {
  for (const close of open) await close();
});

async function openApp(env: Environment): Promise<{ app: Running; lines: string; reports: string[] }> {
  const lines: string[] = [];
  const reports: string[] = [];
  running = await start(readConfig({ PORT: '0', ...env }), {
    print: (line) => lines.push(line),
    report: (text) => reports.push(text),
  });
  return { app: running, lines: lines.join('\n'), reports };
}

async function redisHere(): Promise<{ url: string; reader: ReturnType<typeof inRedis> }> {
  const redis = await redisForTests();
  const client = createClient({ url: redis.url });
  await client.connect();
  open.push(() => client.close());
  return { url: underPrefix(redis), reader: inRedis(client, redis.prefix) };
}

async function postgresHere(): Promise<{ url: string; reader: ReturnType<typeof inPostgres> }> {
  const { url, schema } = await postgresForTests();
  const client = new Client({ connectionString: inSchema(url, schema) });
  await client.connect();
  open.push(() => client.end());
  return { url: inSchema(url, schema), reader: inPostgres(client) };
}

/** Signs in and out, and looks at what is kept meanwhile. */
async function lookInto(
  env: Environment,
  sessions: ReturnType<typeof inRedis>,
  grants: ReturnType<typeof inRedis>,
): Promise<{ grant: string; page: string; lines: string }> {
  const { app, lines } = await openApp(env);
  const browser = new Browser(app.url);
  expect(await signInTo(browser)).toContain('Hello, Maya Lind');
  const sid = sessionIdOf(browser);
  const id = grantIdIn(await sessions.session(sid));
  const grant = (await grants.grant(id)) ?? '';
  const page = (await browser.get('/dashboard/token')).text;
  await sendForm(browser, '/logout', {});
  expect([await sessions.session(sid), await grants.grant(id)]).toEqual([undefined, undefined]);
  return { grant, page, lines };
}

describeWithRedis('an app with REDIS_URL', () => {
  let redis: Awaited<ReturnType<typeof redisHere>>;
  beforeAll(async () => {
    redis = await redisHere();
  });

  test('keeps sessions and grants there, and says that tokens lie there as plain text', async () => {
    const { grant, page, lines } = await lookInto({ REDIS_URL: redis.url }, redis.reader, redis.reader);
    expect(grant).toMatch(/"accessToken"/);
    expect(page).toContain('sessions and grants in Redis');
    expect(lines).toMatch(/Kept: sessions and grants in Redis\.\nTokens lie there as plain text/);
  });

  test('seals the tokens with ENCRYPTION_KEY', async () => {
    const env = { REDIS_URL: redis.url, ENCRYPTION_KEY: KEY };
    const { grant, lines } = await lookInto(env, redis.reader, redis.reader);
    expect(grant.length).toBeGreaterThan(50);
    expect(grant).not.toMatch(/accessToken|refreshToken/);
    expect(lines).not.toContain('plain text');
  });

  test('fails at once while Redis is away, and goes on as if nothing had been when it is back', async () => {
    const way = await TcpProxy.to(redis.url, 6379);
    const { app, reports } = await openApp({ REDIS_URL: way.url });
    const browser = new Browser(app.url);
    await signInTo(browser);
    way.block('broken');
    const { status, text } = await browser.get('/dashboard', { accept: 'text/html' });
    expect(status).toBeGreaterThanOrEqual(500);
    expect(text).toContain('<h1>');
    expect(reports.join()).toMatch(/Redis/);
    way.open();
    const again = await poll(
      () => browser.get('/dashboard'),
      (page) => page.status === 200,
    );
    expect(again.text).toContain('Hello, Maya Lind');
    await sendForm(browser, '/logout', {});
  });
});

describeWithPostgres('an app with DATABASE_URL', () => {
  let postgres: Awaited<ReturnType<typeof postgresHere>>;
  beforeAll(async () => {
    postgres = await postgresHere();
  });

  test('makes its tables and keeps sessions and grants there, also when it starts again', async () => {
    const env = { DATABASE_URL: postgres.url, ENCRYPTION_KEY: KEY };
    const first = await lookInto(env, postgres.reader, postgres.reader);
    expect(first.grant).not.toMatch(/accessToken/);
    expect(first.page).toContain('sessions and grants in PostgreSQL');
    await running?.close();
    await lookInto(env, postgres.reader, postgres.reader);
  });

  describeWithRedis('and REDIS_URL', () => {
    test('keeps grants in PostgreSQL and sessions in Redis', async () => {
      const redis = await redisHere();
      const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
      const { grant, page } = await lookInto(env, redis.reader, postgres.reader);
      expect(grant).toMatch(/"accessToken"/);
      expect(page).toContain('sessions in Redis, grants in PostgreSQL');
    });
  });

  test.each([
    ['a wrong database', (url: URL) => (url.pathname = '/no_such_database'), /there is no such database\. Make it/],
    ['a port where nothing is', (url: URL) => (url.port = '1'), /no PostgreSQL answers.*:1\b.*Start one, such as with/],
  ])('%s is refused with the name of the variable and the fix', async (_, change, message) => {
    const url = new URL(postgres.url);
    change(url);
    url.password = 'PasswordOfATest';
    const refused = openApp({ DATABASE_URL: url.href });
    await expect(refused).rejects.toThrow(/^DATABASE_URL: /);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/PasswordOfATest/);
  });
});

test('a Redis that is not there is refused with the name of the variable and the fix', async () => {
  const refused = openApp({ REDIS_URL: 'redis://somebody:PasswordOfATest@127.0.0.1:1' });
  await expect(refused).rejects.toThrow(
    /^REDIS_URL: no Redis answers at 127\.0\.0\.1:1\. Start one.*docker run.*unset it\.$/,
  );
  await expect(refused).rejects.not.toThrow(/PasswordOfATest/);
});
