import { expect, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { Strategy, type DefaultUser, type StrategyOptions } from '../../src';
import { signIn } from '../../src/testing';
import { appWith, optionsAt, runProgram } from '../support/guide';
import { emulate } from '../support/scene';

test('moving-from-hand-written-code.md signs in, and calls the API with a refreshed token', async () => {
  const emulator = await emulate();
  process.env['SESSION_SECRET'] = 'of the session';
  const { createApp } = await runProgram<{ createApp: (options: StrategyOptions) => Express }>(
    'moving-from-hand-written-code.md',
    'createApp',
  );
  const agent = request.agent(createApp(optionsAt(emulator)));
  expect((await agent.get('/assets')).status).toBe(401);
  expect((await signIn(agent, { emulator })).headers['location']).toBe('/');
  emulator.clock.advance(30 * 60_000);
  expect((await agent.get('/assets')).body).toHaveProperty('items');
  expect(emulator.requestsTo('token')).toHaveLength(2);
});

test('moving-from-passport-oauth2.md keeps the verify function and the app’s own user', async () => {
  const emulator = await emulate();
  const saved: object[] = [];
  const users = {
    save: (user: { id: string; name: string }) => {
      saved.push(user);
      return Promise.resolve({ id: user.id, displayName: user.name } as DefaultUser);
    },
  };
  const { createStrategy } = await runProgram<{
    createStrategy: (options: StrategyOptions, table: typeof users) => Strategy;
  }>('moving-from-passport-oauth2.md', 'interface UserTable');
  const strategy = createStrategy(optionsAt(emulator), users);
  const { app } = await appWith(strategy, 'moving-from-passport-oauth2.md', "app.get('/assets', requireMarketingCloud");
  const agent = request.agent(app);
  await signIn(agent, { emulator });
  expect(saved).toEqual([{ id: '510001000:711204301', name: 'Maya Lind' }]);
  expect((await agent.get('/assets')).body).toHaveProperty('items');
  await strategy.close();
});

test('moving-from-fuel-auth.md makes the calls, and tells the facts of a token', async () => {
  const emulator = await emulate();
  const strategy = new Strategy(optionsAt(emulator));
  const { app } = await appWith(strategy, 'moving-from-fuel-auth.md', "app.get('/token-facts'");
  const agent = request.agent(app);
  await signIn(agent, { emulator });
  expect((await agent.get('/token-facts')).body).toMatchObject({ restBaseUrl: emulator.baseUrl('rest') });
  expect((await agent.get('/assets')).body).toHaveProperty('items');
  await strategy.close();
});
