import { lookup } from 'node:dns/promises';
import { expect } from '@jest/globals';
import { attack, comeBack, expectRejected, openLogin, whoIs, type Scene } from '../support/attack';
import { watchNetwork } from '../support/network';
import { atRealHosts, freshQuery, tenantsOf, tokenCalls } from '../support/tenants';

attack(
  'F1',
  'an app for one tenant refuses every other one, and talks to its own',
  async (scene) => {
    const { emulator, browser } = scene;
    const { own, other } = tenantsOf(emulator);
    const { app, asked, dispatcher } = await atRealHosts(scene);
    try {
      const visitor = app.browser();
      for (const tssd of [other, 'mcevil', 'mc563885gzs27c5t9-63k636ttgm', `${own}x`, own.slice(1), 'a']) {
        expectRejected(await visitor.get(`/cb?${await freshQuery(visitor)}&tssd=${tssd}`), emulator, [403]);
      }
      expect(asked).toEqual([]);
      for (const tssd of ['', `&tssd=${own}`, `&tssd=${own.toUpperCase()}`]) {
        expect((await visitor.get((await comeBack(emulator, await openLogin(visitor))) + tssd)).location).toBe('/home');
      }
      expect(new Set(asked)).toEqual(new Set([`https://${own}.auth.marketingcloudapis.com`]));
      expect(tokenCalls(emulator)).toEqual([own, own, own]);
      expect(await whoIs(browser)).toBeNull();
    } finally {
      await dispatcher.destroy();
    }
  },
  { emulator: { https: true } },
);

attack(
  'F2',
  'an app for all tenants exchanges the code with the tenant that the callback names, nowhere else',
  async (scene) => {
    const { emulator } = scene;
    const { other, otherUser } = tenantsOf(emulator);
    for (const multiTenant of [true, (subdomain: string) => Promise.resolve(subdomain === other)]) {
      const { app, asked, dispatcher } = await atRealHosts(scene, { strategy: { multiTenant } });
      try {
        const visitor = app.browser();
        const callback = await comeBack(emulator, await openLogin(visitor), otherUser);
        expect(callback).toContain(`&tssd=${other}&`);
        emulator.requests.clear();
        expect((await visitor.get(callback)).location).toBe('/home');
        expect(await whoIs(visitor)).toMatchObject({ subdomain: other, username: otherUser });
        expect((await visitor.get('/api')).status).toBe(200);
        expect(emulator.requests.all.map(({ method, path, headers }) => [method, headers['host'], path])).toEqual([
          ['POST', `${other}.auth.marketingcloudapis.com`, '/v2/token'],
          ['GET', `${other}.auth.marketingcloudapis.com`, '/v2/userinfo'],
          ['GET', `${other}.rest.marketingcloudapis.com`, '/platform/v1/tokenContext'],
        ]);
        expect(asked).toEqual(['auth', 'rest'].map((service) => `https://${other}.${service}.marketingcloudapis.com`));
      } finally {
        await dispatcher.destroy();
      }
    }
  },
  { emulator: { https: true, publishedApp: true } },
);

const encoded = encodeURIComponent;

/** What is no tenant, as it goes over the wire. */
const NO_TENANTS: readonly string[] = [
  ...['evil.com', 'evil.com/', 'evil.com%2F', 'evil.com#', 'evil.com%23', 'evil.com?', 'evil.com%3F'],
  ...['a@evil.com', 'a%40evil.com', 'evil.com:443', 'evil.com%3A443', 'mcx.evil.com', 'mcx.', '.mcx', 'mcx..'],
  ...['mcx/..', 'mcx%2F..', 'mcx/../..', 'mcx\\@evil', 'mcx%5C@evil', 'mcx%2eevil%2ecom', 'mcx%252eevil%252ecom'],
  ...['mcx%00', '%00mcx', 'mcx%0d%0aHost:e', 'mcx%0a', 'mcx%20', '+mcx', 'mcx%09', 'mcx%7F', 'mcx;a', 'mcx,mcy'],
  ...['127.0.0.1', '[::1]', '%5B::1%5D', '169.254.169.254', '10.0.0.1', 'http://evil.com', '//evil.com', 'evil.com%'],
  ...['mcx。evil。com', 'mcx．evil', 'ｍｃx', 'mсx', 'mc\u{212a}', 'mcx\u{ad}', 'ſ', 'mcx\u{200b}', 'ⓜcx'].map(encoded),
  ...['mc-', '-mcx', '-', 'mc_x', '_', 'mc*', '*', '{subdomain}', '$%26', "$'", '%24%60', 'a'.repeat(64)],
  ...['a'.repeat(1_048_576), '', '%20', '__proto__', 'constructor.x', 'mc%E0%A4%A', '%uFF4D', 'null%00'],
];

