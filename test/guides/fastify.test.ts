import { expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import request from 'supertest';
import type { StrategyOptions } from '../../src';
import { knownFaults } from '../../src/emulator';
import { signIn } from '../../src/testing';
import { optionsAt, runProgram } from '../support/guide';
import { emulate } from '../support/scene';

test('fastify.md signs in, calls Marketing Cloud, answers its errors and signs out', async () => {
  const emulator = await emulate();
  process.env['SESSION_SECRET'] = 'of the session';
  const { createApp } = await runProgram<{ createApp: (options: StrategyOptions) => Promise<FastifyInstance> }>(
    'fastify.md',
    'fastifyExpress',
  );
  const app = await createApp(optionsAt(emulator));
  await app.ready();
  const agent = request.agent(app.server);
  expect((await agent.get('/assets').set('Accept', 'text/html')).headers['location']).toBe('/login?returnTo=%2Fassets');
  expect((await agent.get('/auth/callback?code=a&state=b')).headers['location']).toBe(
    '/sign-in-failed?code=invalid_state',
  );
  await signIn(agent, { emulator });
  expect((await agent.get('/assets')).body).toMatchObject({ pageSize: 20 });

  emulator.fault('assets', { ...knownFaults.unavailable });
  const failed = await agent.get('/assets');
  expect([failed.status, failed.headers['retry-after']]).toEqual([503, '5']);
  expect(failed.body).toMatchObject({ code: 'api_error' });
  emulator.clearFaults();

  await agent.post('/logout').set('Sec-Fetch-Site', 'same-origin').expect(302);
  expect((await agent.get('/assets')).status).toBe(401);
  await app.close();
});
