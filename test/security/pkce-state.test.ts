import type { RequestHandler } from 'express';
import { expect } from '@jest/globals';
import { Strategy } from '../../src';
import {
  attack,
  comeBack,
  expectRejected,
  openLogin,
  signIn,
  whoIs,
  type AttackOptions,
  type Scene,
} from '../support/attack';
import { heldClock } from '../support/clock';
import { RecordingStore } from '../support/stores';
import { nearMissesOf, SESSION_PARAMETERS } from '../support/wrong-states';

// C1 to C14 with PKCE, at a server that enforces it: neither stands in for the other.

/** An attack on a strategy with PKCE. */
function attackWithPkce(options: Pick<AttackOptions, 'app' | 'signsIn'> = {}): AttackOptions {
  return {
    ...options,
    app: { ...options.app, strategy: { ...options.app?.strategy, pkce: true } },
    emulator: { pkce: 'enforce-if-sent' },
  };
}

/** A callback that could be finished, with its verifier waiting in the vault. */
async function readyCallback({ emulator }: Pick<Scene, 'emulator'>, browser: Scene['browser']): Promise<string> {
  const login = await openLogin(browser);
  expect(login.searchParams.get('code_challenge_method')).toBe('S256');
  return await comeBack(emulator, login);
}

attack(
  'D3',
  'C1, C2, C7, C14: only the right state is accepted, and the others consume nothing',
  async (scene) => {
    const { emulator, browser } = scene;
    const callback = await readyCallback(scene, browser);
    const [, state = ''] = /state=([^&]+)/.exec(callback) ?? [];
    for (const bad of [
      callback.replace(/state=[^&]+&/, ''),
      callback.replace(state, 'A'.repeat(43)),
      callback.replace(/state=[^&]+/, 'code_verifier=x&code_challenge=x'),
      '/cb?code=bogus&state=bogus',
      '/cb?code=bogus',
      '/cb?error=access_denied',
      `${callback}&code=again`,
      ...nearMissesOf(callback),
    ]) {
      expectRejected(await browser.get(bad), emulator, [400, 403]);
    }
    expect((await browser.get(callback)).location).toBe('/home');
  },
  attackWithPkce({ signsIn: true }),
);

attack(
  'D3b',
  'C3, C11, C12, C13: a sign-in of another browser is refused, and a victim’s login stays',
  async (scene) => {
    const { emulator, browser, anotherBrowser } = scene;
    await signIn(emulator, browser);
    const before = await whoIs(browser);
    const attacker = anotherBrowser();
    const callback = await readyCallback(scene, attacker);
    const id = encodeURIComponent(decodeURIComponent([...attacker.cookies.values()][0] ?? ''));
    const bystander = anotherBrowser();
    await openLogin(bystander);
    emulator.requests.clear();
    for (const other of [browser, bystander, anotherBrowser()]) {
      expectRejected(await other.get(callback), emulator, [403]);
      for (const parameter of SESSION_PARAMETERS) {
        expectRejected(await other.get(`${callback}&${parameter}=${id}`), emulator, [403]);
      }
      expect((await other.get(callback.replace('/cb', `/cb;jsessionid=${id}`))).status).toBe(404);
    }
    expect(await whoIs(browser)).toEqual(before);
    // It was good all the while.
    expect((await attacker.get(callback)).location).toBe('/home');
  },
  attackWithPkce({ signsIn: true }),
);

{
  const clock = heldClock();
  attack(
    'D3c',
    'C4: a sign-in expires after ten minutes, and not before',
    async (scene) => {
      const { emulator, browser, anotherBrowser } = scene;
      const other = anotherBrowser();
      const early = await readyCallback(scene, browser);
      const late = await readyCallback(scene, other);
      clock.advance(599_000);
      expect((await browser.get(early)).location).toBe('/home');
      emulator.requests.clear();
      clock.advance(2_000);
      expectRejected(await other.get(late), emulator, [403]);
    },
    attackWithPkce({ app: { strategy: { clock: clock.now } }, signsIn: true }),
  );
}

