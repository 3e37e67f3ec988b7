import { expect, test } from '@jest/globals';
import { marketingCloud, requireMarketingCloud } from '../../src';
import { gate, grantScene, LIFETIME_MS } from '../support/grant-scene';

/** A sign-in that asks nothing, so that the credentials have to. */
const UNASKED: Parameters<typeof grantScene>[0] = {
  strategy: { skipUserProfile: true },
  app: {
    verify: (_access: string, _refresh: string, _profile: object, done: (error: null, user: object) => void) =>
      done(null, { id: 'maya' }),
    routes: (express) => {
      express.get('/guarded', requireMarketingCloud(), (req, res) => void res.json(req.marketingCloud.connected));
    },
  },
};
const PAGE = { accept: 'text/html', 'sec-fetch-mode': 'navigate' };

test.each([
  [403, 'access_denied'],
  [400, 'invalid_token'],
])('userinfo that answers %i %s is no reason to sign in again, and the grant stays', async (status, error) => {
  const { emulator, app, browser, grantId } = await grantScene(UNASKED);
  const grant = app.strategy.grant(grantId);
  const fault = emulator.fault('userinfo', { status, body: { error } });
  const refused = { code: 'api_error', status: 502, response: { status, error } };
  await expect(grant.credentials()).rejects.toMatchObject(refused);
  await expect(grant.userinfo()).rejects.toMatchObject(refused);
  expect((await browser.get('/guarded', PAGE)).status).toBe(502);
  fault.remove();
  expect((await browser.get('/guarded', PAGE)).text).toBe('true');
});

test('userinfo is asked once for all that want to know the business unit at the same time', async () => {
  const { emulator, app, browser, grantId } = await grantScene(UNASKED);
  const { opened, open } = gate();
  emulator.requests.clear();
  emulator.fault('userinfo', { until: opened, timing: 'after' });
  const grant = app.strategy.grant(grantId);
  const units = Promise.all(Array.from({ length: 20 }, () => grant.credentials()));
  await emulator.requests.waitFor('userinfo');
  open();
  expect(new Set((await units).map(({ businessUnitId }) => businessUnitId)).size).toBe(1);
  expect(emulator.requestsTo('userinfo')).toHaveLength(1);
  expect((await browser.get('/guarded')).status).toBe(200);
  expect(emulator.requestsTo('userinfo')).toHaveLength(1);
});

test('an outage of userinfo says when to come back', async () => {
  const { emulator, browser } = await grantScene(UNASKED);
  emulator.fault('userinfo', { status: 500, body: {} });
  const { status, headers } = await browser.get('/guarded');
  expect([status, headers['retry-after']]).toEqual([503, '1']);
});

test('requests that wait for the same dead grant are each told their own login route', async () => {
  const { emulator, browser, pass } = await grantScene({
    app: {
      routes: (express, strategy) => {
        for (const path of ['/a', '/b']) {
          express.get(path, marketingCloud(strategy, { loginUrl: `${path}/login` }), (req, res, next) => {
            req.marketingCloud.credentials().then(() => res.end(), next);
          });
        }
      },
    },
  });
  pass(LIFETIME_MS + 1_000);
  const { opened, open } = gate();
  emulator.fault('token', { status: 401, body: { error: 'invalid_grant' }, until: opened });
  const replies = Promise.all(['/a', '/b'].map((path) => browser.get(path)));
  await emulator.requests.waitFor('token');
  open();
  expect((await replies).map(({ headers }) => headers['www-authenticate'])).toEqual([
    expect.stringContaining('"/a/login"'),
    expect.stringContaining('"/b/login"'),
  ]);
});
