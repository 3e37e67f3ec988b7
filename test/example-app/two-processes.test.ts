import { afterEach, expect, test } from '@jest/globals';
import { readConfig, type Config, type Environment } from '../../example-app/src/config';
import { prepare } from '../../example-app/src/prepare';
import { serve, type Serving } from '../../example-app/src/serve';
import { Browser } from '../support/browser';
import { describeWithPostgres, describeWithRedis, postgresForTests, redisForTests } from '../support/services';
import { inSchema, signInTo, underPrefix } from './kept';

const open: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Two apps that share nothing but their settings, as two processes do, and a browser for each with the same cookies. */
async function openTwo(env: Environment): Promise<readonly [Browser, Browser]> {
  const config: Config = readConfig({ PORT: '0', SESSION_SECRET: 'of two processes in a test', ...env });
  const { prepared, emulator } = await prepare(config, () => undefined);
  if (emulator !== undefined) open.push(emulator);
  const serveOnce = async (): Promise<Serving> => {
    const serving = await serve(prepared, () => undefined);
    open.push(serving);
    return serving;
  };
  const [one, other] = [new Browser((await serveOnce()).url), new Browser((await serveOnce()).url)];
  await signInTo(one);
  for (const [name, value] of one.cookies) other.cookies.set(name, value);
  return [one, other];
}

/** A load balancer sends every second request to the other process. */
async function expectServed(browsers: readonly [Browser, Browser]): Promise<void> {
  for (const browser of [...browsers, ...browsers]) {
    const { status, text } = await browser.get('/dashboard', { accept: 'text/html' });
    expect(status).toBe(200);
    expect(text).toContain('Hello, Maya Lind');
  }
}

describeWithRedis('two processes with REDIS_URL', () => {
  test('case V2: both answer every request of one sign-in', async () => {
    await expectServed(await openTwo({ REDIS_URL: underPrefix(await redisForTests()) }));
  });
});

describeWithPostgres('two processes with DATABASE_URL', () => {
  test('case V2: both answer every request of one sign-in', async () => {
    const { url, schema } = await postgresForTests();
    await expectServed(await openTwo({ DATABASE_URL: inSchema(url, schema) }));
  });
});
