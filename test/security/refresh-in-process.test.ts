import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from '@jest/globals';
import { comeBack, openLogin } from '../support/attack';
import { abandon, count, gate, grantScene, LIFETIME_MS, statusesOf, tokensAtApi } from '../support/grant-scene';

test('N1 a thousand requests on one expired grant make one token call and see one token', async () => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  expect(await statusesOf(browser, '/api', 1_000)).toEqual({ 200: 1_000 });
  expect(emulator.requestsTo('token').length).toBe(1);
  expect(tokensAtApi(emulator).size).toBe(1);
}, 60_000);

test('N2 a thousand requests over a hundred expired grants make a hundred token calls, each grant with its own token', async () => {
  const { emulator, app, pass } = await grantScene();
  const browsers = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const browser = app.browser();
      await browser.get(await comeBack(emulator, await openLogin(browser)));
      return browser;
    }),
  );
  app.express.get('/token', (req, res, next) => {
    req.marketingCloud.credentials().then(({ accessToken }) => res.json(accessToken), next);
  });
  emulator.requests.clear();
  pass(LIFETIME_MS + 1_000);
  const seen = await Promise.all(
    Array.from({ length: 1_000 }, async (_, index) => {
      const reply = await browsers[index % 100]?.get('/token');
      return [index % 100, reply?.text] as const;
    }),
  );
  expect(emulator.requestsTo('token').length).toBe(100);
  const tokensOf = (user: number): Set<unknown> =>
    new Set(seen.filter(([who]) => who === user).map(([, token]) => token));
  expect(new Set(browsers.map((_, user) => tokensOf(user).size))).toEqual(new Set([1]));
  expect(new Set(seen.map(([, token]) => token)).size).toBe(100);
}, 60_000);

test('N3 a refresh that was sent is finished and stored after every client has disconnected', async () => {
  const { emulator, app, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  const { opened, open } = gate();
  const held = emulator.fault('token', {
    until: opened,
    timing: 'after',
  });
  await abandon(browser, '/api', () => emulator.requests.waitFor('token'));
  open();
  held.remove();
  await app.strategy.close();
  expect((await browser.get('/api')).status).toBe(200);
  expect(emulator.requestsTo('token').length).toBe(1);
});

test('N4 a token inside the refresh-ahead window is served at once, with one refresh in the background', async () => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS - 120_000);
  const { opened, open } = gate();
  emulator.fault('token', {
    until: opened,
  });
  // All of these are answered while the token call is held back.
  expect(await statusesOf(browser, '/api', 50)).toEqual({ 200: 50 });
  expect(tokensAtApi(emulator).size).toBe(1);
  await emulator.requests.waitFor('token');
  open();
  expect(emulator.requestsTo('token').length).toBe(1);
});

test('N5 a refused token is replaced once, and late refusals of the old one make no further call', async () => {
  const { emulator, browser, pass, shift } = await grantScene();
  shift(60_000);
  emulator.expireAccessTokens();
  expect(await statusesOf(browser, '/api', 100)).toEqual({ 200: 100 });
  expect(emulator.requestsTo('token').length).toBe(1);
  // A token that took the place of a refused one is not replaced for a 401: the next one comes when it is due.
  pass(LIFETIME_MS + 1_000);
  expect(await statusesOf(browser, '/api', 1)).toEqual({ 200: 1 });
  shift(60_000);
  emulator.requests.clear();
  // As many answers as there are connections come late, each refusing the token of before.
  const { opened, open } = gate();
  const late = emulator.fault('tokenContext', {
    status: 401,
    body: { message: 'Not Authorized', errorcode: 0 },
    until: opened,
    times: 60,
  });
  const asked = statusesOf(browser, '/api', 60);
  await emulator.requests.waitFor('tokenContext', 60);
  open();
  expect(await asked).toEqual({ 200: 60 });
  late.remove();
  expect(emulator.requestsTo('token').length).toBe(1);
}, 30_000);

test('N6 a failed refresh is the same error for all waiters, and the next attempt follows the cool-down', async () => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  const failing = emulator.fault('token', { status: 401, body: { error: 'invalid_client' } });
  const replies = await Promise.all(Array.from({ length: 100 }, () => browser.get('/api')));
  expect(count(replies.map(({ status }) => status))).toEqual({ 502: 100 });
  expect(new Set(replies.map(({ text }) => text))).toEqual(new Set(['{"error":"invalid_client"}']));
  expect(emulator.requestsTo('token').length).toBe(1);
  failing.remove();
  pass(1_000);
  expect(await statusesOf(browser, '/api', 10)).toEqual({ 200: 10 });
  expect(emulator.requestsTo('token').length).toBe(2);
});

test('N7 a refresh that fails after all waiters have left is no unhandled rejection', async () => {
  const { emulator, app, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  const { opened, open } = gate();
  emulator.fault('token', {
    status: 500,
    body: {},
    until: opened,
  });
  await abandon(browser, '/api', () => emulator.requests.waitFor('token'));
  open();
  await app.strategy.close();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

test('P4 a request that joins a background refresh because its token was refused makes the refresh retry', async () => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS - 200_000);
  const { opened, open } = gate();
  emulator.fault('token', { status: 500, body: {}, until: opened, times: 1 });
  expect((await browser.get('/api')).status).toBe(200);
  await emulator.requests.waitFor('token');
  emulator.fault('tokenContext', { status: 401, body: {}, times: 1 });
  const refused = browser.get('/api');
  await emulator.requests.waitFor('tokenContext', 2);
  await nextEvent('passport-marketing-cloud:refresh-shared');
  open();
  expect((await refused).status).toBe(200);
  expect(emulator.requestsTo('token').length).toBe(2);
});

/** Resolves when something is published on a channel. */
function nextEvent(channel: string): Promise<void> {
  return new Promise((resolve) => {
    const hear = (): void => {
      unsubscribe(channel, hear);
      resolve();
    };
    subscribe(channel, hear);
  });
}
