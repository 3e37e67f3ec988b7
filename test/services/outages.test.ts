import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator';
import { startFleet, type Fleet } from '../support/fleet/fleet';
import type { Answer } from '../support/fleet/worker-process';
import { poll } from '../support/fleet/poll';
import { byProxy, REDIS_BY_IOREDIS, SHARED_VAULTS, type FleetServices } from '../support/fleet/services';
import { count, gate, LIFETIME_MS } from '../support/grant-scene';
import { emulate } from '../support/scene';
import type { Absence } from '../support/tcp-proxy';

/** What a request that has a usable token waits for the vault at most. */
const PATIENCE_MS = 500;
/** The test machine's own slowness, on top. */
const SLACK_MS = 1_500;
/** Longer than both, so that it can be told whether a request has waited for it. */
const VAULT_TIMEOUT_MS = 2_500;

const ABSENCES: readonly Absence[] = ['broken', 'silent'];
const AWAY = { status: 503, text: '{"error":"vault_unavailable"}' };

/** What every process says to one user. */
function ask(fleet: Fleet, cookie: string): Promise<Answer[]> {
  return Promise.all(fleet.workers.map((worker) => worker.get('/token', cookie)));
}

/** Resolves to the one token that every process serves, once it is so. */
async function agreed(fleet: Fleet, cookie: string): Promise<string> {
  const [first] = await poll(
    () => ask(fleet, cookie),
    (replies) => replies.every(({ status }) => status === 200) && new Set(replies.map(({ text }) => text)).size === 1,
  );
  return first?.text ?? '';
}

describe.each([...SHARED_VAULTS, REDIS_BY_IOREDIS])('', ({ name, describe: describeWithService, open }) => {
  describeWithService(`while ${name} is away`, () => {
    let shared: FleetServices;
    beforeAll(async () => {
      shared = await open();
    });

    /** Two processes with a user who has been at both. */
    async function signedIn(vaultTimeout: number) {
      const emulator = await emulate();
      const { services, way } = await byProxy(shared);
      const fleet = await startFleet(emulator, { ...services, strategy: { vaultTimeout } }, [{}, {}]);
      const { cookie } = await fleet.signIn();
      await ask(fleet, cookie);
      emulator.requests.clear();
      return { emulator, way, fleet, cookie };
    }

    /** The first process is in the middle of a user's refresh, after the server has rotated. */
    async function refresh(emulator: Emulator, fleet: Fleet, cookie: string) {
      emulator.requests.clear();
      const { opened, open: answer } = gate();
      emulator.fault('token', { until: opened, timing: 'after', times: 1 });
      const first = fleet.workers[0].get('/token', cookie);
      await emulator.requests.waitFor('token');
      return { first, answer };
    }

    async function refreshing() {
      const scene = await signedIn(1_000);
      const { emulator, fleet, cookie } = scene;
      await fleet.pass(LIFETIME_MS + 1_000);
      return { ...scene, ...(await refresh(emulator, fleet, cookie)) };
    }

    test.each(ABSENCES)(
      'O6 before the token call (%s): a usable token is served after a short wait, an expired one is 503, and it recovers',
      async (absence) => {
        const { emulator, way, fleet, cookie } = await signedIn(VAULT_TIMEOUT_MS);
        const [one, other] = fleet.workers;
        // The other process has not read this grant yet.
        const { cookie: unseen } = await fleet.signIn();
        emulator.requests.clear();
        way.block(absence);
        const served = await fleet.burst(fleet.workers, '/token', cookie, 20);
        expect(count(served.map(({ status }) => status))).toEqual({ 200: 20 });
        expect(new Set(served.map(({ text }) => text)).size).toBe(1);
        expect(Math.max(...served.map(({ ms }) => ms))).toBeLessThan(PATIENCE_MS + SLACK_MS);
        expect(await other?.get('/token', unseen)).toMatchObject(AWAY);

        await fleet.pass(LIFETIME_MS + 1_000);
        for (const refused of await ask(fleet, cookie)) {
          expect(refused).toMatchObject({ ...AWAY, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
        }
        expect(emulator.requestsTo('token').length).toBe(0);

        way.open();
        expect(await agreed(fleet, cookie)).not.toBe(served[0]?.text);
        expect(emulator.requestsTo('token').length).toBe(1);
        expect((await one.get('/token', unseen)).status).toBe(200);
      },
      120_000,
    );

    test.each(ABSENCES)(
      'O6 during the token call (%s): back before the answer, the tokens are committed as usual',
      async (absence) => {
        const { emulator, way, fleet, cookie, first, answer } = await refreshing();
        way.block(absence);
        expect(await fleet.workers[1]?.get('/token', cookie)).toMatchObject(AWAY);
        way.open();
        answer();
        const { status, text } = await first;
        expect(status).toBe(200);
        expect(await agreed(fleet, cookie)).toBe(text);
        expect(emulator.requestsTo('token').filter((call) => call.status === 200)).toHaveLength(1);
      },
      120_000,
    );

    test.each(ABSENCES)(
      'O6 after the token call (%s): the tokens are kept and served, and committed when it is back',
      async (absence) => {
        const { emulator, way, fleet, cookie, first, answer } = await refreshing();
        const [holder, other] = fleet.workers;
        way.block(absence);
        answer();
        const { status, text } = await first;
        expect(status).toBe(200);
        expect(await holder.get('/token', cookie)).toMatchObject({ status: 200, text });
        expect(await other?.get('/token', cookie)).toMatchObject(AWAY);

        way.open();
        expect(await agreed(fleet, cookie)).toBe(text);
        // The refresh token is the newest one, too: the server takes no other.
        await fleet.pass(LIFETIME_MS + 1_000);
        expect(await agreed(fleet, cookie)).not.toBe(text);
        expect(emulator.requestsTo('token').filter((call) => call.status === 200)).toHaveLength(2);
      },
      120_000,
    );

    test('O11 a partition of ten seconds under load: no new sign-in is needed, and no grant is lost', async () => {
      const { emulator, way, fleet, cookie: waiting } = await signedIn(1_000);
      const [expired, usable] = [await fleet.signIn(), await fleet.signIn()];
      await fleet.pass(LIFETIME_MS + 1_000);
      await ask(fleet, usable.cookie);
      const { first, answer } = await refresh(emulator, fleet, waiting);
      const cookies = [waiting, expired.cookie, usable.cookie];

      way.block('silent');
      const partition = new AbortController();
      const over = wait(10_000).then(() => partition.abort());
      answer();
      const { status, text } = await first;
      expect(status).toBe(200);
      const statuses: number[] = [];
      while (!partition.signal.aborted) {
        const replies = await Promise.all(cookies.map((cookie) => ask(fleet, cookie)));
        statuses.push(...replies.flat().map(({ status }) => status));
      }
      await over;
      way.open();
      expect(Object.keys(count(statuses)).filter((status) => !['200', '503'].includes(status))).toEqual([]);
      for (let life = 0; life < 2; life += 1) {
        const tokens = await Promise.all(cookies.map((cookie) => agreed(fleet, cookie)));
        expect(new Set(tokens).size).toBe(cookies.length);
        expect(tokens[0] === text).toBe(life === 0);
        await fleet.pass(LIFETIME_MS + 1_000);
      }
      expect(emulator.requestsTo('token').length).toBeLessThan(20);
    }, 120_000);
  });
});