/** Opens a callback for each of them: refused, with nothing on the network but the browser's own connection. */
async function expectNoneAsked(scene: Scene, multiTenant: boolean | ((subdomain: string) => boolean)): Promise<void> {
  const { emulator } = scene;
  const { other, otherUser } = tenantsOf(emulator);
  const { app, asked, dispatcher } = await atRealHosts(scene, {
    strategy: { multiTenant },
    server: { maxHeaderSize: 4_194_304 },
  });
  const network = watchNetwork();
  try {
    const visitor = app.browser();
    for (const tssd of NO_TENANTS) {
      const query = await freshQuery(visitor);
      const before = network.connections;
      const reply = await visitor.get(`/cb?${query}&tssd=${tssd}`);
      const isSane = tssd !== '' && tssd.length <= 4096;
      expect([tssd.slice(0, 80), reply.status]).toEqual([tssd.slice(0, 80), isSane ? 403 : 400]);
      expectRejected(reply, emulator, [400, 403]);
      expect([network.connections - before, network.lookups]).toEqual([1, 0]);
    }
    expect(asked).toEqual([]);

    // The control: a tenant in upper case is one, and is asked by its name in lower case.
    const callback = await comeBack(emulator, await openLogin(visitor), otherUser);
    const before = network.connections;
    expect((await visitor.get(callback.replace(other, other.toUpperCase()))).location).toBe('/home');
    expect(network.connections - before).toBe(2);
    expect(asked).toEqual([`https://${other}.auth.marketingcloudapis.com`]);
    expect(await whoIs(visitor)).toMatchObject({ subdomain: other });
    await lookup('localhost');
    expect(network.lookups).toBe(1);
  } finally {
    network.stop();
    await dispatcher.destroy();
  }
}

attack(
  'F3',
  'a callback with an invalid tssd makes no connection and no DNS lookup',
  (scene) => expectNoneAsked(scene, true),
  { emulator: { https: true, publishedApp: true } },
);

attack(
  'F3b',
  'a function that allows everything is not called for an invalid tssd',
  async (scene) => {
    const judged: string[] = [];
    await expectNoneAsked(scene, (subdomain) => {
      judged.push(subdomain);
      return true;
    });
    expect(judged).toEqual([tenantsOf(scene.emulator).other]);
  },
  { emulator: { https: true, publishedApp: true } },
);

attack(
  'F4',
  'a tssd that is repeated or nested is refused where every tenant may sign in, and nothing is consumed',
  async ({ emulator, browser }) => {
    const { own, other, otherUser } = tenantsOf(emulator);
    const callback = await comeBack(emulator, await openLogin(browser), otherUser);
    const others = callback.replace(/&tssd=[^&]+/, '');
    for (const one of [own, other]) {
      for (const tssds of [
        ...[`tssd=${other}&tssd=${one}`, `tssd=${one}&tssd=${other}`, `tssd=${one}&tssd=`, `tssd=&tssd=${one}`],
        ...[`tssd[]=${one}`, `tssd[0]=${one}`, `tssd[x]=${one}`, `tssd[__proto__]=${one}`, `tssd[length]=${one}`],
        ...[`tssd%5B%5D=${one}`, `tssd=${other}&tssd[]=${one}`, `tssd[x]=${one}&tssd=${other}`, `tssd[=${one}`],
        ...[`tssd=${other}&tss%64=${one}`, `tssd[toString]=${one}`],
      ]) {
        expectRejected(await browser.get(`${others}&${tssds}`), emulator, [400]);
        expectRejected(await browser.get(others.replace('?', `?${tssds}&`)), emulator, [400]);
      }
    }
    expect((await browser.get(callback)).location).toBe('/home');
    expect(tokenCalls(emulator)).toEqual([other]);
  },
  { app: { strategy: { multiTenant: true } }, emulator: { publishedApp: true }, signsIn: true },
);

