import { MemoryStore, type Store } from 'express-session';
import { expect, jest, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { Strategy, type StrategyOptions, type Vault } from '../../src';
import { signIn } from '../../src/testing';
import { appWith, optionsAt, runProgram } from '../support/guide';
import { emulate } from '../support/scene';
import { describeWithPostgres, describeWithRedis, postgresForTests, redisForTests } from '../support/services';

interface Process {
  readonly app: Express;
  readonly close: () => Promise<void>;
}

/** The page's program with modules of its own, so that no memory is shared, as in another process. */
async function startApart(options: StrategyOptions): Promise<Process> {
  const started: Process[] = [];
  await jest.isolateModulesAsync(async () => {
    const { createApp } = await runProgram<{ createApp: (options: StrategyOptions) => Promise<Process> }>(
      'several-processes.md',
      'new RedisVault',
    );
    started.push(await createApp(options));
  });
  const [process] = started;
  if (process === undefined) throw new Error('The program has not started.');
  return process;
}

describeWithRedis('several-processes.md on Redis', () => {
  test('two processes share sign-ins, one refresh and sign-outs', async () => {
    const redis = await redisForTests();
    Object.assign(process.env, { REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix, SESSION_SECRET: 'of the session' });
    const emulator = await emulate();
    const one = await startApart(optionsAt(emulator));
    const two = await startApart(optionsAt(emulator));
    const { headers } = await signIn(request.agent(one.app), { emulator });
    const [, cookie = ''] = /(connect\.sid=[^;]+)/.exec(String(headers['set-cookie'])) ?? [];
    const at = (process: Process): request.Test => request(process.app).get('/assets').set('Cookie', cookie);
    expect((await at(two)).status).toBe(200);

    emulator.requests.clear();
    emulator.clock.advance(30 * 60_000);
    const answers = await Promise.all([at(one), at(two), at(one), at(two)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(emulator.requestsTo('token')).toHaveLength(1);

    await request(two.app).post('/logout').set({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }).expect(302);
    expect((await at(one)).status).toBe(401);
    await Promise.all([one.close(), two.close()]);
  });
});

describeWithPostgres('several-processes.md on PostgreSQL', () => {
  interface Stores {
    readonly vault: Vault;
    readonly sessions: Store;
    readonly purge: () => Promise<unknown>;
    readonly close: () => Promise<void>;
  }

  test('its stores hold sessions and grants', async () => {
    const postgres = await postgresForTests();
    const { url, table, schema } = postgres;
    Object.assign(process.env, { DATABASE_URL: url, GRANTS_TABLE: table, SESSIONS_SCHEMA: schema });
    const { openStores } = await runProgram<{ openStores: () => Promise<Stores> }>(
      'several-processes.md',
      'new PostgresVault',
    );
    const stores = await openStores();
    expect(stores.sessions).not.toBeInstanceOf(MemoryStore);
    const emulator = await emulate();
    const strategy = new Strategy({ ...optionsAt(emulator), vault: stores.vault });
    const { app } = await appWith({ strategy, store: stores.sessions }, 'business-units.md', "app.get('/where'");
    const agent = request.agent(app);
    await signIn(agent, { emulator });
    expect((await agent.get('/where')).status).toBe(200);
    await stores.purge();
    expect((await agent.get('/where')).status).toBe(200);
    await strategy.close();
    await stores.close();
  });
});
