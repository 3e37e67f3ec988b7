import type { RequestHandler } from 'express';
import { expect } from '@jest/globals';
import { attack, comeBack, openLogin, signIn, whoIs, type AttackOptions } from '../support/attack';
import { sessionIdOf } from '../support/session-cookie';
import { FailingStore, RecordingStore, SlowStore } from '../support/stores';

/** What lies in a store: how many sessions, and how many sign-ins under way. */
async function countsOf(store: RecordingStore): Promise<{ sessions: number; signIns: number }> {
  const records = await store.records();
  const signIns = Object.values(records).filter((record) => JSON.stringify(record).includes('"kind":"sign-in"'));
  const sessions = Object.keys(records).filter((key) => !key.startsWith('mcg_'));
  return { sessions: sessions.length, signIns: signIns.length };
}

{
  const store = new SlowStore(300);
  attack(
    'B6',
    'the redirect waits for a slow store, and an immediate callback finds its pending sign-in',
    async ({ emulator, browser, anotherBrowser }) => {
      for (const method of ['GET', 'POST']) {
        const before = await countsOf(store);
        const other = anotherBrowser();
        const { status, location } = await other.send('/login', { method });
        expect([status, await countsOf(store)]).toEqual([302, { ...before, signIns: before.signIns + 1 }]);
        expect((await other.get(await comeBack(emulator, location))).location).toBe('/home');
      }

      // In an existing session, by tabs opened at once, and back before any user could have signed in.
      await signIn(emulator, browser);
      const tabs = await Promise.all([1, 2, 3].map(() => openLogin(browser)));
      expect((await countsOf(store)).signIns).toBe(3);
      for (const tab of tabs) {
        const state = tab.searchParams.get('state') ?? '';
        // Found: else it would be invalid_state, 403.
        expect((await browser.get(`/cb?code=never-issued&state=${state}`)).status).toBe(401);
      }
      expect((await browser.get('/api')).status).toBe(200);
    },
    { app: { session: { store } }, signsIn: true },
  );
}

/** A store that takes its time with some writes; the others are there at once. */
class PartlySlowStore extends SlowStore {
  constructor(readonly isSlow: (sid: string) => boolean) {
    super(300);
  }

  override set(...write: Parameters<RecordingStore['set']>): void {
    if (this.isSlow(write[0])) super.set(...write);
    else RecordingStore.prototype.set.apply(this, write);
  }
}

for (const [what, isSlow] of [
  ['sessions', (sid: string) => !sid.startsWith('mcg_')],
  ['the package’s records', (sid: string) => sid.startsWith('mcg_')],
] as const) {
  const store = new PartlySlowStore(isSlow);
  attack(
    'B6b',
    `the redirect waits for a store in which only writing ${what} is slow`,
    async ({ anotherBrowser }) => {
      for (let times = 0; times < 3; times += 1) {
        const other = anotherBrowser();
        const before = await countsOf(store);
        const state = (await openLogin(other)).searchParams.get('state') ?? '';
        expect(await countsOf(store)).toEqual({ ...before, signIns: before.signIns + 1 });
        expect((await other.get(`/cb?code=never-issued&state=${state}`)).status).toBe(401);
      }
    },
    { app: { session: { store } } },
  );
}

