import { expect } from '@jest/globals';
import { attack, comeBack, openLogin, signIn, whoIs, type AttackOptions } from '../support/attack';
import { Door } from '../support/door';
import { cookieFor, sessionIdOf } from '../support/session-cookie';
import { RecordingStore } from '../support/stores';

/** The ways of Passport to log in. */
const CALLBACKS = {
  'with a new session': { successReturnToOrRedirect: '/home' },
  'with keepSessionInfo': { successReturnToOrRedirect: '/home', keepSessionInfo: true },
};

/** A page that makes a session. */
const visitable: NonNullable<AttackOptions['app']>['routes'] = (express) => {
  express.get('/visit', (req, res) => {
    Reflect.set(req.session, 'visits', 1);
    res.end();
  });
};

/** An app with a slow route, whose requests wait at the door that is there when they come, and then write the session. */
function slowApp(store: RecordingStore, door: () => Door): NonNullable<AttackOptions['app']> {
  return {
    session: { store },
    routes: (express) => {
      express.get('/slow', (req, res, next) => {
        door()
          .pass()
          .then(() => {
            Reflect.set(req.session, 'visits', 1);
            res.end();
          })
          .catch(next);
      });
    },
  };
}

for (const [how, callback] of Object.entries(CALLBACKS)) {
  const store = new RecordingStore();
  attack(
    'J1',
    `a login ${how} gives the session another id, and the old one is dead in the store`,
    async ({ emulator, browser, anotherBrowser }) => {
      store.clear();
      await browser.get('/visit');
      const target = await comeBack(emulator, await openLogin(browser));
      const [old, oldCookie] = [sessionIdOf(browser), browser.cookie];
      expect(await store.sessionIds()).toEqual([old]);
      expect((await browser.get(target)).location).toBe('/home');

      const fresh = sessionIdOf(browser);
      expect([fresh.length, fresh === old]).toEqual([old.length, false]);
      expect(await store.sessionIds()).toEqual([fresh]);
      for (const cookie of [oldCookie, cookieFor(old)]) {
        const ghost = anotherBrowser();
        expect(JSON.parse((await ghost.get('/me', { cookie })).text)).toEqual({ user: null, connected: false });
        expect((await ghost.get('/api', { cookie })).status).toBe(401);
      }
    },
    {
      app: {
        session: { store },
        callback,
        routes: visitable,
      },
      signsIn: true,
    },
  );
}

for (const [how, callback] of Object.entries(CALLBACKS)) {
  const store = new RecordingStore();
  let door = new Door();
  attack(
    'J2',
    `an attacker who planted a cookie is anonymous after the victim’s login ${how}`,
    async ({ emulator, browser, anotherBrowser }) => {
      store.clear();
      door = new Door();
      const attacker = anotherBrowser();
      const planned = await comeBack(emulator, await openLogin(attacker), 'ravi.menon');
      for (const [name, value] of attacker.cookies) browser.cookies.set(name, value);
      const slow = attacker.get('/slow');
      await door.arrived;
      await signIn(emulator, browser, 'maya.lind');
      expect(browser.cookie).not.toBe(attacker.cookie);
      expect(await whoIs(attacker)).toBeNull();

      // A request that the attacker still has open stores the old session again, as an anonymous one.
      door.open();
      await slow;
      expect(await store.sessionIds()).toHaveLength(2);
      expect(JSON.parse((await attacker.get('/me')).text)).toEqual({ user: null, connected: false });
      expect((await attacker.get('/api')).status).toBe(401);

      // At most the attacker signs in as the attacker.
      await attacker.get(planned);
      expect(await whoIs(attacker)).toMatchObject({ displayName: 'Ravi Menon' });
      expect(await whoIs(browser)).toMatchObject({ displayName: 'Maya Lind' });
      expect((await browser.get('/api')).status).toBe(200);
    },
    { app: { ...slowApp(store, () => door), callback }, signsIn: true },
  );
}

/** What was planted in the session before the login, as JSON members. */
function planted(returnTo: string): string {
  const member = (name: string, value: unknown): string => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  const attacker = { displayName: 'Attacker', id: '1:1' };
  return [
    member('cookie', { originalMaxAge: null, expires: null, httpOnly: true, path: '/' }),
    member('returnTo', returnTo),
    member('cart', ['book']),
    member('passport', { user: attacker, admin: true }),
    member('user', attacker),
    member('mc', { accessToken: 'planted', pending: { planted: { returnTo } } }),
    member('marketingCloud', { grants: { 'marketing-cloud': { grantId: 'planted', byLogin: true } }, admin: true }),
    member('marketingCloudVault', { kind: 'grant', version: 1, data: '{"planted":1}', until: 9e15 }),
    member('oauth2:127.0.0.1', { state: { handle: 'plantedstate', code_verifier: 'planted' } }),
    member('__proto__', { polluted: 'planted', passport: { user: attacker } }),
    member('constructor', { prototype: { polluted: 'planted' } }),
    member('save', 'planted'),
    member('regenerate', 'planted'),
  ].join(',');
}

