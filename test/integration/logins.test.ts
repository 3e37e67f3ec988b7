import session from 'express-session';
import type { Express, RequestHandler } from 'express';
import { describe, expect, test } from '@jest/globals';
import { comeBack, openLogin, signIn, whoIs } from '../support/attack';
import { appAt, emulate } from '../support/scene';

/** Every record of a memory store. */
async function recordsOf(store: session.MemoryStore): Promise<Record<string, Record<string, unknown>>> {
  return await new Promise((resolve) => store.all((_error, all) => resolve(all as never)));
}

/** How many grants lie in a store. */
async function grantsIn(store: session.MemoryStore): Promise<number> {
  const records = Object.values(await recordsOf(store)).map((record) => record['marketingCloudVault']);
  return records.filter((record) => (record as { kind?: string } | undefined)?.kind === 'grant').length;
}

/** Passport's own logout, of an app that keeps what else is in the session. */
function addPassportLogout(express: Express): void {
  express.get('/passport-logout', (req, res, next) => {
    req.logout({ keepSessionInfo: true }, (error) => (error ? next(error) : void res.end()));
  });
}

describe('a login', () => {
  test('renews the session, and the old id is dead', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    const callback = await comeBack(emulator, await openLogin(browser));
    const before = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    await browser.get(callback);
    expect([...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')).not.toBe(before);
    const old = await app.browser().get('/me', { cookie: before });
    expect(JSON.parse(old.text)).toEqual({ user: null, connected: false });
  });

  test('works with a serializer that keeps only an id', async () => {
    const emulator = await emulate();
    const store = new session.MemoryStore();
    const users = new Map<string, Express.User>();
    const app = await appAt(emulator, {
      session: { store },
      keepUser: {
        toSession: (user) => {
          users.set(user.id ?? '', user);
          return user.id;
        },
        fromSession: (id) => users.get(String(id)) as Express.User,
      },
    });
    const browser = app.browser();
    await signIn(emulator, browser);
    expect((await browser.get('/api')).status).toBe(200);
  });

  test('again, as another user too, forgets the first grant and keeps the new one', async () => {
    const emulator = await emulate();
    const store = new session.MemoryStore();
    const app = await appAt(emulator, { session: { store } });
    const browser = app.browser();
    await signIn(emulator, browser, 'maya.lind');
    await signIn(emulator, browser, 'maya.lind');
    expect(await grantsIn(store)).toBe(1);
    expect((await browser.get('/api')).status).toBe(200);
  });

  test('that is abandoned leaves the old one as it was', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    await signIn(emulator, browser);
    await openLogin(browser);
    expect((await browser.get('/cb?error=access_denied')).status).toBe(403);
    expect((await browser.get('/api')).status).toBe(200);
  });

  test.each([
    ['serializing the user fails', 'serializer', 500],
    ['the store fails when the session is saved', 'store', 503],
  ])('leaves the browser anonymous and no grant when %s', async (_what, fails, status) => {
    const emulator = await emulate();
    const store = new session.MemoryStore();
    const set = store.set.bind(store);
    let broken = false;
    store.set = (sid, data, callback) => {
      if (broken && fails === 'store' && !sid.startsWith('mcg_')) callback?.(new Error('full'));
      else set(sid, data, callback);
    };
    const app = await appAt(emulator, {
      session: { store },
      keepUser: {
        toSession: (user) => {
          if (broken && fails === 'serializer') throw new Error('no');
          return user;
        },
        fromSession: (kept) => kept as Express.User,
      },
    });
    const browser = app.browser();
    const callback = await comeBack(emulator, await openLogin(browser));
    broken = true;
    expect((await browser.get(callback)).status).toBe(status);
    broken = false;
    expect([await whoIs(browser), await grantsIn(store)]).toEqual([null, 0]);
  });

  test('that cannot renew the session leaves the old login as it was', async () => {
    const emulator = await emulate();
    const store = new session.MemoryStore();
    const destroy = store.destroy.bind(store);
    let broken = false;
    store.destroy = (sid, callback) => {
      if (broken && !sid.startsWith('mcg_')) callback?.(new Error('away'));
      else destroy(sid, callback);
    };
    const app = await appAt(emulator, { session: { store } });
    const browser = app.browser();
    await signIn(emulator, browser);
    const callback = await comeBack(emulator, await openLogin(browser));
    broken = true;
    expect((await browser.get(callback)).status).toBe(503);
    broken = false;
    expect([(await browser.get('/api')).status, await grantsIn(store)]).toEqual([200, 1]);
  });

  test('with keepSessionInfo keeps the app’s data, not the package’s data of a planted session', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      callback: { keepSessionInfo: true, successReturnToOrRedirect: '/home' },
      routes: (express) => {
        express.get('/plant', (req, res) => {
          const planted = req.session as unknown as Record<string, unknown>;
          planted['cart'] = 'full';
          planted['returnTo'] = '//evil.example';
          planted['marketingCloud'] = {
            grants: { 'marketing-cloud': { grantId: 'planted', byLogin: false } },
            earlier: 'x',
          };
          res.end();
        });
        express.get('/session', (req, res) => void res.json(req.session));
      },
    });
    const browser = app.browser();
    await browser.get('/plant');
    expect((await signIn(emulator, browser)).location).toBe('/home');
    const kept = (await browser.get('/session')).text;
    expect(JSON.parse(kept)).toMatchObject({ cart: 'full' });
    expect(kept).not.toMatch(/planted|evil/);
    expect((await browser.get('/api')).status).toBe(200);
  });

  test('with session: false opens no session, and its grant is known by info', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { callback: { session: false } });
    app.express.get('/cb', (req, res) => {
      res.json({ grantId: (req.authInfo as { grantId?: string }).grantId, connected: req.marketingCloud.connected });
    });
    const browser = app.browser();
    const reply = JSON.parse((await signIn(emulator, browser)).text) as { grantId: string; connected: boolean };
    expect([await whoIs(browser), reply.connected]).toEqual([null, false]);
    expect((await app.strategy.credentials(reply.grantId)).accessToken).toHaveLength(512);
  });

  test('by the app itself, in a custom callback, stores the grant too', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      routes: (express, strategy, passport) => {
        express.get('/cb', (req, res, next) => {
          const done = (error: unknown, user?: Express.User | false, info?: object): void => {
            if (user === false || user === undefined) next(error);
            else req.logIn(user, (failed) => (failed === undefined ? void res.json(info) : next(failed)));
          };
          (passport.authenticate(strategy.name, { session: false }, done) as RequestHandler)(req, res, next);
        });
      },
    });
    const browser = app.browser();
    expect(JSON.parse((await signIn(emulator, browser)).text)).toEqual({ grantId: expect.any(String) });
    expect((await browser.get('/api')).status).toBe(200);
  });

  test.each([
    ['logIn', { session: true }],
    ['login', { session: true }],
    ['logIn', { session: true, keepSessionInfo: true }],
  ] as const)('by req.%s as a user of the app’s own, after Passport’s, stores the grant again', async (logIn, how) => {
    const emulator = await emulate();
    const store = new session.MemoryStore();
    const app = await appAt(emulator, { session: { store }, callback: {} });
    app.express.get('/cb', (req, res, next) => {
      req[logIn]({ displayName: 'Own User' }, how, (error) => (error === undefined ? void res.end() : next(error)));
    });
    const browser = app.browser();
    expect((await signIn(emulator, browser)).status).toBe(200);
    expect(await whoIs(browser)).toEqual({ displayName: 'Own User' });
    expect((await browser.get('/api')).status).toBe(200);
    expect(await grantsIn(store)).toBe(1);
  });

  test('ends with Passport’s own logout: the grant goes with it', async () => {
    const emulator = await emulate();
    const store = new session.MemoryStore();
    const app = await appAt(emulator, {
      session: { store },
      routes: (express) => {
        addPassportLogout(express);
        express.get('/credentials', (req, res, next) => {
          req.marketingCloud.credentials().then(() => res.end(), next);
        });
        express.get('/disconnect', (req, res, next) => {
          req.marketingCloud.disconnect().then(() => res.end(), next);
        });
      },
    });
    for (const [target, status] of [
      ['/credentials', 401],
      ['/disconnect', 200],
      ['/api', 401],
    ] as const) {
      const browser = app.browser();
      await signIn(emulator, browser);
      await browser.get('/passport-logout');
      expect(JSON.parse((await browser.get('/me')).text)).toEqual({ user: null, connected: false });
      expect((await browser.get(target)).status).toBe(status);
      expect(await grantsIn(store)).toBe(0);
    }
  });
});

