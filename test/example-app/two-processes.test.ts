import { afterEach, expect, test } from '@jest/globals';
import { parseConfig } from '../../example-app/src/config/config';
import type { Environment } from '../../example-app/src/config/variables';
import { startAppProcess, type AppProcess } from '../../example-app/src/server/app-process';
import { createProcessSettings } from '../../example-app/src/server/process-settings';
import { Browser } from '../support/browser';
import { describeWithPostgres, describeWithRedis, postgresForTests, redisForTests } from '../support/services';
import { signInTo } from './pages';
import { withPrefix, withSchema } from './stored-records';

const open: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Starts two apps that share only their settings, as two processes do. Returns a browser for each, with the same cookies. */
async function openTwo(env: Environment): Promise<readonly [Browser, Browser]> {
  const config = parseConfig({ PORT: '0', SESSION_SECRET: 'session secret of two processes', ...env });
  const { settings, emulator } = await createProcessSettings(config, () => undefined);
  if (emulator !== undefined) open.push(emulator);
  const startOne = async (): Promise<AppProcess> => {
    const app = await startAppProcess(settings, () => undefined);
    open.push(app);
    return app;
  };
  const [one, other] = [new Browser((await startOne()).url), new Browser((await startOne()).url)];
  await signInTo(one);
  for (const [name, value] of one.cookies) other.cookies.set(name, value);
  return [one, other];
}

/** Sends requests to the two processes in turn, as a load balancer does. */
async function expectServed(browsers: readonly [Browser, Browser]): Promise<void> {
  for (const browser of [...browsers, ...browsers]) {
    const { status, text } = await browser.get('/dashboard', { accept: 'text/html' });
    expect(status).toBe(200);
    expect(text).toContain('Hello, Maya Lind');
  }
}

describeWithRedis('two processes with REDIS_URL', () => {
  test('case V2: both answer the requests of one signed-in user', async () => {
    await expectServed(await openTwo({ REDIS_URL: withPrefix(await redisForTests()) }));
  });
});

describeWithPostgres('two processes with DATABASE_URL', () => {
  test('case V2: both answer the requests of one signed-in user', async () => {
    const { url, schema } = await postgresForTests();
    await expectServed(await openTwo({ DATABASE_URL: withSchema(url, schema) }));
  });
});