{
  const judged: string[] = [];
  attack(
    'F8',
    'a callback without tssd is from the configured tenant, where others may sign in too',
    async (scene) => {
      const { emulator } = scene;
      const { own } = tenantsOf(emulator);
      for (const multiTenant of [true, (subdomain: string) => judged.push(subdomain) > 0]) {
        const { app, asked, dispatcher } = await atRealHosts(scene, { strategy: { multiTenant } });
        try {
          const visitor = app.browser();
          const callback = await comeBack(emulator, await openLogin(visitor));
          expect(callback).not.toContain('tssd');
          emulator.requests.clear();
          expect((await visitor.get(callback)).location).toBe('/home');
          expect(asked).toEqual([`https://${own}.auth.marketingcloudapis.com`]);
          expect(tokenCalls(emulator)).toEqual([own]);
          expect(await whoIs(visitor)).toMatchObject({ subdomain: own });
        } finally {
          await dispatcher.destroy();
        }
      }
      expect(judged).toEqual([]);
    },
    { emulator: { https: true } },
  );
}

{
  const judged: string[] = [];
  attack(
    'F12',
    'a sign-in that began for one tenant cannot be finished by another allowed tenant',
    async ({ emulator, another }) => {
      const { own, ownUser, other, otherUser } = tenantsOf(emulator);
      for (const multiTenant of [true, (subdomain: string) => judged.push(subdomain) > 0]) {
        const app = await another({
          strategy: { multiTenant },
          login: (req) => ({ subdomain: req.query['tenant'] as string }),
        });
        const browser = app.browser();
        const begin = (tenant: string): Promise<URL> => openLogin(browser, `/login?tenant=${tenant}`);
        for (const [chosen, user, came] of [
          [own, otherUser, other],
          [other, ownUser, own],
        ] as const) {
          const callback = await comeBack(emulator, await begin(chosen), user);
          expect(callback).toContain(`&tssd=${came}&`);
          judged.length = 0;
          expectRejected(await browser.get(callback), emulator, [403]);
          expectRejected(await browser.get(callback.replace(came, chosen)), emulator, [403]);
          expect(judged).toEqual([]);
        }

        // Two at once: each code comes back with the other one's tenant.
        const [first, second] = [
          await comeBack(emulator, await begin(own), ownUser),
          await comeBack(emulator, await begin(other), otherUser),
        ];
        expectRejected(await browser.get(first.replace(own, other)), emulator, [403]);
        expectRejected(await browser.get(second.replace(other, own)), emulator, [403]);
        expect(await whoIs(browser)).toBeNull();

        expect((await browser.get(await comeBack(emulator, await begin(other), otherUser))).location).toBe('/home');
        expect(tokenCalls(emulator)).toEqual([other]);
        emulator.requests.clear();
      }
    },
    { emulator: { publishedApp: true } },
  );
}

attack(
  'F12b',
  'a sign-in that began for no tenant in particular is finished by another one only where it may sign in',
  async ({ emulator, another }) => {
    const { other, otherUser } = tenantsOf(emulator);
    for (const [multiTenant, location] of [
      [false, ''],
      [() => false, ''],
      [(subdomain: string) => subdomain !== other, ''],
      [(subdomain: string) => subdomain === other, '/home'],
      [true, '/home'],
    ] as const) {
      const browser = (await another({ strategy: { multiTenant } })).browser();
      const reply = await browser.get(await comeBack(emulator, await openLogin(browser), otherUser));
      expect(reply.location).toBe(location);
      if (location === '') expectRejected(reply, emulator, [403]);
      else expect(tokenCalls(emulator)).toEqual([other]);
      emulator.requests.clear();
    }
  },
  { emulator: { publishedApp: true } },
);
