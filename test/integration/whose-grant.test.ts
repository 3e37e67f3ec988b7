import session from 'express-session';
import type { Express, RequestHandler } from 'express';
import { describe, expect, test } from '@jest/globals';
import { Strategy, marketingCloud } from '../../src';
import { comeBack, openLogin, signIn } from '../support/attack';
import { Door } from '../support/door';
import { appAt, emulate } from '../support/scene';
import { RecordingStore } from '../support/stores';
import { heldClock } from '../support/clock';

/** Routes that do to a session what apps do. */
function addRoutes(express: Express): void {
  const end = (res: { end: () => void }, next: (error: unknown) => void) => (error?: unknown) =>
    error === undefined || error === null ? res.end() : next(error);
  express.get('/plain-logout', (req, res, next) => req.logout(end(res, next)));
  express.get('/keeping-logout', (req, res, next) => req.logout({ keepSessionInfo: true }, end(res, next)));
  express.get('/logOut', (req, res, next) => req.logOut(end(res, next)));
  express.get('/keep', (req, res, next) => {
    req.marketingCloud.keep().then((id) => res.end(id), next);
  });
  express.get('/renew', (req, res, next) => {
    const { passport, marketingCloud: grants } = req.session as unknown as Record<string, unknown>;
    req.session.regenerate((error?: unknown) => {
      Object.assign(req.session, { passport, marketingCloud: grants });
      end(res, next)(error);
    });
  });
  express.get('/update', (req, res, next) => {
    req.login({ ...req.user, displayName: 'Renamed' }, end(res, next));
  });
  express.get('/other', (req, res, next) => req.login({ id: 'other', displayName: 'Other' }, end(res, next)));
}

async function signedIn(more: Parameters<typeof appAt>[1] = {}) {
  const emulator = await emulate();
  const store = new RecordingStore();
  const app = await appAt(emulator, { session: { store }, routes: addRoutes, ...more });
  const browser = app.browser();
  await signIn(emulator, browser);
  return { emulator, store, app, browser };
}

describe('the grant of a login', () => {
  test.each(['/plain-logout', '/keeping-logout', '/logOut'])('defect 10: ends with %s', async (logout) => {
    const { store, app, browser } = await signedIn();
    const [grantId = ''] = await store.grantIds();
    expect((await browser.get(logout)).status).toBe(200);
    expect(await store.grantIds()).toEqual([]);
    await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect((await browser.get('/api', { accept: 'text/html' })).location).toBe('/login?returnTo=%2Fapi');
  });

  test('defect 10: stays after a logout when it is kept', async () => {
    const { app, browser } = await signedIn();
    const grantId = (await browser.get('/keep')).text;
    await browser.get('/plain-logout');
    await expect(app.strategy.grant(grantId).rest.get('/platform/v1/tokenContext')).resolves.toBeDefined();
    expect((await browser.get('/api')).status).toBe(401);
  });

  test.each([
    ['a session whose id the app renews', '/renew'],
    ['a login of the same user with new data', '/update'],
  ])('defect 28: survives %s', async (_what, route) => {
    const { store, browser } = await signedIn();
    const before = await store.grantIds();
    for (const _time of [1, 2]) expect((await browser.get(route)).status).toBe(200);
    expect((await browser.get('/api')).status).toBe(200);
    expect(await store.grantIds()).toEqual(before);
  });

  test('defect 28: survives a login of the same user whose serialised value is another each time', async () => {
    let count = 0;
    const users = new Map<string, Express.User>();
    const { browser } = await signedIn({
      keepUser: {
        toSession: (user) => {
          const key = `handle ${(count += 1)}`;
          users.set(key, user);
          return key;
        },
        fromSession: (key) => users.get(key as string) as Express.User,
      },
    });
    expect((await browser.get('/update')).status).toBe(200);
    expect((await browser.get('/api')).status).toBe(200);
  });

  test('defect 10: ends at once: a response that does not wait for the logout is anonymous', async () => {
    const { browser } = await signedIn({
      routes: (express) => {
        express.get('/hasty', (req, res) => {
          req.logout(() => undefined);
          res.json({ isSignedIn: req.isAuthenticated() });
        });
      },
    });
    expect((await browser.get('/hasty')).text).toBe('{"isSignedIn":false}');
    expect(JSON.parse((await browser.get('/me')).text)).toMatchObject({ user: null });
  });

  test('stays when a login opens no session', async () => {
    const { store, browser } = await signedIn({
      routes: (express) => {
        express.get('/unsaved', (req, res, next) => {
          const options = { session: 0 } as unknown as { session: boolean };
          req.login(req.user as Express.User, options, (error) => (error === undefined ? void res.end() : next(error)));
        });
      },
    });
    expect((await browser.get('/unsaved')).status).toBe(200);
    expect(await store.grantIds()).toHaveLength(1);
    expect((await browser.get('/api')).status).toBe(200);
  });

  test('does not go to a user who logs in after a logout in the sign-in’s own request', async () => {
    const emulator = await emulate();
    const store = new RecordingStore();
    const app = await appAt(emulator, { session: { store }, callback: {} });
    app.express.get('/cb', (req, res, next) => {
      req.logout((failed) => {
        if (failed !== undefined) {
          next(failed);
          return;
        }
        req.logIn({ id: 'other', displayName: 'Other' }, (error) =>
          error === undefined ? void res.end() : next(error),
        );
      });
    });
    const browser = app.browser();
    expect((await signIn(emulator, browser)).status).toBe(200);
    const { user, connected } = JSON.parse((await browser.get('/me')).text) as { user: object; connected: boolean };
    expect([user, connected]).toEqual([{ id: 'other', displayName: 'Other' }, false]);
    expect(await store.grantIds()).toEqual([]);
  });

  test('is released when another user logs in', async () => {
    const { store, browser } = await signedIn();
    await browser.get('/other');
    expect(await store.grantIds()).toEqual([]);
    expect(JSON.parse((await browser.get('/me')).text)).toMatchObject({ connected: false });
  });

  test('defect 10: a logout while the vault is away logs the user out all the same, and says what was not done', async () => {
    const store = new RecordingStore();
    const destroy = store.destroy.bind(store);
    const { app, browser } = await signedIn({ session: { store } });
    store.destroy = (sid, done) => {
      if (sid.startsWith('mcg_')) done?.(new Error('away'));
      else destroy(sid, done);
    };
    const get = store.get.bind(store);
    store.get = (sid, done) => {
      if (sid.startsWith('mcg_')) done(new Error('away'));
      else get(sid, done);
    };
    expect((await browser.get('/plain-logout')).status).toBe(503);
    expect(JSON.parse((await browser.get('/me')).text)).toEqual({ user: null, connected: false });
    expect(app.errors).toMatchObject([{ code: 'vault_unavailable' }]);
  });
});

