import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from '@jest/globals';
import { Agent } from 'undici';
import type { Emulator, Fault } from '../../src/emulator';
import type { TestApp } from '../support/app';
import { comeBack, openLogin } from '../support/attack';
import type { Browser } from '../support/browser';
import { Door } from '../support/door';
import { anotherStrategy, count, grantScene, LIFETIME_MS, statusesOf } from '../support/grant-scene';
import { UnreliableVault } from '../support/unreliable-vault';

function asAnotherTenant(answer: unknown): unknown {
  return { ...(answer as object), rest_instance_url: 'https://mcother.rest.marketingcloudapis.com/' };
}

/** The events of one channel while `run` runs. */
async function eventsOf(channel: string, run: () => Promise<void>): Promise<unknown[]> {
  const seen: unknown[] = [];
  const note = (event: unknown): void => void seen.push(event);
  subscribe(channel, note);
  try {
    await run();
  } finally {
    unsubscribe(channel, note);
  }
  return seen;
}

test.each([
  ['invalid_grant', 400],
  ['invalid_grant', 401],
  ['invalid_token', 401],
  ['access_denied', 403],
])(
  'P1 %s with %i ends the grant after one call, and the next thousand requests make none',
  async (error, status) => {
    const { emulator, browser, pass } = await grantScene();
    pass(LIFETIME_MS + 1_000);
    emulator.fault('token', { status, body: { error } });
    expect((await browser.get('/api')).status).toBe(401);
    expect(await statusesOf(browser, '/api', 250)).toEqual({ 401: 250 });
    expect(emulator.requestsTo('token').length).toBe(1);
    const page = await browser.get('/api', { accept: 'text/html' });
    expect([page.status, page.location]).toEqual([302, '/login?returnTo=%2Fapi']);
  },
  30_000,
);

test.each(['invalid_client', 'unauthorized_client'])(
  'P2 %s keeps the grant, starts a cool-down, is reported, and needs no new sign-in once it is fixed',
  async (error) => {
    const { emulator, browser, pass } = await grantScene();
    pass(LIFETIME_MS + 1_000);
    const failing = emulator.fault('token', { status: 401, body: { error } });
    const events = await eventsOf('passport-marketing-cloud:refresh-failed', async () => {
      expect(await statusesOf(browser, '/api', 20)).toEqual({ 502: 20 });
    });
    expect(events).toEqual([expect.objectContaining({ code: 'invalid_client', responseStatus: 401, willRetry: true })]);
    const calls = emulator.requestsTo('token').length;
    expect(await statusesOf(browser, '/api', 20)).toEqual({ 502: 20 });
    expect(emulator.requestsTo('token').length).toBe(calls);
    failing.remove();
    pass(1_000);
    expect((await browser.get('/api')).status).toBe(200);
  },
);

test.each([
  ['500', { status: 500, body: {} }],
  ['502', { status: 502, body: '' }],
  ['503', { status: 503, body: '' }],
  ['504', { status: 504, body: '' }],
  ['a page of a firewall', { status: 503, headers: { 'Content-Type': 'text/html' }, body: '<h1>Blocked</h1>' }],
  ['a page with status 200', { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>&access_token=x' }],
])('P3 %s keeps the grant and is retried at growing intervals', async (_what, fault) => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  const failing = emulator.fault('token', fault);
  const waits: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const reply = await browser.get('/api');
    expect([502, 503]).toContain(reply.status);
    waits.push(Number(reply.headers['retry-after']));
    pass(Number(reply.headers['retry-after']) * 1_000);
  }
  // With jitter, downwards.
  expect(waits).toEqual([1, 2, 4, 8, expect.closeTo(15, -0.4), expect.closeTo(15, -0.4)]);
  failing.remove();
  expect((await browser.get('/api')).status).toBe(200);
});

test.each([
  ['7', 7],
  ['a date in 9 seconds', 9],
  ['-1', 1],
  ['1000000000', 1_000_000_000],
  ['soon', 1],
  ['', 1],
])('P4 Retry-After %s of a 429 is passed to the caller, and honoured for a minute at most', async (header, seconds) => {
  const { emulator, browser, pass, now } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  const value = header.startsWith('a date') ? new Date(now() + 9_000).toUTCString() : header;
  const failing = emulator.fault('token', { status: 429, headers: { 'Retry-After': value }, body: {} });
  const reply = await browser.get('/api');
  expect([reply.status, reply.text]).toEqual([503, '{"error":"rate_limited"}']);
  const wait = Number(reply.headers['retry-after']);
  // An HTTP date has whole seconds only.
  expect([seconds, seconds - 1]).toContain(wait);
  failing.remove();
  const calls = emulator.requestsTo('token').length;
  pass(Math.min(wait, 60) * 1_000 - 600);
  expect((await browser.get('/api')).status).toBe(503);
  expect(emulator.requestsTo('token').length).toBe(calls);
  pass(600);
  expect((await browser.get('/api')).status).toBe(200);
});

