import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { attack, comeBack, expectRejected, openLogin, signIn, whoIs } from '../support/attack';
import { heldClock } from '../support/clock';
import { nearMissesOf, SESSION_PARAMETERS } from '../support/wrong-states';

attack('C1', 'a callback without state is refused', async ({ emulator, browser }) => {
  const callback = await comeBack(emulator, await openLogin(browser));
  expectRejected(await browser.get(callback.replace(/state=[^&]+&/, '')), emulator, [403]);
});

attack('C2', 'a callback with a wrong state is refused', async ({ emulator, browser }) => {
  const callback = await comeBack(emulator, await openLogin(browser));
  expectRejected(await browser.get(callback.replace(/state=[^&]+/, `state=${'A'.repeat(43)}`)), emulator, [403]);
});

attack('C3', 'the state of another browser is refused', async ({ emulator, browser, anotherBrowser }) => {
  const callback = await comeBack(emulator, await openLogin(browser));
  const other = anotherBrowser();
  await openLogin(other);
  expectRejected(await other.get(callback), emulator, [403]);
});

{
  const clock = heldClock();
  const app = { strategy: { clock: clock.now } };
  attack(
    'C4',
    'a sign-in that took ten minutes and a second is refused',
    async ({ emulator, browser }) => {
      const callback = await comeBack(emulator, await openLogin(browser));
      clock.advance(601_000);
      expectRejected(await browser.get(callback), emulator, [403]);
    },
    { app },
  );
  attack(
    'C4b',
    'a sign-in that took a second less than ten minutes is accepted',
    async ({ emulator, browser }) => {
      const callback = await comeBack(emulator, await openLogin(browser));
      clock.advance(599_000);
      expect((await browser.get(callback)).location).toBe('/home');
    },
    { app, signsIn: true },
  );
}

attack(
  'C5',
  'a callback that is sent again is redirected as before, or refused, and makes no second call',
  async ({ emulator, browser, anotherBrowser }) => {
    const callback = await comeBack(emulator, await openLogin(browser));
    const first = await browser.get(callback);
    const again = await browser.get(callback);
    expect([first.location, again.status, again.location]).toEqual(['/home', 302, '/home']);
    expect(emulator.requestsTo('token')).toHaveLength(1);
    for (const fault of [
      { status: 400, body: { error: 'invalid_grant' } },
      { status: 500, body: 'down' },
    ]) {
      const other = anotherBrowser();
      emulator.requests.clear();
      const failing = emulator.fault('token', fault);
      const failed = await comeBack(emulator, await openLogin(other));
      expect((await other.get(failed)).status).toBe(fault.status === 400 ? 401 : 503);
      failing.remove();
      expect((await other.get(failed)).status).toBe(403);
      expect(emulator.requestsTo('token')).toHaveLength(1);
    }
  },
  { signsIn: true },
);

attack(
  'C6',
  'copies of one callback, 2, 20 and 200 at once, make one token call and one session',
  async ({ emulator, anotherBrowser }) => {
    for (const copies of [2, 20, 200]) {
      const other = anotherBrowser();
      emulator.requests.clear();
      const callback = await comeBack(emulator, await openLogin(other));
      const cookie = [...other.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const replies = await Promise.all(
        Array.from({ length: copies }, () => anotherBrowser().get(callback, { cookie })),
      );
      expect(replies.filter(({ status }) => status === 302)).toHaveLength(1);
      expect(replies.filter(({ status }) => status === 403)).toHaveLength(copies - 1);
      expect(emulator.requestsTo('token')).toHaveLength(1);
    }
  },
);

attack(
  'C7',
  'a forged callback in the victim’s browser does not affect a sign-in in progress',
  async ({ emulator, browser }) => {
    const callback = await comeBack(emulator, await openLogin(browser));
    expect((await browser.get('/cb?code=bogus&state=bogus')).status).toBe(403);
    expect((await browser.get('/cb?code=bogus')).status).toBe(403);
    expect((await browser.get('/cb?error=access_denied')).status).toBe(403);
    expect((await browser.get(`${callback}&code=again`)).status).toBe(400);
    expect((await browser.get(callback)).location).toBe('/home');
  },
  { signsIn: true },
);

attack(
  'C8',
  'five tabs sign in at once and finish in any order',
  async ({ emulator, browser }) => {
    await openLogin(browser);
    for (const order of [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 0, 4, 1, 3],
    ]) {
      const tabs = await Promise.all(order.map(() => openLogin(browser)));
      const callbacks = await Promise.all(tabs.map((tab) => comeBack(emulator, tab)));
      for (const tab of order) expect((await browser.get(callbacks[tab] ?? '')).location).toBe('/home');
    }
  },
  { signsIn: true },
);