for (const [how, callback] of Object.entries(CALLBACKS)) {
  const keeps = 'keepSessionInfo' in callback;
  const store = new RecordingStore();
  attack(
    'J3',
    `data planted in the session does not survive a login ${how}, except what the app itself keeps`,
    async ({ emulator, browser, anotherBrowser }) => {
      for (const [returnTo, expected] of [
        ['//evil.example', '/home'],
        ['https://evil.example/', '/home'],
        ['/inside?x=1#y', '/inside?x=1#y'],
      ] as const) {
        store.clear();
        browser.cookies.clear();
        await browser.get('/visit');
        store.plant(sessionIdOf(browser), `{${planted(returnTo)}}`);
        const old = browser.cookie;
        expect((await browser.get('/cb?code=planted&state=plantedstate')).status).toBe(403);
        expect((await signIn(emulator, browser)).location).toBe(expected);

        const [grantIds, sessionIds] = [await store.grantIds(), await store.sessionIds()];
        expect([grantIds.length, sessionIds]).toEqual([1, [sessionIdOf(browser)]]);
        const session = (await store.records())[sessionIdOf(browser)] as unknown as Record<string, unknown>;
        const kept = ['cart', 'marketingCloudVault', 'mc', 'oauth2:127.0.0.1', 'user'];
        expect(Object.keys(session).sort()).toEqual(
          ['cookie', 'marketingCloud', 'passport', ...(keeps ? kept : [])].sort(),
        );
        expect(session['passport']).toMatchObject({ user: { displayName: 'Maya Lind' } });
        const entry = session['marketingCloud'] as Record<string, unknown>;
        expect(Object.keys(entry)).toEqual(['grants']);
        expect(entry).toMatchObject({
          grants: { 'marketing-cloud': { grantId: grantIds[0], byLogin: true } },
        });
        expect(JSON.stringify(entry)).not.toMatch(/planted|admin/);
        expect(Reflect.get({}, 'polluted')).toBeUndefined();

        expect(await whoIs(browser)).toMatchObject({ displayName: 'Maya Lind' });
        expect((await browser.get('/api')).status).toBe(200);
        expect((await browser.get('/cb?code=planted&state=plantedstate')).status).toBe(403);
        expect((await anotherBrowser().get('/api', { cookie: old })).status).toBe(401);
      }
    },
    { app: { session: { store }, callback, routes: visitable }, signsIn: true },
  );
}

{
  const store = new RecordingStore();
  let door = new Door();
  attack(
    'J4',
    'a second login as another user gives a new session, and the first one’s grant is out of reach',
    async ({ emulator, app, browser, anotherBrowser }) => {
      store.clear();
      door = new Door();
      await signIn(emulator, browser, 'maya.lind');
      const [firstId, first] = [sessionIdOf(browser), { cookie: browser.cookie }];
      const [firstGrant = ''] = await store.grantIds();
      const slow = anotherBrowser().get('/slow', first);
      await door.arrived;
      // A refresh of the first grant is under way.
      emulator.expireAccessTokens();
      const answer = new Door();
      emulator.fault('token', { until: answer.opened, times: 1, when: isRefresh });
      const waiting = anotherBrowser().get('/api', first);
      await emulator.requests.waitFor('token', 2);

      await signIn(emulator, browser, 'ravi.menon');
      expect(await store.sessionIds()).toEqual([sessionIdOf(browser)]);
      expect(sessionIdOf(browser)).not.toBe(firstId);
      answer.open();
      expect((await waiting).status).toBe(401);
      door.open();
      await slow;

      expect(await store.grantIds()).toHaveLength(1);
      expect(await store.grantIds()).not.toContain(firstGrant);
      await expect(app.strategy.credentials(firstGrant)).rejects.toMatchObject({ code: 'sign_in_required' });
      expect((await anotherBrowser().get('/api', first)).status).toBe(401);
      expect(await whoIs(browser)).toMatchObject({ displayName: 'Ravi Menon' });
      expect((await browser.get('/api')).status).toBe(200);
    },
    { app: slowApp(store, () => door), signsIn: true },
  );
}

function isRefresh({ body }: { readonly body: unknown }): boolean {
  return (body as { grant_type?: unknown }).grant_type === 'refresh_token';
}