test.each([
  ['ECONNREFUSED', 3],
  // As Node names a handshake without a version, or without a cipher, that both sides speak.
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 3],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 3],
  // Not before the request, perhaps: as P6.
  ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 2],
])('P5 a connection that fails with %s is tried again at once, %i times at most', async (code, tries) => {
  const agent = new Agent();
  let failing = false;
  let refused = 0;
  const { emulator, browser, app, pass } = await grantScene({
    strategy: {
      dispatcher: {
        request: (options: object) => {
          const { path = '' } = options as { path?: string };
          if (!path.endsWith('/v2/token') || !failing) return agent.request(options as never);
          refused += 1;
          return Promise.reject(Object.assign(new Error('connect'), { code }));
        },
      },
    },
  });
  pass(LIFETIME_MS + 1_000);
  failing = true;
  const reply = await browser.get('/api');
  expect([reply.status, refused]).toEqual([503, tries]);
  failing = false;
  pass(1_000);
  expect((await browser.get('/api')).status).toBe(200);
  expect(emulator.requestsTo('token').length).toBe(1);
  await app.strategy.close();
  await agent.close();
});

test.each([
  ['with a token that is still good the next try waits', LIFETIME_MS - 120_000, 1, 200],
  ['with an expired one it is tried once more', LIFETIME_MS + 1_000, 2, 503],
])('P6 an answer that is lost: %s', async (_what, ageMs, calls, status) => {
  const { emulator, browser, app, pass } = await grantScene({ emulator: { refreshReuseGraceSeconds: 300 } });
  pass(ageMs);
  emulator.fault('token', { drop: 'before-headers', timing: 'after', times: 2 });
  expect((await browser.get('/api')).status).toBe(status);
  await app.strategy.close();
  expect(emulator.requestsTo('token').length).toBe(calls);
});

test('P6b a lost answer that had consumed the refresh token means a new sign-in and one event', async () => {
  const { emulator, browser, app, grantId, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  emulator.fault('token', { drop: 'before-headers', timing: 'after', times: 1 });
  const events = await eventsOf('passport-marketing-cloud:rotation-lost', async () => {
    expect(await statusesOf(browser, '/api', 50)).toEqual({ 401: 50 });
  });
  expect(events).toHaveLength(1);
  expect(emulator.requestsTo('token').length).toBe(2);
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({
    code: 'sign_in_required',
    reason: 'rotation_lost',
  });
});

test.each<[string, Fault, string]>([
  ['another tenant’s', { transform: asAnotherTenant }, 'tenant_mismatch'],
  [
    'none',
    { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<h1>Sign in to the Wi-Fi</h1>' },
    'invalid_response',
  ],
])('P6c an answer that is %s is not retried at once, and keeps the grant', async (_what, fault, code) => {
  const { emulator, browser, pass } = await grantScene({ emulator: { refreshReuseGraceSeconds: 60 } });
  pass(LIFETIME_MS + 1_000);
  emulator.fault('token', { ...fault, times: 1 });
  const reply = await browser.get('/api');
  expect([reply.status, reply.text]).toEqual([502, JSON.stringify({ error: code })]);
  expect(emulator.requestsTo('token').length).toBe(1);
  pass(1_000);
  expect((await browser.get('/api')).status).toBe(200);
});

test('P7 four minutes of outage inside a refresh-ahead window of five fail no request', async () => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS - 299_000);
  const outage = emulator.fault('token', { status: 503, body: 'down' });
  const statuses: number[] = [];
  for (let second = 0; second < 240; second += 2) {
    const replies = await Promise.all([browser.get('/api'), browser.get('/api')]);
    statuses.push(...replies.map(({ status }) => status));
    pass(2_000);
  }
  outage.remove();
  for (let second = 0; second < 60; second += 2) {
    statuses.push((await browser.get('/api')).status);
    pass(2_000);
  }
  expect(count(statuses)).toEqual({ 200: 270 });
  expect(emulator.requestsTo('token').length).toBeLessThan(30);
}, 60_000);

/** Another session of the scene's user. */
async function signInMore(app: TestApp, emulator: Emulator): Promise<Browser> {
  const browser = app.browser();
  await browser.get(await comeBack(emulator, await openLogin(browser)));
  return browser;
}

