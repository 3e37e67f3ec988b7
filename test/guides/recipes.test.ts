import { MemoryStore } from 'express-session';
import { afterEach, describe, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { SessionStoreVault, Strategy, type StrategyOptions } from '../../src';
import type { Emulator } from '../../src/emulator';
import { signIn } from '../../src/testing';
import { appWith, optionsAt, runProgram } from '../support/guide';
import { emulate } from '../support/scene';

const DAY_MS = 86_400_000;
const strategies: Strategy[] = [];

afterEach(async () => {
  await Promise.all(strategies.splice(0).map((strategy) => strategy.close()));
});

/** Has a strategy closed after the test. */
function kept(strategy: Strategy): Strategy {
  strategies.push(strategy);
  return strategy;
}

const strategyAt = (emulator: Emulator): Strategy => kept(new Strategy(optionsAt(emulator)));

describe('business-units.md', () => {
  test('signs in to a business unit, and switches to another', async () => {
    const emulator = await emulate();
    const recipes = ['accountId', 'switchBusinessUnit'];
    const { app } = await appWith(strategyAt(emulator), 'business-units.md', ...recipes);
    const agent = request.agent(app);
    const { headers } = await signIn(agent, { emulator, path: '/login/europe', user: 'maya.lind' });
    expect(headers['location']).toBe('/where');
    expect((await agent.get('/where')).body).toEqual({ businessUnitId: 510_001_101, enterpriseId: 510_001_000 });

    expect((await agent.post('/business-unit/510001000')).body).toEqual({ businessUnitId: 510_001_000 });
    expect((await agent.post('/business-unit/999')).status).toBe(403);
    expect((await agent.get('/where')).body).toMatchObject({ businessUnitId: 510_001_000 });
  });

  test('ends the session at the logout endpoint, and signs in to another business unit at the login endpoint', async () => {
    const emulator = await emulate();
    const { app } = await appWith(strategyAt(emulator), 'business-units.md', 'switchBusinessUnit', '/mc-logout');
    const agent = request.agent(app);
    await signIn(agent, { emulator, user: 'maya.lind' });
    await agent.get('/mc-logout').set('Sec-Fetch-Site', 'cross-site');
    expect((await agent.get('/where')).status).toBe(401);
    await signIn(agent, { emulator, user: 'ravi.menon' });
    expect((await agent.get('/where')).body).toMatchObject({ businessUnitId: 510_001_101 });
  });
});

describe('appexchange.md', () => {
  interface Programs {
    readonly createStrategy: (
      options: StrategyOptions,
      find: (subdomain: string) => Promise<{ isActive: boolean } | undefined>,
    ) => Strategy;
    readonly tryCustomer: (createApp: (options: StrategyOptions) => Express) => Promise<object>;
  }

  /** An app whose customers are these. */
  async function createApp(options: StrategyOptions, customers: Readonly<Record<string, boolean>>): Promise<Express> {
    const { createStrategy } = await runProgram<Programs>('appexchange.md', 'findCustomer');
    const strategy = createStrategy(options, (subdomain) => {
      const isActive = customers[subdomain];
      return Promise.resolve(isActive === undefined ? undefined : { isActive });
    });
    return (await appWith(kept(strategy), 'appexchange.md', "app.get('/whoami'", '/login/:customer')).app;
  }

  test.each([
    ['an active customer', true, 302],
    ['a former customer', false, 403],
    ['no customer', undefined, 403],
  ])('lets users of a tenant sign in that is %s', async (_what, isActive, status) => {
    const emulator = await emulate({ publishedApp: true });
    const customers = isActive === undefined ? {} : { 'mcemulator-harbour-books-eu1': isActive };
    const agent = request.agent(await createApp(optionsAt(emulator), customers));
    expect((await signIn(agent, { emulator, user: 'ines.duarte' })).status).toBe(status);
  });

  test('calls the customer’s tenant, also after a link for one customer', async () => {
    const emulator = await emulate({ publishedApp: true });
    const subdomain = 'mcemulator-harbour-books-eu1';
    const agent = request.agent(await createApp(optionsAt(emulator), { [subdomain]: true }));
    await signIn(agent, { emulator, path: `/login/${subdomain}`, user: 'ines.duarte' });
    expect((await agent.get('/whoami')).body).toMatchObject({
      subdomain,
      enterpriseId: 520_002_000,
      displayName: 'Inês Duarte',
    });
    expect((await agent.get('/login/mcemulator-other')).status).toBe(403);
  });

  test('tries a customer with the emulator', async () => {
    const { tryCustomer } = await runProgram<Programs>('appexchange.md', 'tryCustomer');
    const answer = await tryCustomer((options) => {
      const app = express();
      // The recipe takes an app at once, and this one is made a moment later.
      const made = createApp(options, { 'mcemulator-harbour-books-eu1': true });
      app.use((req, res, next) => void made.then((handle) => handle(req, res, next), next));
      return app;
    });
    expect(answer).toMatchObject({ subdomain: 'mcemulator-harbour-books-eu1' });
  });
});

describe('secret-rotation.md', () => {
  interface Programs {
    readonly createWithList: (options: StrategyOptions) => Strategy;
    readonly createWithFunction: (options: StrategyOptions, read: () => Promise<readonly string[]>) => Strategy;
    readonly rotate: (emulator: Emulator, deploy: (secrets: string[]) => void) => void;
  }

  test('a list of the active and the staged secret works before and after the activation', async () => {
    const emulator = await emulate();
    const active = String(emulator.strategyOptions().clientSecret);
    process.env['MC_CLIENT_SECRETS'] = `${active},${emulator.world.stageSecret()}`;
    const { createWithList } = await runProgram<Programs>('secret-rotation.md', 'createWithList');
    const { app } = await appWith(kept(createWithList(optionsAt(emulator))), 'business-units.md', "app.get('/where'");
    const agent = request.agent(app);
    await signIn(agent, { emulator });
    emulator.world.activateSecret();
    emulator.clock.advance(30 * 60_000);
    expect((await agent.get('/where')).status).toBe(200);
  });

  test('a function is asked again after a minute, so that a rotation needs no restart', async () => {
    const emulator = await emulate();
    const { createWithFunction, rotate } = {
      ...(await runProgram<Programs>('secret-rotation.md', 'createWithFunction')),
      ...(await runProgram<Programs>('secret-rotation.md', 'function rotate')),
    };
    let secrets = [String(emulator.strategyOptions().clientSecret)];
    const deployed: string[][] = [];
    const strategy = kept(createWithFunction(optionsAt(emulator), () => Promise.resolve(secrets)));
    rotate(emulator, (next) => deployed.push((secrets = next)));
    const { app } = await appWith(strategy, 'business-units.md', "app.get('/where'");
    const agent = request.agent(app);
    await signIn(agent, { emulator });
    expect((await agent.get('/where')).status).toBe(200);
    expect(deployed.map(({ length }) => length)).toEqual([2, 1]);
  });
});

describe('background-jobs.md', () => {
  interface Programs {
    readonly grantOf: (name: string) => string | undefined;
    readonly countOrders: (grantId: string) => Promise<number | 'sign in again'>;
    readonly deleteReport: (grantId: string) => Promise<void>;
  }

  test('a job counts rows after the user has signed out, until the refresh token is dead', async () => {
    const emulator = await emulate();
    const strategy = strategyAt(emulator);
    const recipes = ['keep()', 'countOrders', 'deleteReport'];
    const { app, exported } = await appWith(strategy, 'background-jobs.md', ...recipes);
    const { grantOf, countOrders, deleteReport } = exported as unknown as Programs;
    const agent = request.agent(app);
    await signIn(agent, { emulator });
    expect((await agent.post('/reports/weekly')).status).toBe(201);
    const grantId = String(grantOf('weekly'));
    await signIn(agent, { emulator, user: 'ravi.menon' });

    emulator.signOut('maya.lind');
    emulator.clock.advance(7 * DAY_MS);
    expect(await countOrders(grantId)).toBeGreaterThan(0);
    emulator.revoke({ user: 'maya.lind' });
    emulator.clock.advance(DAY_MS);
    expect(await countOrders(grantId)).toBe('sign in again');
    await deleteReport(grantId);
    expect(await countOrders(grantId)).toBe('sign in again');
  });

  test('a worker calls with kept grants, in a strategy of its own', async () => {
    const emulator = await emulate();
    const vault = new SessionStoreVault(new MemoryStore());
    const strategy = kept(new Strategy({ ...optionsAt(emulator), vault }));
    const { app, exported } = await appWith(strategy, 'background-jobs.md', 'keep()');
    const agent = request.agent(app);
    await signIn(agent, { emulator });
    await agent.post('/reports/nightly');
    const grantId = String((exported as unknown as Programs).grantOf('nightly'));
    const { runWorker } = await runProgram<{
      runWorker: (options: StrategyOptions, ids: readonly string[]) => Promise<number>;
    }>('background-jobs.md', 'runWorker');
    expect(await runWorker({ ...optionsAt(emulator), vault }, [grantId])).toBe(1);
  });
});

describe('public-apps.md', () => {
  test('signs in without a secret', async () => {
    const { startPublicApp } = await runProgram<{
      startPublicApp: (callbackURL: string) => Promise<{ emulator: Emulator; strategy: Strategy }>;
    }>('public-apps.md', 'startPublicApp');
    const { emulator, strategy } = await startPublicApp('http://127.0.0.1/auth/callback');
    const { app } = await appWith(kept(strategy), 'business-units.md', "app.get('/where'");
    const agent = request.agent(app);
    await signIn(agent, { emulator });
    expect((await agent.get('/where')).status).toBe(200);
    expect(emulator.requests.last('token')?.body).not.toHaveProperty('client_secret');
    await emulator.close();
  });
});