describe('a session that is signed out while a request waits', () => {
  test('defect 3: is not brought back by the guard, whose grant is dead by then', async () => {
    const clock = heldClock();
    const { emulator, store, app, browser } = await signedIn({ strategy: { clock: clock.now } });
    clock.advance(1_079_000);
    const door = new Door();
    emulator.fault('token', { until: door.opened, times: 1, status: 400, body: { error: 'invalid_grant' } });
    const old = { cookie: browser.cookie, accept: 'text/html' };
    const waiting = app.browser().get('/api', old);
    await emulator.requests.waitFor('token', 2);
    await browser.send('/logout', { method: 'POST', headers: { origin: browser.origin } });
    door.open();
    expect([(await waiting).status, (await waiting).location]).toEqual([302, '/login?returnTo=%2Fapi']);
    expect(await store.sessionIds()).toEqual([]);
  });

  test('defect 3: is not brought back by disconnect()', async () => {
    const door = new Door();
    const { store, app, browser } = await signedIn({
      routes: (express) => {
        addRoutes(express);
        express.get('/disconnect', (req, res, next) => {
          door
            .pass()
            .then(() => req.marketingCloud.disconnect())
            .then(() => res.end(), next);
        });
      },
    });
    const waiting = app.browser().get('/disconnect', { cookie: browser.cookie });
    await door.arrived;
    await browser.send('/logout', { method: 'POST', headers: { origin: browser.origin } });
    door.open();
    expect((await waiting).status).toBe(200);
    expect(await store.sessionIds()).toEqual([]);
  });
});

describe('defect 23: two strategies with the same name', () => {
  test('are refused by the second marketingCloud(), and at the second one’s first sign-in', async () => {
    const emulator = await emulate();
    const second = (origin: string): Strategy =>
      new Strategy({ ...emulator.strategyOptions(), callbackURL: `${origin}/cb`, clientID: 'of-the-manager' });
    const app = await appAt(emulator, {
      routes: (express, _strategy, passport) => {
        passport.use('manager', second('http://127.0.0.1:1'));
        express.get('/manager', passport.authenticate('manager') as RequestHandler);
        express.use('/managed', marketingCloud(second('http://127.0.0.1:1')));
      },
    });
    for (const path of ['/manager', '/managed']) expect((await app.browser().get(path)).status).toBe(500);
    expect(app.errors).toEqual([1, 2].map(() => new TypeError((app.errors[0] as Error).message)));
    expect((app.errors[0] as Error).message).toMatch(/have the name marketing-cloud\. Give each its own name/);
  });

  test('share neither a grant nor a pending sign-in when their client ids differ', async () => {
    const emulator = await emulate();
    const store = new session.MemoryStore();
    const reader = await appAt(emulator, { session: { store } });
    const manager = await appAt(emulator, { session: { store }, strategy: { clientID: 'of-the-manager' } });
    const browser = reader.browser();
    const callback = await comeBack(emulator, await openLogin(browser));
    expect((await manager.browser().get(callback, { cookie: browser.cookie })).status).toBe(403);
    await browser.get(callback);
    expect((await browser.get('/api')).status).toBe(200);
    expect((await manager.browser().get('/api', { cookie: browser.cookie })).status).toBe(401);
    expect((await browser.get('/api')).status).toBe(200);
  });
});
