import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startFleet, type Fleet } from '../support/fleet/fleet';
import { REDIS, SHARED_VAULTS, type FleetKind, type FleetServices } from '../support/fleet/services';
import type { Worker } from '../support/fleet/worker-process';
import { canFreeze, freezerFor, type Freezer } from '../support/freezer';
import { count, gate, LIFETIME_MS } from '../support/grant-scene';
import { emulate } from '../support/scene';

/** Two hundred refreshes that are interrupted: two processes with fifty grants each, stopped twice. */
const GRANTS = 50;
const STOPS = 2;
/** Of a token call. Long enough for all calls of a stop to be made on a busy machine. */
const TIMEOUT_MS = 5_000;
const STOP_MS = TIMEOUT_MS + 500;

/** How processes stand still for longer than the deadline of what they wait for, while the answers arrive. */
type Stop = (workers: readonly Worker[], answer: () => void) => Promise<void>;

const STOPPED: Stop = async (workers, answer) => {
  for (const worker of workers) worker.signal('SIGSTOP');
  answer();
  await wait(STOP_MS);
  for (const worker of workers) worker.signal('SIGCONT');
};

const BLOCKED: Stop = async (workers, answer) => {
  await Promise.all(workers.map((worker) => worker.block(STOP_MS)));
  answer();
};

const freezers = new WeakMap<Worker, Freezer>();

const FROZEN: Stop = async (workers, answer) => {
  const all = workers.map((worker) => {
    const freezer = freezers.get(worker) ?? freezerFor(worker.pid);
    freezers.set(worker, freezer);
    return freezer;
  });
  for (const freezer of all) freezer.freeze();
  answer();
  await wait(STOP_MS);
  for (const freezer of all) freezer.thaw();
};

const SESSION_STORE: FleetKind = {
  name: 'the session store',
  describe: REDIS.describe,
  open: async () => ({ ...(await REDIS.open()), vault: { kind: 'session-store' } }),
};

describe.each([...SHARED_VAULTS, SESSION_STORE])('', ({ name, describe: describeWithService, open }) => {
  describeWithService(`timers that fire late, on ${name}`, () => {
    let services: FleetServices;
    beforeAll(async () => {
      services = await open();
    });

    /** Processes with grants of their own each. */
    async function signedIn() {
      const emulator = await emulate();
      const fleet = await startFleet(emulator, { ...services, strategy: { timeout: TIMEOUT_MS } }, [{}, {}]);
      const users = await Promise.all(
        fleet.workers.map(async (worker) => {
          const cookies: string[] = [];
          while (cookies.length < GRANTS) cookies.push((await fleet.signIn(undefined, worker)).cookie);
          return cookies.map((cookie) => () => worker.get('/token', cookie));
        }),
      );
      return { emulator, fleet, requests: users.flat() };
    }

    function lost(fleet: Fleet): number {
      return fleet.workers.flatMap((worker) => worker.events('rotation-lost')).length;
    }

    const rounds = GRANTS * STOPS * 2;
    const stops = [STOPPED, BLOCKED, ...(canFreeze ? [FROZEN] : [])];

    test(`defect 6, defect 25: of ${rounds} refreshes in each kind of stop that outlasts the deadline none is lost`, async () => {
      const { emulator, fleet, requests } = await signedIn();
      for (const stop of stops.flatMap((kind) => Array.from({ length: STOPS }, () => kind))) {
        await fleet.pass(LIFETIME_MS + 1_000);
        emulator.requests.clear();
        const { opened, open: answer } = gate();
        const held = emulator.fault('token', { until: opened, timing: 'after' });
        const replies = requests.map((request) => request());
        await emulator.requests.waitFor('token', requests.length);
        await stop(fleet.workers, answer);
        expect(count((await Promise.all(replies)).map(({ status }) => status))).toEqual({ 200: requests.length });
        held.remove();
      }
      await fleet.pass(LIFETIME_MS + 1_000);
      const statuses = (await Promise.all(requests.map((request) => request()))).map(({ status }) => status);
      expect([count(statuses), lost(fleet)]).toEqual([{ 200: requests.length }, 0]);
    }, 180_000);
  });
});
