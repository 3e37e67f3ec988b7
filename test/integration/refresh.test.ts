import { expect, jest, test } from '@jest/globals';
import { requireMarketingCloud, type Credentials } from '../../src';
import { openLogin, comeBack } from '../support/attack';
import { Door } from '../support/door';
import { grantScene, LIFETIME_MS, tokensAtApi } from '../support/grant-scene';
import { appAt, emulate } from '../support/scene';
import { silent, UnreliableVault } from '../support/unreliable-vault';

test('a token that is not due is used as it is', async () => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS / 2 - 1_000);
  expect((await browser.get('/api')).status).toBe(200);
  expect(emulator.requestsTo('token')).toHaveLength(0);
});

test('a token with less than half a minute left is not used, however late it is to be refreshed', async () => {
  const { emulator, browser, pass } = await grantScene({ strategy: { refreshAhead: 0 } });
  pass(LIFETIME_MS - 31_000);
  expect((await browser.get('/api')).status).toBe(200);
  expect(emulator.requestsTo('token')).toHaveLength(0);
  pass(21_000);
  expect((await browser.get('/api')).status).toBe(200);
  expect(emulator.requestsTo('token')).toHaveLength(1);
  expect(tokensAtApi(emulator).size).toBe(2);
});

test('a due token is served while one refresh runs in the background', async () => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS - 299_000);
  const slow = emulator.fault('token', { delayMs: 200 });
  expect(
    (await Promise.all(Array.from({ length: 10 }, () => browser.get('/api')))).map(({ status }) => status),
  ).toEqual(Array.from({ length: 10 }, () => 200));
  slow.remove();
  await emulator.requests.waitFor('token');
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test('requests on an expired token share one refresh and get the new token', async () => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  const replies = await Promise.all(Array.from({ length: 50 }, () => browser.get('/api')));
  expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
  expect(emulator.requestsTo('token')).toHaveLength(1);
  expect(new Set(emulator.requestsTo('tokenContext').map(({ headers }) => headers['authorization'])).size).toBe(1);
});