attack(
  'D3d',
  'C5: a callback that is sent again is redirected as before, or refused, and makes no second call',
  async (scene) => {
    const { emulator, browser, anotherBrowser } = scene;
    for (const [one, fault, status] of [
      [browser, undefined, 302],
      [anotherBrowser(), { status: 400, body: { error: 'invalid_grant' } }, 401],
      [anotherBrowser(), { status: 500, body: 'down' }, 503],
    ] as const) {
      emulator.requests.clear();
      const struck = fault === undefined ? undefined : emulator.fault('token', fault);
      const callback = await readyCallback(scene, one);
      expect((await one.get(callback)).status).toBe(status);
      struck?.remove();
      expect((await one.get(callback)).status).toBe(fault === undefined ? 302 : 403);
      expect(emulator.requestsTo('token')).toHaveLength(1);
    }
  },
  attackWithPkce({ signsIn: true }),
);

attack(
  'D3e',
  'C6: copies of one callback, 2, 20 and 200 at once, make one token call and one session',
  async (scene) => {
    const { emulator, anotherBrowser } = scene;
    for (const copies of [2, 20, 200]) {
      const other = anotherBrowser();
      emulator.requests.clear();
      const callback = await readyCallback(scene, other);
      const cookie = [...other.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const replies = await Promise.all(
        Array.from({ length: copies }, () => anotherBrowser().get(callback, { cookie })),
      );
      expect(replies.filter(({ status }) => status === 302)).toHaveLength(1);
      expect(replies.filter(({ status }) => status === 403)).toHaveLength(copies - 1);
      expect(emulator.requestsTo('token')).toHaveLength(1);
    }
  },
  attackWithPkce(),
);

attack(
  'D3f',
  'C8: five tabs sign in at once and finish in any order',
  async (scene) => {
    const { browser } = scene;
    await openLogin(browser);
    for (const order of [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 0, 4, 1, 3],
    ]) {
      const callbacks = await Promise.all(order.map(() => readyCallback(scene, browser)));
      for (const tab of order) expect((await browser.get(callbacks[tab] ?? '')).location).toBe('/home');
    }
  },
  attackWithPkce({ signsIn: true }),
);

{
  const store = new RecordingStore();
  attack(
    'D3g',
    'C9: 200 sign-ins under way in one browser make no session, and the ten latest can finish',
    async ({ emulator, browser, app }) => {
      const before = Object.keys(await store.records());
      const all: URL[] = [];
      for (let count = 0; count < 200; count += 1) all.push(await openLogin(browser));
      const added = Object.keys(await store.records()).filter((key) => !before.includes(key));
      expect(added.filter((key) => !key.startsWith('mcg_'))).toEqual([]);
      const [tenth, last] = [all[190], all[199]] as [URL, URL];
      expect((await browser.get(await comeBack(emulator, tenth))).location).toBe('/home');
      expect((await browser.get(await comeBack(emulator, last))).location).toBe('/home');
      expect(app.errors).toEqual([]);
    },
    attackWithPkce({ app: { session: { store } }, signsIn: true }),
  );
}

attack(
  'D3h',
  'C10: the state of one strategy is refused at another’s callback',
  async (scene) => {
    const { emulator, browser, app, flavour } = scene;
    for (const [name, tenant] of [
      ['same-tenant', emulator.strategyOptions()],
      ['other-tenant', emulator.strategyOptions({ tenant: emulator.world.tenants[1]?.subdomain })],
    ] as const) {
      app.passport.use(new Strategy({ ...tenant, name, callbackURL: `${app.origin}/cb/${name}`, pkce: true }));
      const router = flavour.express.Router();
      router.get(`/cb/${name}`, app.passport.authenticate(name) as RequestHandler);
      app.express.use(router);
      const callback = await readyCallback(scene, browser);
      expectRejected(await browser.get(callback.replace('/cb', `/cb/${name}`)), emulator, [403]);
    }
  },
  attackWithPkce(),
);
