import { beforeAll, describe, expect, test } from '@jest/globals';
import { startFleet } from '../support/fleet/fleet';
import { SHARED_VAULTS, type FleetServices } from '../support/fleet/services';
import { count, gate, LIFETIME_MS } from '../support/grant-scene';
import { emulate } from '../support/scene';

/** The lease and one second. */
const RECOVERY_MS = 4_000;
/** The test machine's own slowness, on top. */
const SLACK_MS = 1_500;

describe.each(SHARED_VAULTS)('', ({ name, describe: describeWithService, open }) => {
  describeWithService(`a process that dies or freezes, on ${name}`, () => {
    let services: FleetServices;
    beforeAll(async () => {
      services = await open();
    });

    async function signedIn(options: Parameters<typeof emulate>[0] = {}) {
      const emulator = await emulate(options);
      const fleet = await startFleet(emulator, services);
      return { emulator, fleet, ...(await fleet.signIn()) };
    }

    /** A fleet whose first process is in the middle of a refresh, before or after the server has rotated. */
    async function refreshing(timing: 'before' | 'after', options: Parameters<typeof emulate>[0] = {}) {
      const { emulator, fleet, cookie, grantId } = await signedIn(options);
      await fleet.pass(LIFETIME_MS + 1_000);
      emulator.requests.clear();
      const { opened, open: answer } = gate();
      emulator.fault('token', { until: opened, timing, times: 1 });
      const [holder, ...others] = fleet.workers;
      const first = holder.get('/token', cookie).catch(() => undefined);
      await emulator.requests.waitFor('token');
      return { emulator, fleet, cookie, grantId, holder, others, first, answer };
    }

    test.each([
      ['O2 before the server has rotated', 'before', {}],
      ['O3 after the server has rotated, with grace', 'after', { refreshReuseGraceSeconds: 10 }],
    ] as const)(
      '%s: after kill -9 of the holder all others are served by a second call within the lease plus a second',
      async (_what, timing, options) => {
        const { emulator, fleet, cookie, holder, others, answer } = await refreshing(timing, options);
        await holder.crash();
        answer();
        const replies = await fleet.burst(others, '/token', cookie, 30);
        expect(count(replies.map(({ status }) => status))).toEqual({ 200: 30 });
        expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
        expect(emulator.requestsTo('token').length).toBe(2);
        expect(Math.max(...replies.map(({ ms }) => ms))).toBeLessThan(RECOVERY_MS + SLACK_MS);
      },
      60_000,
    );

    test('O4 after a strict server has rotated: one call more, one event that says so, and a new sign-in for all requests', async () => {
      const { emulator, fleet, cookie, holder, others, answer } = await refreshing('after');
      await holder.crash();
      answer();
      const replies = await fleet.burst(others, '/token', cookie, 30);
      expect(count(replies.map(({ status }) => status))).toEqual({ 401: 30 });
      expect(emulator.requestsTo('token').length).toBe(2);
      expect(fleet.workers.flatMap((worker) => worker.events('rotation-lost'))).toHaveLength(1);
      const again = await Promise.all(others.map((worker) => worker.get('/token', cookie)));
      expect(again.map(({ status }) => status)).toEqual([401, 401, 401]);
      expect(emulator.requestsTo('token').length).toBe(2);
    }, 60_000);

    test.each([
      ['a strict server: the late commit revives the grant', {}, [401, 200]],
      ['a server with grace: the late holder takes the newer tokens', { refreshReuseGraceSeconds: 60 }, [200, 200]],
    ] as const)(
      'O5 SIGSTOP of the holder past its lease, and back; %s',
      async (_what, options, [during, afterwards]) => {
        const { emulator, cookie, holder, others, first, answer } = await refreshing('after', options);
        holder.signal('SIGSTOP');
        answer();
        const other = await others[0]?.get('/token', cookie);
        expect(other?.status).toBe(during);
        holder.signal('SIGCONT');
        expect((await first)?.status).toBe(200);
        const replies = await Promise.all([holder, ...others].map((worker) => worker.get('/token', cookie)));
        expect(replies.map(({ status }) => status)).toEqual([afterwards, afterwards, afterwards, afterwards]);
        expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
        // Never a stale overwrite: newer tokens of another process stay.
        if (during === 200) expect(replies[0]?.text).toBe(other?.text);
        expect(emulator.requestsTo('token').length).toBe(2);
      },
      60_000,
    );

    test('defect 8, O5: a late commit revives the grant also where it was changed before it was marked dead', async () => {
      const { emulator, fleet, cookie } = await signedIn();
      const [holder, other] = fleet.workers;
      await fleet.pass(LIFETIME_MS - 120_000);
      // Of the sign-in: the process must not be stopped before it has made the call.
      emulator.requests.clear();
      const { opened, open: answer } = gate();
      emulator.fault('token', { until: opened, timing: 'after', times: 1 });
      // The refresh runs in the background; the token at hand is still good.
      expect((await holder.get('/token', cookie)).status).toBe(200);
      await emulator.requests.waitFor('token');
      holder.signal('SIGSTOP');
      answer();
      expect((await other?.get('/keep', cookie))?.status).toBe(200);
      await other?.advance(120_000);
      expect((await other?.get('/token', cookie))?.status).toBe(401);
      holder.signal('SIGCONT');
      await holder.eventOn('refresh-finished');
      expect((await holder.get('/token', cookie)).status).toBe(200);
    }, 60_000);

    test('O5b with family revocation the revived tokens are dead too, and the user signs in again', async () => {
      const { fleet, cookie, holder, others, first, answer } = await refreshing('after', { revokeFamilyOnReuse: true });
      holder.signal('SIGSTOP');
      answer();
      expect((await others[0]?.get('/token', cookie))?.status).toBe(401);
      holder.signal('SIGCONT');
      await first;
      await fleet.pass(LIFETIME_MS + 1_000);
      expect((await others[0]?.get('/token', cookie))?.status).toBe(401);
    }, 60_000);

    test('O8 SIGTERM handling that closes: a refresh that is under way is finished and committed first', async () => {
      const { emulator, cookie, holder, others, answer } = await refreshing('after');
      const closed = holder.close();
      answer();
      await closed;
      expect((await others[0]?.get('/token', cookie))?.status).toBe(200);
      expect(emulator.requestsTo('token').length).toBe(1);
    }, 60_000);
  });
});
