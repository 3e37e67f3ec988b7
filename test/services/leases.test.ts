import { beforeAll, describe, expect, test } from '@jest/globals';
import { startFleet } from '../support/fleet/fleet';
import { POSTGRES, SHARED_VAULTS, type FleetServices } from '../support/fleet/services';
import { openSharedStore, type LeaseEnd, type SharedStore } from '../support/fleet/shared-store';
import { count, gate, LIFETIME_MS } from '../support/grant-scene';
import { emulate } from '../support/scene';
import { describeWithPgBouncer, pgBouncerForTests } from '../support/services';

const MINUTE_MS = 60_000;
const ENDS: readonly LeaseEnd[] = ['lost', 'expired'];

describe.each(SHARED_VAULTS)('', ({ name, describe: describeWithService, open }) => {
  describeWithService(`leases on ${name}`, () => {
    let services: FleetServices;
    let store: SharedStore;
    beforeAll(async () => {
      services = await open();
      store = await openSharedStore(services.vault);
    });

    /** The first process is in the middle of a refresh, before or after the server has rotated, and its lease ends. */
    async function leaseEnds(how: LeaseEnd, timing: 'before' | 'after', options: Parameters<typeof emulate>[0] = {}) {
      const emulator = await emulate(options);
      const fleet = await startFleet(emulator, services, [{}, {}]);
      const { cookie, grantId } = await fleet.signIn();
      await fleet.pass(LIFETIME_MS + 1_000);
      emulator.requests.clear();
      const { opened, open: answer } = gate();
      emulator.fault('token', { until: opened, timing, times: 1 });
      const [holder, other] = fleet.workers;
      if (other === undefined) throw new Error('There is no other process.');
      const first = holder.get('/token', cookie);
      await emulator.requests.waitFor('token');
      await store.endLease(grantId, how);
      const both = () => Promise.all([holder, other].map((worker) => worker.get('/token', cookie)));
      return { emulator, fleet, cookie, grantId, other, first, answer, both };
    }

    test.each(ENDS)(
      'O7 a lease that is %s while the holder is in the middle: two calls, one valid record',
      async (how) => {
        const { emulator, fleet, cookie, grantId, other, first, answer, both } = await leaseEnds(how, 'after', {
          refreshReuseGraceSeconds: 600,
        });
        const won = await other.get('/token', cookie);
        expect(won.status).toBe(200);
        const record = await store.record(grantId);
        answer();
        // The holder's own tokens come too late: it takes the ones that are there, and overwrites nothing.
        expect(await first).toMatchObject({ status: 200, text: won.text });
        expect(await store.record(grantId)).toEqual(record);
        expect((await both()).map(({ text }) => text)).toEqual([won.text, won.text]);
        expect(emulator.requestsTo('token').length).toBe(2);

        await fleet.pass(LIFETIME_MS + 1_000);
        const next = await both();
        expect(next.map(({ status }) => status)).toEqual([200, 200]);
        expect(new Set(next.map(({ text }) => text)).size).toBe(1);
        expect(emulator.requestsTo('token').length).toBe(3);
      },
      120_000,
    );

    test('P9 a process without the lease whose refresh token is spent takes the winner’s tokens and stays signed in', async () => {
      const { emulator, cookie, other, first, answer, both } = await leaseEnds('lost', 'before');
      const won = await other.get('/token', cookie);
      expect(won.status).toBe(200);
      answer();
      expect(await first).toMatchObject({ status: 200, text: won.text });
      expect((await both()).map(({ text }) => text)).toEqual([won.text, won.text]);
      expect(emulator.requestsTo('token').map(({ status }) => status)).toEqual([401, 200]);
    }, 120_000);

    test('P9 a process that is refused while the winner’s answer is on its way: the winner’s commit keeps the user signed in', async () => {
      const { emulator, fleet, cookie, other, first, answer, both } = await leaseEnds('lost', 'after');
      expect((await other.get('/token', cookie)).status).toBe(401);
      answer();
      const { status, text } = await first;
      expect(status).toBe(200);
      expect((await both()).map((reply) => reply.text)).toEqual([text, text]);
      expect(emulator.requestsTo('token').map((call) => call.status)).toEqual([200, 401]);
      await fleet.pass(LIFETIME_MS + 1_000);
      expect((await both()).map((reply) => reply.status)).toEqual([200, 200]);
    }, 120_000);

    test('O10 clocks five minutes apart: no storm and no starvation, at one expiry and over two hours', async () => {
      const emulator = await emulate();
      const differences = [-5, 0, 5].map((minutes) => ({ clockOffsetMs: minutes * MINUTE_MS }));
      const fleet = await startFleet(emulator, services, differences);
      const { cookie } = await fleet.signIn();
      // Expired by every clock, also by the one that is behind.
      await fleet.pass(LIFETIME_MS + 11 * MINUTE_MS);
      emulator.requests.clear();
      const replies = await fleet.burst(fleet.workers, '/token', cookie, 150);
      expect(count(replies.map(({ status }) => status))).toEqual({ 200: 150 });
      expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
      expect(emulator.requestsTo('token').length).toBe(1);

      const statuses: number[] = [];
      for (let minute = 0; minute < 120; minute += 2) {
        await fleet.pass(2 * MINUTE_MS);
        const calls = await Promise.all(fleet.workers.map((worker) => worker.get('/api', cookie)));
        statuses.push(...calls.map(({ status }) => status));
      }
      expect(count(statuses)).toEqual({ 200: 180 });
      // The server's lifetime is 20 minutes; two refreshes per lifetime are the most that steady traffic may make.
      expect(emulator.requestsTo('token').length).toBeLessThanOrEqual(1 + 2 * 7);
    }, 120_000);
  });
});

POSTGRES.describe('few connections', () => {
  const sentence = 'two hundred grants refresh at once, without deadlock or starvation';

  test(`O9 with two connections per process ${sentence}`, async () => {
    const { vault, sessions } = await POSTGRES.open();
    if (vault.kind !== 'postgres') throw new Error('This is no PostgreSQL.');
    await refreshAll({ sessions, vault: { ...vault, poolSize: 2 } });
  }, 120_000);

  describeWithPgBouncer('behind PgBouncer in transaction mode', () => {
    test(`O9 with three connections to the server ${sentence}`, async () => {
      const { vault, sessions } = await POSTGRES.open();
      if (vault.kind !== 'postgres') throw new Error('This is no PostgreSQL.');
      await refreshAll({ sessions, vault: { ...vault, url: await pgBouncerForTests(vault.url), poolSize: 20 } });
    }, 120_000);
  });

  async function refreshAll(services: FleetServices): Promise<void> {
    const emulator = await emulate();
    const fleet = await startFleet(emulator, services, [{}, {}]);
    const users = [];
    for (let group = 0; group < 10; group += 1) {
      users.push(...(await Promise.all(Array.from({ length: 20 }, () => fleet.signIn()))));
    }
    await fleet.pass(LIFETIME_MS + 1_000);
    emulator.requests.clear();
    // Far more calls are open than there are connections: were one held during a call, the third call would never begin.
    const { opened, open: answer } = gate();
    emulator.fault('token', { until: opened });
    const waiting = users.map(({ cookie }) => fleet.burst(fleet.workers, '/token', cookie, 2));
    await emulator.requests.waitFor('token', 40);
    answer();
    const replies = (await Promise.all(waiting)).flat();
    expect(count(replies.map(({ status }) => status))).toEqual({ 200: 400 });
    expect(new Set(replies.map(({ text }) => text)).size).toBe(200);
    expect(emulator.requestsTo('token').length).toBe(200);
  }
});
