import { beforeAll, describe, expect, test } from '@jest/globals';
import { startFleet } from '../support/fleet/fleet';
import { SHARED_VAULTS, type FleetServices } from '../support/fleet/services';
import { openSharedStore, type SharedStore } from '../support/fleet/shared-store';
import { LIFETIME_MS } from '../support/grant-scene';
import { emulate } from '../support/scene';

/** What a later release may write besides what this one knows. */
const LATER = { audience: 'of a later release', limits: { perHour: 7, of: ['rest', 'soap'] } };

describe.each(SHARED_VAULTS)('', ({ name, describe: describeWithService, open }) => {
  describeWithService(`records of two releases on ${name}`, () => {
    let services: FleetServices;
    let store: SharedStore;
    beforeAll(async () => {
      services = await open();
      store = await openSharedStore(services.vault);
    });

    /** Two processes, and a user whose record another release is about to change. */
    async function signedIn() {
      const emulator = await emulate();
      const fleet = await startFleet(emulator, services, [{}, {}]);
      const { cookie, grantId } = await fleet.signIn();
      const data = async (): Promise<Record<string, unknown>> =>
        JSON.parse(String((await store.record(grantId))?.['data'])) as Record<string, unknown>;
      return { emulator, fleet, cookie, grantId, data };
    }

    test('O12 what a later release has written besides is kept, over refreshes in every process', async () => {
      const { fleet, cookie, grantId, data } = await signedIn();
      const before = await data();
      await store.write(grantId, JSON.stringify({ ...before, ...LATER }));
      let newest = before;
      for (const worker of fleet.workers) {
        await fleet.pass(LIFETIME_MS + 1_000);
        expect((await worker.get('/token', cookie)).status).toBe(200);
        const after = await data();
        expect(after).toMatchObject(LATER);
        expect(after['refreshToken']).not.toBe(newest['refreshToken']);
        newest = after;
      }
      expect((await fleet.workers[0].get('/keep', cookie)).status).toBe(200);
      expect(await data()).toEqual({ ...newest, kept: true });
    }, 120_000);

    test('O12 a record in a later format is left as it is, byte for byte, and the user is asked to sign in', async () => {
      const { emulator, fleet, cookie, grantId, data } = await signedIn();
      await store.write(grantId, JSON.stringify({ ...(await data()), format: 2 }));
      const before = await store.record(grantId);
      emulator.requests.clear();
      for (const passed of [0, LIFETIME_MS + 1_000]) {
        await fleet.pass(passed);
        for (const worker of fleet.workers) {
          const refused = await worker.get('/token', cookie);
          expect(refused).toMatchObject({ status: 401, text: expect.stringContaining('sign_in_required') });
          expect((await worker.get('/keep', cookie)).status).toBe(401);
        }
      }
      expect(await store.record(grantId)).toEqual(before);
      expect(emulator.requests.all).toEqual([]);
    }, 120_000);
  });
});
