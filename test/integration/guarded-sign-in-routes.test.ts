import { expect, test } from '@jest/globals';
import { marketingCloud, requireMarketingCloud } from '../../src';
import { appAt, emulate } from '../support/scene';

const PAGE = { accept: 'text/html', 'sec-fetch-mode': 'navigate' };

test('a guard without a loginUrl leads to that of marketingCloud()', async () => {
  const app = await appAt(await emulate(), {
    routes: (express, strategy) => {
      express.get('/page', marketingCloud(strategy, { loginUrl: '/enter' }), requireMarketingCloud());
    },
  });
  expect((await app.browser().get('/page', PAGE)).location).toBe('/enter?returnTo=%2Fpage');
});

test('a login route that differs from the guarded page by its query is led to', async () => {
  const app = await appAt(await emulate(), {
    routes: (express) => void express.get('/', requireMarketingCloud({ loginUrl: '/?sign-in=1' })),
  });
  expect((await app.browser().get('/', PAGE)).location).toBe('/?sign-in=1&returnTo=%2F');
});

test.each([
  ['the login route', '/Login/', /guards the login route/],
  ['the callback route', '/cb?code=x&state=y', /guards the callback route/],
])('a guard in front of %s is an error that says so, and no loop', async (_what, target, message) => {
  const app = await appAt(await emulate(), {
    routes: (express) => void express.use(requireMarketingCloud()),
  });
  const reply = await app.browser().get(target, PAGE);
  expect([reply.status, reply.location]).toEqual([500, '']);
  expect(app.errors).toMatchObject([{ message: expect.stringMatching(message) }]);
});
