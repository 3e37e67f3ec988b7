import { expect, test } from '@jest/globals';
import { gate, grantScene, statusesOf, LIFETIME_MS } from '../support/grant-scene';

test.each([
  ['an hour ahead', 3_600_000],
  ['an hour back', -3_600_000],
  ['a day ahead', 86_400_000],
  ['a day back', -86_400_000],
])(
  'Q1 a wall clock that jumps %s costs one refresh at most, and an expired token is still caught',
  async (_what, ms) => {
    const { emulator, browser, shift } = await grantScene();
    shift(ms);
    expect(await statusesOf(browser, '/api', 20)).toEqual({ 200: 20 });
    expect(await statusesOf(browser, '/api', 20)).toEqual({ 200: 20 });
    expect(emulator.requestsTo('token').length).toBeLessThanOrEqual(1);
    // The token is over by Marketing Cloud's own clock, and old enough to be replaced because of a 401.
    emulator.clock.advance(1_300_000);
    shift(61_000);
    expect(await statusesOf(browser, '/api', 20)).toEqual({ 200: 20 });
    expect(emulator.requestsTo('token').length).toBeLessThanOrEqual(2);
  },
);

test.each([30, 10, 2])('Q2 a token of %i seconds is refreshed twice per lifetime at most', async (seconds) => {
  const { emulator, browser, app, pass } = await grantScene({ emulator: { expiresInSeconds: seconds } });
  const lifetimes = 10;
  for (let step = 0; step < lifetimes * 10; step += 1) {
    pass(seconds * 100);
    expect((await browser.get('/api')).status).toBe(200);
    // Waits for the refresh in the background.
    await app.strategy.close();
  }
  expect(emulator.requestsTo('token').length).toBeLessThanOrEqual(2 * lifetimes);
  expect(emulator.requestsTo('token').length).toBeGreaterThanOrEqual(lifetimes);
});

test('Q3 the Date header of an answer is ignored', async () => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  emulator.fault('token', { headers: { Date: 'Thu, 01 Jan 1970 00:00:00 GMT' } });
  expect((await browser.get('/api')).status).toBe(200);
  expect((await browser.get('/api')).status).toBe(200);
  pass(LIFETIME_MS / 2 - 10_000);
  expect((await browser.get('/api')).status).toBe(200);
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test('Q4 a lifetime counts from the moment of sending, not of the answer', async () => {
  const { emulator, browser, app, pass, now } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  const sentAt = now();
  app.express.get('/expires', (req, res, next) => {
    req.marketingCloud.credentials().then(({ expiresAt }) => res.json(expiresAt), next);
  });
  const { opened, open } = gate();
  emulator.fault('token', {
    until: opened,
    timing: 'after',
  });
  const asked = browser.get('/expires');
  await emulator.requests.waitFor('token');
  pass(20_000);
  open();
  expect(JSON.parse((await asked).text)).toBe(sentAt + LIFETIME_MS);
});