attack(
  'C8',
  'twelve tabs of a restored window sign in at once and finish one after another',
  async ({ emulator, browser }) => {
    await openLogin(browser);
    const tabs = await Promise.all(Array.from({ length: 12 }, () => openLogin(browser)));
    for (const tab of tabs) expect((await browser.get(await comeBack(emulator, tab))).location).toBe('/home');
  },
  { signsIn: true },
);

attack(
  'C9',
  'of 200 sign-ins in progress in one browser the latest ten can finish, and it holds at most ten cookies',
  async ({ emulator, browser, app }) => {
    const all: URL[] = [];
    for (let count = 0; count < 200; count += 1) all.push(await openLogin(browser));
    expect(browser.cookies.size).toBe(10);
    const [eleventh, tenth, last] = [all[189], all[190], all[199]] as [URL, URL, URL];
    expect((await browser.get(await comeBack(emulator, eleventh))).status).toBe(403);
    expect((await browser.get(await comeBack(emulator, tenth))).location).toBe('/home');
    expect((await browser.get(await comeBack(emulator, last))).location).toBe('/home');
    expect(app.errors).toEqual([]);
  },
  { signsIn: true },
);

attack(
  'C10',
  'the state of one strategy is refused at another’s callback',
  async ({ emulator, browser, app, flavour }) => {
    const { Strategy } = await import('../../src');
    for (const [name, tenant] of [
      ['same-tenant', emulator.strategyOptions()],
      ['other-tenant', emulator.strategyOptions({ tenant: emulator.world.tenants[1]?.subdomain })],
    ] as const) {
      app.passport.use(new Strategy({ ...tenant, name, callbackURL: `${app.origin}/cb/${name}` }));
      const router = flavour.express.Router();
      router.get(`/cb/${name}`, app.passport.authenticate(name) as never);
      app.express.use(router);
      const callback = await comeBack(emulator, await openLogin(browser));
      expectRejected(await browser.get(callback.replace('/cb', `/cb/${name}`)), emulator, [403]);
    }
  },
);

attack(
  'C11',
  'an attacker’s code and state do not affect the victim’s login',
  async ({ emulator, browser, anotherBrowser }) => {
    await signIn(emulator, browser);
    const before = await whoIs(browser);
    const attackers = await comeBack(emulator, await openLogin(anotherBrowser()), 'ravi.menon');
    emulator.requests.clear();
    expectRejected(await browser.get(attackers), emulator, [403]);
    expect(await whoIs(browser)).toEqual(before);
  },
  { signsIn: true },
);

attack('C12', 'an authorization URL made in one browser cannot be finished in another', async (scene) => {
  const { emulator, browser, anotherBrowser } = scene;
  const callback = await comeBack(emulator, await openLogin(anotherBrowser()));
  expectRejected(await browser.get(callback), emulator, [403]);
});

attack('C13', 'a session or transaction id in the URL is ignored', async ({ emulator, browser, anotherBrowser }) => {
  const callback = await comeBack(emulator, await openLogin(browser));
  const id = decodeURIComponent([...browser.cookies.values()][0] ?? '');
  const other = anotherBrowser();
  for (const parameter of SESSION_PARAMETERS) {
    expectRejected(await other.get(`${callback}&${parameter}=${encodeURIComponent(id)}`), emulator, [403]);
  }
  expect((await other.get(callback.replace('/cb', `/cb;jsessionid=${encodeURIComponent(id)}`))).status).toBe(404);
});

attack('C14', 'a state that differs slightly is refused', async ({ emulator, browser }) => {
  const callback = await comeBack(emulator, await openLogin(browser));
  for (const near of nearMissesOf(callback)) expectRejected(await browser.get(near), emulator);
});

attack(
  'C15',
  'an older tab’s callback after a login in a newer tab is a complete new login',
  async ({ emulator, browser }) => {
    const older = await openLogin(browser);
    await signIn(emulator, browser, 'maya.lind');
    expect((await browser.get(await comeBack(emulator, older, 'maya.lind'))).location).toBe('/home');
    expect((await browser.get('/api')).status).toBe(200);
  },
  { signsIn: true },
);

test('C16 secrets are looked up by hash and never compared with an operator', () => {
  const src = join(__dirname, '../../src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('emulator'),
  );
  const comparing = files.filter((file) =>
    /(?<!typeof )\b(?:state|verifier|clientSecret|secret|nonce)\s*[!=]==(?!\s*undefined)/.test(
      readFileSync(join(src, file), 'utf8'),
    ),
  );
  expect(comparing).toEqual([]);
});
