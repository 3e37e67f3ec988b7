import { expect, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { signIn } from '../../src/testing';
import { runProgram } from '../support/guide';
import { emulate } from '../support/scene';

test('first-sign-in.md signs in with what .env has, reads assets, and tells a user without a licence', async () => {
  const emulator = await emulate();
  const { subdomain, clientID, clientSecret, baseUrlTemplate } = emulator.strategyOptions();
  Object.assign(process.env, {
    ...{ MC_SUBDOMAIN: subdomain, MC_CLIENT_ID: clientID, MC_CLIENT_SECRET: clientSecret },
    ...{ MC_CALLBACK_URL: 'http://127.0.0.1/auth/callback', MC_BASE_URL_TEMPLATE: baseUrlTemplate },
    ...{ MC_SCOPE: 'offline email_read documents_and_images_read saved_content_read', SESSION_SECRET: 'any' },
  });
  const { createApp } = await runProgram<{ createApp: () => Express }>('first-sign-in.md', 'createApp');
  const agent = request.agent(createApp());
  expect((await agent.get('/').set('Accept', 'text/html')).headers['location']).toBe('/login?returnTo=%2F');
  const refused = await signIn(agent, { emulator, user: 'tom.berg' });
  expect(refused.headers['location']).toBe('/sign-in-failed?code=user_not_licensed');
  expect((await agent.get('/sign-in-failed?code=user_not_licensed')).text).toContain('no licence');

  expect((await signIn(agent, { emulator })).headers['location']).toBe('/');
  expect((await agent.get('/')).body).toMatchObject({
    displayName: 'Maya Lind',
    businessUnitId: 510_001_000,
    assets: { pageSize: 5 },
  });
});
