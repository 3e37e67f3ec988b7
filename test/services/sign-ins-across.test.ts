import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { comeBack, openLogin } from '../support/attack';
import { Browser } from '../support/browser';
import { startFleet } from '../support/fleet/fleet';
import type { Worker } from '../support/fleet/worker-process';
import { SHARED_VAULTS, type FleetServices } from '../support/fleet/services';
import { openSharedStore, type SharedStore } from '../support/fleet/shared-store';
import { LIFETIME_MS } from '../support/grant-scene';
import { emulate } from '../support/scene';
import { seeded } from '../support/shuffle';
import { tenantsOf } from '../support/tenants';

const USERS = 60;
const VISITS = 4;
/** No visit begins after this long, so that a slow machine tests less and not longer. */
const VISITING_MS = 15_000;
/** An answer of Marketing Cloud takes up to this long, which decides the order. */
const LONGEST_ANSWER_MS = 60;

/** What a process says of one request. */
interface Whose {
  readonly owner: number;
  readonly user: string;
  readonly token: string;
}

describe.each(SHARED_VAULTS)('', ({ name, describe: describeWithService, open }) => {
  describeWithService(`sign-ins over processes on ${name}`, () => {
    let services: FleetServices;
    let store: SharedStore;
    beforeAll(async () => {
      services = await open();
      store = await openSharedStore(services.vault);
    });

    test('C6 twenty copies of one callback at once over four processes make one token call and one session', async () => {
      const emulator = await emulate();
      const { workers } = await startFleet(emulator, services);
      const browser = new Browser(workers[0].origin);
      const callback = await comeBack(emulator, await openLogin(browser));
      const { cookie } = browser;
      emulator.requests.clear();
      const replies = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (workers[index % 4] ?? workers[0]).get(callback, cookie)),
      );
      const [done, ...more] = replies.filter(({ status }) => status === 302);
      expect([done?.headers['location'], more]).toEqual(['/home', []]);
      expect(new Set(replies.filter((reply) => reply !== done).map(({ status }) => status))).toEqual(new Set([403]));
      expect(emulator.requestsTo('token').length).toBe(1);

      const cookies = replies.flatMap(({ headers }) => headers['set-cookie'] ?? []);
      const made = cookies.filter((one) => one.startsWith('connect.sid='));
      expect(made).toHaveLength(1);
      const [fresh = ''] = String(made[0]).split(';');
      for (const worker of workers) {
        expect((await worker.get('/token', fresh)).status).toBe(200);
        expect((await worker.get('/me', cookie)).text).toBe('{"user":null,"connected":false}');
      }
    }, 120_000);

    test('I1 users who sign in and call over four processes, their answers in random order, each get their own tokens', async () => {
      const emulator = await emulate();
      const random = seeded(20_261_126);
      for (const endpoint of ['token', 'userinfo', 'tokenContext'] as const) {
        emulator.fault(endpoint, {
          get until() {
            return wait(random() * LONGEST_ANSWER_MS);
          },
        });
      }
      const fleet = await startFleet(emulator, services);
      const anyone = (): Worker => fleet.workers[Math.floor(random() * 4)] ?? fleet.workers[0];
      const { subdomain } = emulator.strategyOptions();
      const strangers: unknown[] = [];
      const owners = new Map<string, Set<string>>();

      async function look(username: string, id: number, cookie: string): Promise<void> {
        const { status, text } = await anyone().get('/whose', cookie);
        const seen = status === 200 ? (JSON.parse(text) as Whose) : undefined;
        if (seen?.owner !== id || seen.user !== username) strangers.push([username, status, text]);
        else owners.set(seen.token, (owners.get(seen.token) ?? new Set()).add(username));
      }

      interface Visitor {
        readonly id: number;
        readonly username: string;
        readonly cookie: string;
      }

      async function arrive(id: number): Promise<Visitor> {
        const username = `user-${id}`;
        emulator.world.addUser(subdomain, { username, id });
        const { cookie } = await fleet.signIn(username, anyone());
        return { id, username, cookie };
      }

      async function visit({ id, username, cookie }: Visitor): Promise<void> {
        const expiresAt = Math.floor(random() * VISITS * 1.5);
        for (let visits = 0; visits < VISITS && (visits === 0 || performance.now() < endAt); visits += 1) {
          if (visits === expiresAt) emulator.expireAccessTokens({ user: username });
          await Promise.all([look(username, id, cookie), look(username, id, cookie)]);
        }
      }

      const visitors = await Promise.all(Array.from({ length: USERS }, (_, index) => arrive(100_000 + index)));
      // A younger token is not replaced for a 401.
      await fleet.pass(60_000);
      const endAt = performance.now() + VISITING_MS;
      await Promise.all(visitors.map(visit));
      expect(strangers).toEqual([]);
      expect([...owners.values()].filter((users) => users.size > 1)).toEqual([]);
      // The first token of each user, and those of refreshes.
      expect(owners.size).toBeGreaterThan(USERS);
    }, 120_000);

    test('F9 grants of two tenants in one process are each refreshed at their own tenant', async () => {
      const emulator = await emulate({ publishedApp: true });
      const fleet = await startFleet(emulator, { ...services, strategy: { multiTenant: true } }, [{}, {}]);
      const { own, ownUser, other: otherTenant, otherUser } = tenantsOf(emulator);
      const users = [await fleet.signIn(ownUser), await fleet.signIn(otherUser)];
      const grants = (): Promise<{ subdomain?: string; refreshToken?: string }[]> =>
        Promise.all(
          users.map(async ({ grantId }) => JSON.parse(String((await store.record(grantId))?.['data'])) as object),
        );
      // The last round in both processes at once, of which the second has signed no user in.
      for (const workers of [fleet.workers.slice(0, 1), fleet.workers.slice(1), fleet.workers]) {
        const before = await grants();
        expect(before.map(({ subdomain }) => subdomain)).toEqual([own, otherTenant]);
        await fleet.pass(LIFETIME_MS + 1_000);
        emulator.requests.clear();
        const replies = await Promise.all(users.flatMap(({ cookie }) => fleet.burst(workers, '/whose', cookie, 8)));
        expect(new Set(replies.flat().map(({ status }) => status))).toEqual(new Set([200]));
        const calls = emulator.requestsTo('token').map((call) => ({
          subdomain: call.subdomain,
          refreshToken: (call.body as { refresh_token?: string }).refresh_token,
        }));
        expect(calls).toHaveLength(2);
        expect(calls).toEqual(
          expect.arrayContaining(before.map(({ subdomain, refreshToken }) => ({ subdomain, refreshToken }))),
        );
        const atApi = emulator.requestsTo('tokenContext').map(({ subdomain }) => subdomain);
        expect([own, otherTenant].map((tenant) => atApi.filter((at) => at === tenant).length)).toEqual([8, 8]);
      }
    }, 120_000);
  });
});