test('P8 an outage with many expired grants makes few calls: one per grant and step, and a few per process', async () => {
  const { emulator, browser, app, pass } = await grantScene();
  const others = await Promise.all(Array.from({ length: 40 }, () => signInMore(app, emulator)));
  emulator.requests.clear();
  pass(LIFETIME_MS + 1_000);
  const outage = emulator.fault('token', { status: 503, body: 'down' });
  // One after another, so that each could have learnt from the one before.
  for (const other of [browser, ...others]) expect((await other.get('/api')).status).toBe(503);
  expect(emulator.requestsTo('token').length).toBeLessThanOrEqual(10);
  outage.remove();
  pass(20_000);
  expect((await browser.get('/api')).status).toBe(200);
  expect(await Promise.all(others.map(async (other) => (await other.get('/api')).status))).toEqual(
    others.map(() => 200),
  );
}, 60_000);

test('P8b a process that pauses a tenant takes the tokens that another process gets there', async () => {
  const vault = new UnreliableVault();
  const scene = await grantScene({ strategy: { vault } });
  const { emulator, browser, app, grantId, pass } = scene;
  const others = await Promise.all(Array.from({ length: 6 }, () => signInMore(app, emulator)));
  pass(LIFETIME_MS + 1_000);
  const outage = emulator.fault('token', { status: 503, body: 'down' });
  for (const other of others) expect((await other.get('/api')).status).toBe(503);
  outage.remove();
  emulator.requests.clear();
  const door = new Door();
  emulator.fault('token', { until: door.opened, times: 1 });
  const another = anotherStrategy(scene, vault);
  const refreshing = another.credentials(grantId);
  await emulator.requests.waitFor('token');
  vault.after = (operation) => {
    if (operation === 'acquire') door.open();
  };
  expect((await browser.get('/api').finally(() => door.open())).status).toBe(200);
  expect(emulator.requestsTo('token').length).toBe(1);
  await refreshing;
  await another.close();
});

test.each([
  ['a number', 42, '503 {"error":"upstream_unavailable"}'],
  ['an object', { error: 'invalid_grant' }, '503 {"error":"upstream_unavailable"}'],
  ['10 KB', 'invalid_grant'.repeat(800), '503 {"error":"upstream_unavailable"}'],
  ['an unknown word', 'out_of_coffee', '502 {"error":"invalid_response"}'],
])('P10 an error that is %s does not end the grant', async (_what, error, outcome) => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  emulator.fault('token', { status: 400, body: { error }, times: 1 });
  const reply = await browser.get('/api');
  expect(`${reply.status} ${reply.text}`).toBe(outcome);
  pass(1_000);
  expect((await browser.get('/api')).status).toBe(200);
});

test('P10b the third such refusal in a row of an expired token asks the user to sign in again', async () => {
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  emulator.fault('token', { status: 400, body: { error: 'out_of_coffee' } });
  const statuses: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    statuses.push((await browser.get('/api')).status);
    pass(120_000);
  }
  expect(statuses).toEqual([502, 502, 401, 401]);
  expect(emulator.requestsTo('token').length).toBe(3);
});

test('P10c a third refusal does not sign out a user whose tokens another process has refreshed', async () => {
  const vault = new UnreliableVault();
  const signedIn = await grantScene({ strategy: { vault } });
  const { emulator, browser, grantId, pass } = signedIn;
  const other = anotherStrategy(signedIn, vault);
  pass(LIFETIME_MS + 1_000);
  const refusing = emulator.fault('token', { status: 400, body: { error: 'out_of_coffee' } });
  for (let round = 0; round < 2; round += 1) {
    expect((await browser.get('/api')).status).toBe(502);
    pass(120_000);
  }
  refusing.remove();
  const door = new Door();
  emulator.fault('token', { status: 400, body: { error: 'out_of_coffee' }, until: door.opened, times: 1 });
  const third = browser.get('/api');
  await emulator.requests.waitFor('token', 3);
  await vault.endLease();
  await other.credentials(grantId);
  door.open();
  expect((await third).status).toBe(200);
  await other.close();
});

test('P11 a sign-out at Marketing Cloud that ends a grant without offline leads to a clean new sign-in', async () => {
  const { emulator, browser, pass } = await grantScene({ strategy: { scope: ['email_read'] } });
  emulator.signOut('maya.lind');
  pass(LIFETIME_MS + 1_000);
  expect((await browser.get('/api')).status).toBe(401);
  expect((await browser.get('/api')).status).toBe(401);
  expect(emulator.requestsTo('token').length).toBe(1);
});
