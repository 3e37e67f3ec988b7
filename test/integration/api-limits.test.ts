import { Agent } from 'undici';
import { describe, expect, test } from '@jest/globals';
import type { MarketingCloud } from '../../src';
import { heldClock } from '../support/clock';
import { Door } from '../support/door';
import { grantedAt } from '../support/granted';
import { emulate } from '../support/scene';

const CONTEXT = '/platform/v1/tokenContext';
const ASSETS = '/asset/v1/content/assets';
const REFUSED = { status: 401, body: { message: 'Not Authorized', errorcode: 0 } };

describe('a lasting 401', () => {
  test.each<[string, (grant: MarketingCloud) => Promise<unknown>]>([
    ['rest', ({ rest }) => rest.get(CONTEXT)],
    ['fetch', ({ fetch }) => fetch(CONTEXT)],
    ['userinfo', (grant) => grant.userinfo()],
  ])('case R3: of %s costs one refresh, however often the call is made', async (_name, call) => {
    const clock = heldClock();
    const emulator = await emulate();
    const { grant, app, grantId } = await grantedAt(emulator, { strategy: { clock: clock.now } });
    clock.advance(60_000);
    for (const endpoint of ['tokenContext', 'userinfo'] as const) emulator.fault(endpoint, REFUSED);
    for (let times = 0; times < 5; times += 1) {
      await call(grant).catch(() => undefined);
      // A job of the same grant knows by the vault.
      await call(app.strategy.grant(grantId)).catch(() => undefined);
      clock.advance(10_000);
    }
    expect(emulator.requestsTo('token')).toHaveLength(1);
    const calls = emulator.requestsTo('tokenContext').length + emulator.requestsTo('userinfo').length;
    expect(calls).toBe(11);
    emulator.clearFaults();
    expect(await grant.rest.get(CONTEXT)).toHaveProperty('organization');
  });

  test('case R3: to a token of less than a minute costs none, and says that permissions may be missing', async () => {
    const clock = heldClock();
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator, { strategy: { clock: clock.now } });
    emulator.fault('tokenContext', REFUSED);
    clock.advance(59_999);
    await expect(grant.rest.get(CONTEXT)).rejects.toMatchObject({
      ...{ code: 'api_error', errorcode: 0, response: { status: 401 } },
      hint: expect.stringMatching(/permissions/),
    });
    expect(emulator.requestsTo('token')).toHaveLength(0);
  });

  test('case R3: refused() replaces a token once for all who say so, and not the one that took its place', async () => {
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator);
    const { accessToken } = await grant.credentials();
    const replaced = await Promise.all(Array.from({ length: 20 }, () => grant.refused(accessToken)));
    const [next] = replaced;
    expect(next?.accessToken).not.toBe(accessToken);
    expect(new Set(replaced.map((credentials) => credentials.accessToken)).size).toBe(1);
    expect((await grant.refused(String(next?.accessToken))).accessToken).toBe(next?.accessToken);
    expect(emulator.requestsTo('token')).toHaveLength(1);
    await expect(grant.refused(undefined as never)).rejects.toThrow(TypeError);
  });
});

describe('connections', () => {
  test('case R4, defect 27: the slow calls of one user leave room for those of another', async () => {
    const emulator = await emulate();
    const { app, grant } = await grantedAt(emulator, { strategy: { timeout: 3_000 } });
    const other = await grantedAt(emulator, { strategy: { timeout: 3_000 } });
    expect(other.app).not.toBe(app);
    const door = new Door();
    emulator.fault('tokenContext', { until: door.opened });
    const slow = Array.from({ length: 90 }, () => grant.rest.get(CONTEXT));
    await emulator.requests.waitFor('tokenContext', 64);
    // By now the others wait for a connection.
    expect(await grant.credentials()).toHaveProperty('accessToken');
    expect(emulator.requestsTo('tokenContext')).toHaveLength(64);
    door.open();
    expect(await Promise.all(slow)).toHaveLength(90);
  });

  test('defect 27: two hundred and fifty calls at once are all answered', async () => {
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator);
    const answers = await Promise.all(Array.from({ length: 250 }, () => grant.rest.get(CONTEXT)));
    expect(answers).toHaveLength(250);
  });

  test('defect 27: short bodies that are left unread keep no connection', async () => {
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator);
    for (let times = 0; times < 130; times += 1) expect((await grant.fetch(CONTEXT)).status).toBe(202);
    expect(new Set(emulator.requestsTo('tokenContext').map(({ remotePort }) => remotePort)).size).toBeLessThan(20);
  });

  test('defect 27, case R4: a long body that is left unread gives its connection to a call that waits', async () => {
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator, { strategy: { timeout: 20_000 } });
    const endless = emulator.fault('rest', { body: Buffer.alloc(65_536, 'x'), repeat: 30 });
    const unread = await Promise.all(Array.from({ length: 64 }, () => grant.fetch(ASSETS)));
    endless.remove();
    expect(await grant.rest.get(CONTEXT)).toHaveProperty('organization');
    const outcomes = await Promise.allSettled(unread.map((answer) => answer.text()));
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatchObject({ code: 'upstream_unavailable', message: expect.stringMatching(/unread/) });
  }, 60_000);

  test('defect 27: a download may take longer than a call', async () => {
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator, { strategy: { timeout: 400 } });
    emulator.fault('rest', { body: 'x'.repeat(20), drip: { intervalMs: 50 } });
    expect(await (await grant.fetch(ASSETS)).text()).toBe('x'.repeat(20));
    await expect(grant.rest.get(ASSETS)).rejects.toMatchObject({ code: 'upstream_unavailable', status: 504 });
  });

  test.each([
    ['rest', (grant: MarketingCloud, signal: AbortSignal) => grant.rest.get(ASSETS, { signal })],
    [
      'fetch',
      (grant: MarketingCloud, signal: AbortSignal) => grant.fetch(ASSETS, { signal }).then((res) => res.text()),
    ],
  ])('defect 27: an abort while the body of %s is read rejects with its reason', async (_name, call) => {
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator);
    emulator.fault('rest', { body: 'x'.repeat(100_000), hang: 'mid-body' });
    const stop = new AbortController();
    const reason = new Error('changed my mind');
    const asked = call(grant, stop.signal);
    await emulator.requests.waitFor('rest');
    setTimeout(() => stop.abort(reason), 50);
    await expect(asked).rejects.toBe(reason);
  });

  test('defect 27: a reset connection is tried again once, where the method allows it', async () => {
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator, { strategy: { dispatcher: new Agent() } });
    emulator.fault('rest', { drop: 'before-headers', times: 1 });
    expect(await grant.rest.get(CONTEXT)).toHaveProperty('organization');
    emulator.fault('rest', { drop: 'before-headers' });
    for (const method of ['get', 'post'] as const) {
      emulator.requests.clear();
      await expect(grant.rest[method](ASSETS)).rejects.toMatchObject({ code: 'upstream_unavailable' });
      expect(emulator.requestsTo('rest')).toHaveLength(method === 'get' ? 2 : 1);
    }
  });

  test('defect 27: Retry-After is told as it is', async () => {
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator);
    emulator.fault('rest', { status: 429, headers: { 'retry-after': '3600' }, body: {} });
    await expect(grant.rest.get(CONTEXT)).rejects.toMatchObject({
      retryAfter: 3_600,
      headers: { 'Retry-After': '3600' },
    });
  });
});
