import { expect } from '@jest/globals';
import type { RequestHandler } from 'express';
import { appMenuSignOut } from '../../src';
import { attack, comeBack, openLogin, signIn, type AttackOptions, type Scene } from '../support/attack';
import type { Reply } from '../support/browser';
import { heldClock } from '../support/clock';
import { Door } from '../support/door';
import { sessionIdOf } from '../support/session-cookie';
import { UnreliableStore } from '../support/stores';

function leave({ app, browser }: Scene): Promise<Reply> {
  return browser.send('/logout', { method: 'POST', headers: { origin: app.origin } });
}

/** Adds to a session as any app does. */
function write(session: object, field: string, value: unknown): void {
  Reflect.set(session, field, value);
}

/** Uses of a restored session's former grant, in every way: all must fail. */
async function expectRefused({ emulator, anotherBrowser }: Scene, stolen: { cookie: string }): Promise<void> {
  emulator.requests.clear();
  for (const target of ['/api', '/credentials', '/userinfo']) {
    expect([target, (await anotherBrowser().get(target, stolen)).status]).toEqual([target, 401]);
  }
  const page = await anotherBrowser().get('/api', { ...stolen, 'sec-fetch-mode': 'navigate' });
  expect([page.status, page.location]).toEqual([302, '/login?returnTo=%2Fapi']);
  expect(emulator.requests.all).toEqual([]);
}

/** An app with slow routes, whose requests wait at the door that is there when they come. */
function slowApp(store: UnreliableStore, door: () => Door): NonNullable<AttackOptions['app']> {
  return {
    session: { store },
    routes: (express) => {
      express.get('/credentials', (req, res, next) => {
        req.marketingCloud.credentials().then(() => res.end(), next);
      });
      express.get('/userinfo', (req, res, next) => {
        req.marketingCloud.userinfo().then(() => res.end(), next);
      });
      express.get('/keep', (req, res, next) => {
        req.marketingCloud.keep().then((id) => res.end(id), next);
      });
      express.get('/slow', (req, res, next) => {
        door()
          .pass()
          .then(async () => {
            write(req.session, 'visits', 1);
            const refusal = await req.marketingCloud.credentials().catch((error: unknown) => error);
            res.json({ code: (refusal as { code?: unknown }).code });
          })
          .catch(next);
      });
      express.get('/mc-logout', appMenuSignOut());
    },
  };
}

for (const [how, signOutBy] of Object.entries({
  signOut: leave,
  appMenuSignOut: ({ browser }: Scene) => browser.get('/mc-logout'),
})) {
  const store = new UnreliableStore();
  let door = new Door();
  attack(
    'K2',
    `a slow request that brings the session back after ${how} does not bring the grant back`,
    async (scene) => {
      const { emulator, browser, anotherBrowser } = scene;
      store.clear();
      door = new Door();
      await signIn(emulator, browser);
      const [stolen, sessionId] = [{ cookie: browser.cookie }, sessionIdOf(browser)];
      const slow = anotherBrowser().get('/slow', stolen);
      await door.arrived;
      expect((await signOutBy(scene)).status).toBeLessThan(400);
      expect(Object.keys(await store.records())).toEqual([]);

      door.open();
      expect([(await slow).status, (await slow).text]).toEqual([200, '{"code":"sign_in_required"}']);
      const records = await store.records();
      expect(Object.keys(records)).toEqual([sessionId]);
      expect(records[sessionId]).toMatchObject({ visits: 1, passport: { user: expect.anything() } });
      await expectRefused(scene, stolen);

      // Nor while the store fails: nothing of the grant is served from memory.
      store.failure = (operation, sid) => (operation === 'get' && sid.startsWith('mcg_') ? 'tells' : undefined);
      expect((await anotherBrowser().get('/api', stolen)).status).toBeGreaterThanOrEqual(400);
      store.failure = undefined;

      const again = anotherBrowser();
      const login = await again.get('/login', stolen);
      const callback = await comeBack(emulator, login.location);
      expect((await again.get(callback, { cookie: `${stolen.cookie}; ${again.cookie}` })).location).toBe('/home');
      expect((await again.get('/api')).status).toBe(200);
      expect((await anotherBrowser().get('/api', stolen)).status).toBe(401);
    },
    { app: slowApp(store, () => door) },
  );
}