test('a token that an API refuses is replaced once for all who were refused, and each call repeated', async () => {
  const { emulator, browser, shift } = await grantScene();
  shift(60_000);
  emulator.expireAccessTokens();
  const replies = await Promise.all(Array.from({ length: 20 }, () => browser.get('/api')));
  expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test('an API that goes on refusing ends in its own error after one repeat', async () => {
  const { emulator, browser, shift } = await grantScene();
  shift(60_000);
  emulator.fault('tokenContext', { status: 401, body: { message: 'Not Authorized', errorcode: 0 } });
  const reply = await browser.get('/api');
  expect([reply.status, reply.text]).toEqual([502, '{"error":"api_error"}']);
  expect([emulator.requestsTo('token').length, emulator.requestsTo('tokenContext').length]).toEqual([1, 2]);
});

test('what the guard has shown follows a refresh in the same request', async () => {
  const { emulator, browser, shift } = await grantScene({
    app: {
      routes: (express) => {
        express.get('/follow', requireMarketingCloud(), (req, res, next) => {
          const user = req.user as { marketingCloud?: Credentials };
          const before = user.marketingCloud?.accessToken;
          req.marketingCloud.rest
            .get('/platform/v1/tokenContext')
            .then(() => res.json({ same: before === user.marketingCloud?.accessToken }), next);
        });
      },
    },
  });
  expect(JSON.parse((await browser.get('/follow')).text)).toEqual({ same: true });
  shift(60_000);
  emulator.expireAccessTokens();
  expect(JSON.parse((await browser.get('/follow')).text)).toEqual({ same: false });
});

test('a dead refresh token asks the user to sign in again, with no further token call', async () => {
  const { emulator, browser, pass } = await grantScene();
  emulator.revoke();
  pass(LIFETIME_MS + 1_000);
  for (const _round of [1, 2, 3]) expect((await browser.get('/api')).status).toBe(401);
  const page = await browser.get('/api?x=1', { accept: 'text/html' });
  expect([page.status, page.location]).toEqual([302, '/login?returnTo=%2Fapi%3Fx%3D1']);
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test.each([
  ['an outage', { status: 503, body: 'down' }, 503, 'upstream_unavailable'],
  ['a limit', { status: 429, headers: { 'Retry-After': '7' }, body: {} }, 503, 'rate_limited'],
  ['a wrong secret', { status: 401, body: { error: 'invalid_client' } }, 502, 'invalid_client'],
  ['an invalid answer', { status: 200, body: 'hello' }, 502, 'invalid_response'],
] as const)(
  '%s at the refresh keeps the grant, and is repeated until its cool-down is over',
  async (_what, fault, status, code) => {
    const { emulator, browser, pass } = await grantScene();
    pass(LIFETIME_MS + 1_000);
    const failing = emulator.fault('token', fault);
    const reply = await browser.get('/api');
    expect([reply.status, reply.text]).toEqual([status, JSON.stringify({ error: code })]);
    const seconds = code === 'rate_limited' ? 7 : 1;
    expect(reply.headers['retry-after']).toBe(String(seconds));
    failing.remove();
    const calls = emulator.requestsTo('token').length;
    const again = await browser.get('/api');
    expect([again.status, again.text, again.headers['retry-after']]).toEqual([status, reply.text, String(seconds)]);
    expect(emulator.requestsTo('token')).toHaveLength(calls);
    pass(seconds * 1000);
    expect((await browser.get('/api')).status).toBe(200);
  },
);

test.each([
  ['without a usable lifetime', { expires_in: 'soon' }],
  ['without an access token', { access_token: undefined }],
  ['of an unknown token type', { token_type: 'mac' }],
])('an answer %s is refused, and its refresh token is the next one', async (_what, changed) => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  for (const seconds of [1, 2]) {
    emulator.fault('token', { times: 1, transform: (answer) => ({ ...(answer as object), ...changed }) });
    expect((await browser.get('/api')).text).toBe('{"error":"invalid_response"}');
    expect((await browser.get('/api')).text).toBe('{"error":"invalid_response"}');
    pass(seconds * 1000);
  }
  expect((await browser.get('/api')).status).toBe(200);
  expect(emulator.requestsTo('token')).toHaveLength(3);
});

test("another tenant's answer is refused, and its refresh token too", async () => {
  const { emulator, browser, pass } = await grantScene();
  const other = { rest_instance_url: emulator.baseUrl('rest', 'mcother'), expires_in: 'soon', refresh_token: 'theirs' };
  pass(LIFETIME_MS + 1_000);
  emulator.fault('token', { times: 1, transform: (answer) => ({ ...(answer as object), ...other }) });
  expect((await browser.get('/api')).status).toBe(502);
  pass(1_000);
  await browser.get('/api');
  expect(emulator.requestsTo('token').map(({ body }) => body)).not.toContainEqual(
    expect.objectContaining({ refresh_token: 'theirs' }),
  );
});

test('a grant lives on by its id outside a request, until it is forgotten', async () => {
  const emulator = await emulate();
  let grantId: string | undefined;
  const app = await appAt(emulator, {
    callback: {},
  });
  app.express.get('/cb', (req, res) => {
    grantId = (req.authInfo as { grantId?: string }).grantId;
    res.json({ same: grantId === req.marketingCloud.grantId });
  });
  const browser = app.browser();
  expect(JSON.parse((await browser.get(await comeBack(emulator, await openLogin(browser)))).text)).toEqual({
    same: true,
  });
  const grant = app.strategy.grant(grantId ?? '');
  expect((await grant.credentials()).subdomain).toBe(emulator.strategyOptions().subdomain);
  expect((await app.strategy.credentials(grantId ?? '')).accessToken).toHaveLength(512);
  expect(await grant.userinfo()).toMatchObject({ displayName: 'Maya Lind', permissions: expect.any(Array) });
  await app.strategy.forget(grantId ?? '');
  await expect(grant.credentials()).rejects.toMatchObject({ code: 'sign_in_required', status: 401 });
  expect((await browser.get('/api')).status).toBe(401);
});

test('a request that has waited fifteen seconds for a refresh is told to come back', async () => {
  const { emulator, browser, pass } = await grantScene({ strategy: { timeout: 60_000 } });
  pass(LIFETIME_MS + 1_000);
  emulator.fault('token', { hang: 'before-headers' });
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
  try {
    const waiting = browser.get('/api');
    await emulator.requests.waitFor('token');
    jest.advanceTimersByTime(15_000);
    const reply = await waiting;
    expect([reply.status, reply.headers['retry-after']]).toEqual([504, '1']);
  } finally {
    jest.useRealTimers();
    emulator.clearFaults();
  }
});

test.each([
  ['goes on although one renewal is never answered', 1, 5],
  ['sends no third renewal while two wait for their answers', 2, 2],
])('a lease %s', async (_what, unanswered, expected) => {
  const vault = new UnreliableVault();
  const { emulator, browser, pass } = await grantScene({ strategy: { vault, vaultTimeout: 60_000 } });
  pass(LIFETIME_MS + 1_000);
  const [called, renewed] = [new Door(), new Door()];
  emulator.fault('token', { until: called.opened });
  let renewals = 0;
  vault.before = async (operation) => {
    if (operation === 'renew' && (renewals += 1) <= unanswered) await renewed.opened;
  };
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
  try {
    const waiting = browser.get('/api');
    await emulator.requests.waitFor('token');
    for (let seconds = 0; seconds < 5; seconds += 1) await jest.advanceTimersByTimeAsync(1_000);
    expect(renewals).toBe(expected);
    called.open();
    expect((await waiting).status).toBe(200);
  } finally {
    jest.useRealTimers();
    renewed.open();
  }
});

test('a request that has a usable token waits half a second for a silent vault, however often it asks', async () => {
  const vault = new UnreliableVault();
  // Half a second for each of so many would be longer than this test may take.
  const { app, browser } = await grantScene({ strategy: { vault, vaultTimeout: 60_000 } });
  app.express.get('/often', (req, res, next) => {
    const often = async (): Promise<void> => {
      for (let count = 0; count < 200; count += 1) await req.marketingCloud.credentials();
    };
    often().then(() => res.end(), next);
  });
  expect((await browser.get('/often')).status).toBe(200);
  vault.before = silent;
  expect((await browser.get('/often')).status).toBe(200);
  vault.before = undefined;
});

test('a grant that cannot be refreshed serves until its token expires', async () => {
  const { browser, emulator, pass } = await grantScene();
  emulator.fault('token', { times: 1, transform: (answer) => ({ ...(answer as object), refresh_token: undefined }) });
  const without = await comeBack(emulator, await openLogin(browser));
  expect((await browser.get(without)).location).toBe('/home');
  pass(LIFETIME_MS - 5_000);
  expect((await browser.get('/api')).status).toBe(200);
  pass(5_000);
  expect((await browser.get('/api')).status).toBe(401);
});

test('many who use a grant for the first time at once file it once each at most', async () => {
  const vault = new UnreliableVault();
  const emulator = await emulate();
  let grantId = '';
  const app = await appAt(emulator, { strategy: { vault }, callback: {} });
  app.express.get('/cb', (req, res) => {
    grantId = (req.authInfo as { grantId?: string }).grantId ?? '';
    res.end();
  });
  const browser = app.browser();
  await browser.get(await comeBack(emulator, await openLogin(browser)));
  let commits = 0;
  vault.before = (operation) => void (commits += operation === 'commit' ? 1 : 0);
  await Promise.all(Array.from({ length: 200 }, () => app.strategy.credentials(grantId)));
  expect(commits).toBeLessThanOrEqual(200);
});

test('close() waits for a switch that waits for a refresh', async () => {
  const { app, emulator, grantId, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  const door = new Door();
  emulator.fault('token', { until: door.opened, timing: 'after', times: 1 });
  const refreshed = app.strategy.credentials(grantId);
  await emulator.requests.waitFor('token');
  const switched = app.strategy
    .grant(grantId)
    .switchBusinessUnit(510_001_101)
    .catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  const closed = app.strategy.close().then(() => emulator.requestsTo('token').length);
  door.open();
  await refreshed;
  expect(await closed).toBe(2);
  await switched;
});
