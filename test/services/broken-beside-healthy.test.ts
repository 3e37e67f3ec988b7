import { beforeAll, expect, test } from '@jest/globals';
import { startFleet } from '../support/fleet/fleet';
import { REDIS, type FleetServices } from '../support/fleet/services';
import { count } from '../support/grant-scene';
import { emulate } from '../support/scene';

const HEALTHY = 20;
const POLLED_MS = 10_000;

REDIS.describe('broken grants beside healthy ones', () => {
  let services: FleetServices;
  beforeAll(async () => {
    services = await REDIS.open();
  });

  test.each([1, 3, 10, 40])(
    'defect 4: with %i broken grants that are polled the healthy ones go on being refreshed',
    async (broken) => {
      // Tokens live for six seconds: each grant is refreshed several times.
      const emulator = await emulate({ expiresInSeconds: 6, accessTokenLifetimeSeconds: 60 });
      const fleet = await startFleet(emulator, services, [{}]);
      const [worker] = fleet.workers;
      const signIn = async (): Promise<string> => (await fleet.signIn()).cookie;
      const names = new Set<unknown>();
      const naming = emulator.fault('token', {
        transform: (answer) => {
          names.add((answer as { refresh_token?: unknown }).refresh_token);
          return answer;
        },
      });
      const ill: string[] = [];
      while (ill.length < broken) ill.push(await signIn());
      naming.remove();
      emulator.fault('token', {
        status: 500,
        body: {},
        when: ({ body }) => names.has((body as { refresh_token?: unknown }).refresh_token),
      });
      const healthy: string[] = [];
      while (healthy.length < HEALTHY) healthy.push(await signIn());
      const until = performance.now() + POLLED_MS;
      const poll = async (cookie: string): Promise<number[]> => {
        const statuses: number[] = [];
        while (performance.now() < until) statuses.push((await worker.get('/token', cookie)).status);
        return statuses;
      };
      const [statuses] = await Promise.all([
        Promise.all(healthy.map(poll)).then((all) => all.flat()),
        Promise.all(ill.map(poll)),
      ]);
      const refused = statuses.filter((status) => status === 503).length;
      const share = ((100 * refused) / statuses.length).toFixed(2);
      process.stdout.write(`${broken} broken beside ${HEALTHY}: ${share} % of ${statuses.length} requests got 503\n`);
      // Fewer than five different grants leave a tenant alone, however slow the machine is.
      if (broken < 5) expect(refused).toBe(0);
      const after = await Promise.all(healthy.map((cookie) => worker.get('/token', cookie)));
      expect(count(after.map(({ status }) => status))[200]).toBeGreaterThan(0);
    },
    120_000,
  );
});