{
  const store = new UnreliableStore();
  let door = new Door();
  attack(
    'K2b',
    'a slow request does not bring back a kept grant, which only a job reaches then',
    async (scene) => {
      const { app, emulator, browser, anotherBrowser } = scene;
      store.clear();
      door = new Door();
      await signIn(emulator, browser);
      const stolen = { cookie: browser.cookie };
      const grantId = (await browser.get('/keep')).text;
      const slow = anotherBrowser().get('/slow', stolen);
      await door.arrived;
      // A refresh is under way, too: the job gets its tokens, the session does not.
      emulator.expireAccessTokens();
      const answer = new Door();
      emulator.fault('token', { until: answer.opened, times: 1 });
      const waiting = anotherBrowser().get('/api', stolen);
      await emulator.requests.waitFor('token', 2);
      expect((await leave(scene)).status).toBe(302);

      answer.open();
      await waiting;
      door.open();
      expect((await slow).text).toBe('{"code":"sign_in_required"}');
      await expectRefused(scene, stolen);
      await expect(app.strategy.grant(grantId).rest.get('/platform/v1/tokenContext')).resolves.toBeDefined();
      await expectRefused(scene, stolen);
    },
    { app: slowApp(store, () => door) },
  );
}

{
  const store = new UnreliableStore();
  const app = slowApp(store, () => new Door());
  attack(
    'K2c',
    'a sign-out while passport.authorize waits for its token leaves no grant in the restored session',
    async (scene) => {
      const { emulator, browser, anotherBrowser } = scene;
      store.clear();
      await browser.get('/local');
      const stolen = { cookie: browser.cookie };
      const callback = await comeBack(emulator, await openLogin(browser, '/connect'));
      const door = new Door();
      emulator.fault('token', { until: door.opened, times: 1 });
      const slow = anotherBrowser().get(callback, { cookie: browser.cookie });
      await emulator.requests.waitFor('token');
      expect((await leave(scene)).status).toBe(302);

      door.open();
      expect((await slow).status).toBe(403);
      expect(Object.keys(await store.records())).toEqual([]);
      await expectRefused(scene, stolen);
    },
    {
      app: {
        ...app,
        routes: (express, strategy, passport) => {
          app.routes?.(express, strategy, passport);
          express.get('/local', (req, res, next) => {
            req.logIn({ displayName: 'Own User' }, (error) => (error === undefined ? void res.end() : next(error)));
          });
          for (const path of ['/connect', '/cb']) {
            express.get(path, passport.authorize(strategy.name) as RequestHandler, (_req, res) => void res.end());
          }
        },
      },
    },
  );
}

/** The documented lifetime of an access token in the emulator. */
const LIFETIME_MS = 1_079_000;

{
  const store = new UnreliableStore();
  const clock = heldClock();
  const app: AttackOptions['app'] = { ...slowApp(store, () => new Door()), strategy: { clock: clock.now } };
  const refreshes = {
    'that an API has called for': {
      age: ({ emulator }: Scene) => {
        // A younger token is not replaced for a 401.
        clock.advance(60_000);
        emulator.expireAccessTokens();
      },
      answer: 401,
    },
    'that a request waits for': { age: () => clock.advance(LIFETIME_MS + 1_000), answer: 401 },
    'in the background': { age: () => clock.advance(LIFETIME_MS - 200_000), answer: 200 },
  };
  for (const [which, { age, answer }] of Object.entries(refreshes)) {
    attack(
      'K3',
      `the tokens of a refresh ${which} that come after the sign-out are not stored`,
      async (scene) => {
        const { emulator, browser, anotherBrowser } = scene;
        store.clear();
        await signIn(emulator, browser);
        const stolen = { cookie: browser.cookie };
        age(scene);
        const door = new Door();
        emulator.fault('token', { until: door.opened, times: 1 });
        const waiting = anotherBrowser().get('/api', stolen);
        await emulator.requests.waitFor('token', 2);
        expect((await leave(scene)).status).toBe(302);
        store.written.length = 0;

        door.open();
        expect((await waiting).status).toBe(answer);
        await scene.app.strategy.close();
        expect(emulator.requests.last('token')?.status).toBe(200);
        expect([store.written, Object.keys(await store.records())]).toEqual([[], []]);
        await expectRefused(scene, stolen);
      },
      { app },
    );
  }

  attack(
    'K3b',
    'tokens that come after the sign-out while the store is away are not stored',
    async (scene) => {
      const { emulator, browser, anotherBrowser } = scene;
      store.clear();
      await signIn(emulator, browser);
      const stolen = { cookie: browser.cookie };
      clock.advance(60_000);
      emulator.expireAccessTokens();
      const door = new Door();
      emulator.fault('token', { until: door.opened, times: 1 });
      const waiting = anotherBrowser().get('/api', stolen);
      await emulator.requests.waitFor('token', 2);
      expect((await leave(scene)).status).toBe(302);
      store.written.length = 0;

      store.failure = (_operation, sid) => (sid.startsWith('mcg_') ? 'tells' : undefined);
      door.open();
      await waiting;
      store.failure = undefined;
      await scene.app.strategy.close();
      expect([store.written, Object.keys(await store.records())]).toEqual([[], []]);
      await expectRefused(scene, stolen);
    },
    { app },
  );
}
