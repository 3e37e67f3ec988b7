import { beforeAll, describe, expect, test } from '@jest/globals';
import { startFleet, type Fleet } from '../support/fleet/fleet';
import type { Worker } from '../support/fleet/worker-process';
import { SHARED_VAULTS, type FleetServices } from '../support/fleet/services';
import { openSharedStore, type SharedStore } from '../support/fleet/shared-store';
import { gate, LIFETIME_MS } from '../support/grant-scene';
import { emulate } from '../support/scene';

describe.each(SHARED_VAULTS)('', ({ name, describe: describeWithService, open }) => {
  describeWithService(`sessions and sign-outs over processes on ${name}`, () => {
    let services: FleetServices;
    let store: SharedStore;
    beforeAll(async () => {
      services = await open();
      store = await openSharedStore(services.vault);
    });

    /** A user whom every process has seen. */
    async function signedIn(processes = 2) {
      const emulator = await emulate();
      const fleet = await startFleet(emulator, services, Array<object>(processes).fill({}));
      const { cookie, grantId } = await fleet.signIn();
      expect(await statuses(fleet, cookie)).toEqual(Array<number>(processes).fill(200));
      const [one, other = one] = fleet.workers;
      return { emulator, fleet, cookie, grantId, one, other };
    }

    async function statuses(fleet: Fleet, cookie: string, path = '/token'): Promise<number[]> {
      const replies = await Promise.all(fleet.workers.map((worker) => worker.get(path, cookie)));
      return replies.map(({ status }) => status);
    }

    /** Signs out, and sees that nothing is left of the grant. */
    async function signOutAt(worker: Worker, cookie: string, grantId: string): Promise<void> {
      const reply = await worker.signOut(cookie);
      expect(reply).toMatchObject({
        status: 302,
        headers: { 'set-cookie': expect.stringContaining('Expires=Thu, 01') },
      });
      expect(await store.record(grantId)).toBeUndefined();
    }

    test('K1 after a sign-out the old cookie is anonymous at once in every process', async () => {
      const { emulator, fleet, cookie, grantId, other } = await signedIn(4);
      await signOutAt(other, cookie, grantId);
      emulator.requests.clear();
      for (const worker of fleet.workers) {
        expect((await worker.get('/me', cookie)).text).toBe('{"user":null,"connected":false}');
      }
      for (const path of ['/token', '/api', '/keep']) {
        expect([path, await statuses(fleet, cookie, path)]).toEqual([path, [401, 401, 401, 401]]);
      }
      expect(emulator.requests.all).toEqual([]);
    }, 120_000);

    test('K2 a slow request in another process that writes the session during the sign-out does not undo it', async () => {
      const { emulator, fleet, cookie, grantId, one, other } = await signedIn();
      const { opened, open: answer } = gate();
      emulator.fault('tokenContext', { until: opened, times: 1 });
      const slow = one.get('/slow', cookie);
      await emulator.requests.waitFor('tokenContext');
      await signOutAt(other, cookie, grantId);
      answer();
      expect((await slow).status).toBe(200);
      // express-session has brought the record back, and Passport's user with it; the grant is gone for good.
      expect(JSON.parse((await other.get('/me', cookie)).text)).toMatchObject({ user: expect.anything() });
      emulator.requests.clear();
      for (const path of ['/token', '/api', '/slow', '/keep']) {
        expect([path, await statuses(fleet, cookie, path)]).toEqual([path, [401, 401]]);
      }
      expect(await store.record(grantId)).toBeUndefined();
      expect(emulator.requests.all).toEqual([]);
    }, 120_000);

    test.each([
      ['that a request waits for', LIFETIME_MS + 1_000, 401],
      ['in the background', LIFETIME_MS - 120_000, 200],
    ] as const)(
      'K3 the tokens of a refresh %s in another process that come after the sign-out are thrown away',
      async (_which, passed, answered) => {
        const { emulator, fleet, cookie, grantId, one, other } = await signedIn();
        await fleet.pass(passed);
        emulator.requests.clear();
        const { opened, open: answer } = gate();
        emulator.fault('token', { until: opened, timing: 'after', times: 1 });
        const first = one.get('/token', cookie);
        await emulator.requests.waitFor('token');
        // Whose refresh runs in the background is served at once, and must not come after the sign-out.
        if (answered === 200) await first;
        await signOutAt(other, cookie, grantId);
        answer();
        expect((await first).status).toBe(answered);
        expect(await statuses(fleet, cookie)).toEqual([401, 401]);
        // Closing waits for refreshes and commits that are under way.
        await fleet.close();
        expect(await store.record(grantId)).toBeUndefined();
        expect(emulator.requestsTo('token').map(({ status }) => status)).toEqual([200]);
      },
      120_000,
    );

    test('J10 a slow request that writes the session in one process does not undo a refresh in another', async () => {
      const { emulator, fleet, cookie, one, other } = await signedIn();
      const { opened, open: answer } = gate();
      emulator.fault('tokenContext', { until: opened, times: 1 });
      const slow = one.get('/slow', cookie);
      await emulator.requests.waitFor('tokenContext');
      await fleet.pass(LIFETIME_MS + 1_000);
      const refreshed = await other.get('/token', cookie);
      expect(refreshed.status).toBe(200);
      answer();
      expect(await slow).toMatchObject({ status: 200, text: '1' });
      for (const worker of fleet.workers) expect((await worker.get('/token', cookie)).text).toBe(refreshed.text);
      // The server takes no refresh token but the newest.
      for (const worker of fleet.workers) {
        await fleet.pass(LIFETIME_MS + 1_000);
        expect((await worker.get('/token', cookie)).status).toBe(200);
      }
      expect((await other.get('/slow', cookie)).text).toBe('2');
    }, 120_000);
  });
});
