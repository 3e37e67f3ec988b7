import { describe, expect, test } from '@jest/globals';
import { comeBack, openLogin } from '../support/attack';
import type { TestApp } from '../support/app';
import type { Browser } from '../support/browser';
import { heldClock } from '../support/clock';
import { LIFETIME_MS } from '../support/grant-scene';
import { appAt, emulate } from '../support/scene';
import { RecordingStore } from '../support/stores';
import type { Emulator } from '../../src/emulator';

const OLD = 'the key of last year, still known to a former employee';
const NEW = 'the key of this year, which is to take its place';

/** What each deploy of the documented order changes, from the list of keys before it to the one after it. */
const DEPLOYS: readonly (readonly [what: string, before: readonly string[], after: readonly string[]])[] = [
  ['is appended', [OLD], [OLD, NEW]],
  ['is promoted', [OLD, NEW], [NEW, OLD]],
  ['stands alone', [NEW, OLD], [NEW]],
];

interface Processes {
  readonly emulator: Emulator;
  /** One process for each list of keys, all on one store. */
  readonly processes: readonly TestApp[];
  readonly pass: () => void;
}

async function startProcesses(...keyLists: readonly (readonly string[])[]): Promise<Processes> {
  const emulator = await emulate();
  const clock = heldClock();
  const store = new RecordingStore();
  const processes: TestApp[] = [];
  for (const encryptionKey of keyLists) {
    const strategy = { encryptionKey, clock: clock.now, callbackURL: 'http://127.0.0.1/cb' };
    processes.push(await appAt(emulator, { strategy, session: { store } }));
  }
  const pass = (): void => {
    clock.advance(LIFETIME_MS + 1_000);
    emulator.clock.advance(LIFETIME_MS + 1_000);
  };
  return { emulator, processes, pass };
}

/** The same browser, sent to another process by the load balancer. */
function at(process: TestApp, browser: Browser): Browser {
  const there = process.browser();
  for (const [name, value] of browser.cookies) there.cookies.set(name, value);
  return there;
}

/** Signs in at one process, and is sent back to another one. */
async function signInAcross(emulator: Emulator, begins: TestApp, ends: TestApp): Promise<Browser> {
  const browser = begins.browser();
  const callback = await comeBack(emulator, await openLogin(browser));
  const back = at(ends, browser);
  expect((await back.get(callback)).status).toBe(302);
  return back;
}

describe('rolling in a new encryption key', () => {
  test.each(DEPLOYS)('while the new key %s, both halves of a fleet serve every user', async (...deploy) => {
    const [, before, after] = deploy;
    const { emulator, processes, pass } = await startProcesses(before, after);
    const orders = [processes, [...processes].reverse()] as (readonly [TestApp, TestApp])[];
    for (const [begins, ends] of orders) {
      const browser = await signInAcross(emulator, begins, ends);
      for (const refresher of processes) {
        pass();
        for (const process of [refresher, ...processes]) {
          expect((await at(process, browser).get('/api')).status).toBe(200);
        }
      }
    }
  });

  test('a user who comes back within each step stays signed in from the old key to the new one', async () => {
    const { emulator, processes, pass } = await startProcesses([OLD], [OLD, NEW], [NEW, OLD], [NEW]);
    const [first, ...later] = processes as [TestApp, ...TestApp[]];
    const browser = await signInAcross(emulator, first, first);
    for (const process of later) {
      expect((await at(process, browser).get('/api')).status).toBe(200);
      pass();
      expect((await at(process, browser).get('/api')).status).toBe(200);
    }
  });

  test('a new key that is promoted before all processes know it bounces users at the old ones', async () => {
    const { emulator, processes } = await startProcesses([OLD], [NEW, OLD]);
    const [old, promoted] = processes as [TestApp, TestApp];
    const browser = await signInAcross(emulator, promoted, promoted);
    expect((await at(old, browser).get('/api')).status).toBe(401);
  });
});