{
  const store = new FailingStore();
  /** Which writes fail: those of the package’s records, or all. A login writes no session. */
  const failing = {
    'the package’s records': (sid: string) => sid.startsWith('mcg_'),
    all: () => true,
  };
  const app: AttackOptions['app'] = { session: { store }, strategy: { vaultTimeout: 200 } };
  attack(
    'B7',
    'a login that cannot be stored is an error without a redirect, for every failure of the store',
    async ({ emulator, anotherBrowser, app: { errors } }) => {
      let count = 0;
      for (const [which, isStruck] of Object.entries(failing)) {
        for (const how of ['tells', 'throws', 'is silent'] as const) {
          store.failure = (sid) => (isStruck(sid) ? how : undefined);
          for (const method of ['GET', 'POST']) {
            const { status, location, text, headers } = await anotherBrowser().send('/login', { method });
            expect([which, how, status, location, text]).toEqual([
              which,
              how,
              503,
              '',
              '{"error":"vault_unavailable"}',
            ]);
            expect(headers['cache-control']).toBe('no-store');
            count += 1;
          }
          store.failure = undefined;
        }
      }
      expect(errors).toHaveLength(count);
      expect(emulator.requests.length).toBe(0);
    },
    { app },
  );
  attack(
    'B7b',
    'a login of a signed-in user that cannot be stored is an error and leaves the user signed in',
    async ({ emulator, browser, app: { errors } }) => {
      await signIn(emulator, browser);
      const user = await whoIs(browser);
      for (const how of ['tells', 'throws', 'is silent'] as const) {
        store.failure = (sid) => (sid.startsWith('mcg_') ? how : undefined);
        const { status, location } = await browser.get('/login');
        expect([how, status, location]).toEqual([how, 503, '']);
        store.failure = undefined;
        expect([await whoIs(browser), (await browser.get('/api')).status]).toEqual([user, 200]);
      }
      expect(errors).toMatchObject([1, 2, 3].map(() => ({ code: 'vault_unavailable', status: 503 })));
      expect((await signIn(emulator, browser)).location).toBe('/home');
    },
    { app, signsIn: true },
  );
}

{
  const store = new RecordingStore();
  attack(
    'B9',
    'HEAD, OPTIONS and every method except GET and POST start no login',
    async ({ emulator, browser, app }) => {
      const found: Record<string, unknown> = {};
      // One route for all methods, and one that Express itself answers OPTIONS of.
      for (const target of ['/login', '/enter']) {
        for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
          const { status, location } = await browser.send(target, { method });
          found[`${method} ${target}`] = [status, location];
        }
        const { status, location } = await browser.get(target, { 'sec-purpose': 'prefetch' });
        found[`prefetch ${target}`] = [status, location];
      }
      expect(found).toEqual({
        'HEAD /login': [204, ''],
        'OPTIONS /login': [405, ''],
        'PUT /login': [405, ''],
        'PATCH /login': [405, ''],
        'DELETE /login': [405, ''],
        'PROPFIND /login': [405, ''],
        'prefetch /login': [204, ''],
        'HEAD /enter': [204, ''],
        'OPTIONS /enter': [200, ''],
        'PUT /enter': [404, ''],
        'PATCH /enter': [404, ''],
        'DELETE /enter': [404, ''],
        'PROPFIND /enter': [404, ''],
        'prefetch /enter': [204, ''],
      });
      expect([store.written, browser.cookies.size, app.errors]).toEqual([[], 0, []]);

      // Nor do they touch one that is under way.
      const callback = await comeBack(emulator, await openLogin(browser, '/enter'));
      const before = [...store.written];
      for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE']) await browser.send('/login', { method });
      expect(store.written).toEqual(before);
      expect((await browser.get(callback)).location).toBe('/home');
      store.written.length = 0;
    },
    {
      app: {
        session: { store },
        routes: (express, strategy, passport) => {
          express.get('/enter', passport.authenticate(strategy.name) as RequestHandler);
        },
      },
      signsIn: true,
    },
  );
}

{
  const store = new RecordingStore();
  attack(
    'B10',
    'a signed-in user who opens the login and leaves stays signed in',
    async ({ emulator, browser, app }) => {
      await signIn(emulator, browser);
      const user = await whoIs(browser);
      const session = sessionIdOf(browser);
      const before = JSON.stringify((await store.records())[session]);
      expect(before).toContain('grantId');

      for (let times = 0; times < 5; times += 1) {
        const url = await openLogin(browser);
        // As far as Marketing Cloud's pages, as another user, and no further.
        await comeBack(emulator, url, 'ravi.menon');
        expect([sessionIdOf(browser), await whoIs(browser)]).toEqual([session, user]);
        expect((await browser.get('/api')).status).toBe(200);
      }
      expect(JSON.stringify((await store.records())[session])).toBe(before);
      // The grant goes on being refreshed too.
      emulator.expireAccessTokens();
      expect((await browser.get('/api')).status).toBe(200);
      expect(emulator.requestsTo('token').map(({ body }) => (body as { grant_type: string }).grant_type)).toEqual([
        'authorization_code',
        'refresh_token',
      ]);
      expect(app.errors).toEqual([]);
    },
    { app: { session: { store } }, signsIn: true },
  );
}