describe('a login of another user that keeps what was in the session', () => {
  test.each([
    ['after a logout that does so too', '/passport-logout'],
    ['in place of the one before', '/me'],
  ])('%s does not get the grant', async (_when, first) => {
    const emulator = await emulate();
    const store = new session.MemoryStore();
    const app = await appAt(emulator, {
      session: { store },
      routes: (express) => {
        addPassportLogout(express);
        express.get('/local', (req, res, next) => {
          req.logIn({ displayName: 'Another' }, { session: true, keepSessionInfo: true }, (error) =>
            error === undefined ? void res.end() : next(error),
          );
        });
      },
    });
    const browser = app.browser();
    await signIn(emulator, browser);
    await browser.get(first);
    await browser.get('/local');
    expect(JSON.parse((await browser.get('/me')).text)).toEqual({ user: { displayName: 'Another' }, connected: false });
    expect((await browser.get('/api')).status).toBe(401);
    expect(await grantsIn(store)).toBe(0);
  });
});

describe('passport.authorize', () => {
  test('connects Marketing Cloud to a user who is signed in already, and who stays', async () => {
    const emulator = await emulate();
    const store = new session.MemoryStore();
    const app = await appAt(emulator, {
      session: { store },
      routes: (express, strategy, passport) => {
        express.get('/local', (req, res, next) => {
          req.logIn({ displayName: 'Own User' }, (error) => (error === undefined ? void res.end() : next(error)));
        });
        express.get('/login', passport.authorize(strategy.name) as RequestHandler);
        express.get('/cb', passport.authorize(strategy.name) as RequestHandler, (req, res) => {
          res.json({ account: (req as unknown as { account: { displayName: string } }).account.displayName });
        });
      },
    });
    const browser = app.browser();
    await browser.get('/local');
    for (const _round of [1, 2]) {
      expect(JSON.parse((await signIn(emulator, browser)).text)).toEqual({ account: 'Maya Lind' });
      expect(await whoIs(browser)).toEqual({ displayName: 'Own User' });
      expect((await browser.get('/api')).status).toBe(200);
      expect(await grantsIn(store)).toBe(1);
    }
  });
});
