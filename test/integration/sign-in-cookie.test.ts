import session from 'express-session';
import type { RequestHandler } from 'express';
import { describe, expect, test } from '@jest/globals';
import { comeBack, openLogin, signIn, whoIs } from '../support/attack';
import type { Browser } from '../support/browser';
import { sessionIdOf } from '../support/session-cookie';
import { appAt, emulate } from '../support/scene';
import { RecordingStore } from '../support/stores';

/** The sign-ins that a browser holds cookies of. */
function signInsOf(browser: Browser): string[] {
  return [...browser.cookies.keys()].filter((name) => /^(?:__Host-)?mc-sign-in-/.test(name));
}

describe('the cookie of a sign-in', () => {
  test('R2 has the attributes that the callback needs, and no more', async () => {
    const emulator = await emulate({ callbackURLs: ['https://app.example/cb'] });
    const [plain, secure] = await Promise.all([
      appAt(emulator),
      appAt(emulator, { strategy: { callbackURL: 'https://app.example/cb' } }),
    ]);
    const [onHttp, onHttps] = await Promise.all([plain.browser().get('/login'), secure.browser().get('/login')]);
    expect(onHttp.headers['set-cookie']).toEqual([
      expect.stringMatching(/^mc-sign-in-[\w-]{8}=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect(onHttps.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-mc-sign-in-[\w-]{8}=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ]);
  });

  test.each(['x', ';', '%C3%A9', '"'])(
    'R10 is small for any page to return to, here of %s, and no session comes before the sign-in',
    async (character) => {
      const emulator = await emulate();
      const browser = (await appAt(emulator)).browser();
      const returnTo = `/${character.repeat(2_047 / character.length)}`;
      const login = await browser.get(`/login?returnTo=${encodeURIComponent(returnTo)}`);
      const callback = await browser.get(await comeBack(emulator, login.location));
      const cookies = [login, callback].map(({ headers }) => headers['set-cookie'] ?? []);
      expect(cookies.map((of) => of.map((cookie) => cookie.replace(/(?:-[\w-]{8})?=.*/s, '')))).toEqual([
        ['mc-sign-in'],
        ['mc-sign-in', 'connect.sid'],
      ]);
      expect(Math.max(...cookies.flat().map(({ length }) => length))).toBeLessThan(4_096);
      // Express encodes what a header cannot hold.
      expect(decodeURI(callback.location) === decodeURI(returnTo)).toBe(true);
    },
  );

  test('defect 28: lets two tabs begin before there is any session, and both finish where they were going', async () => {
    const emulator = await emulate();
    const store = new RecordingStore();
    const app = await appAt(emulator, { session: { store } });
    const browser = app.browser();
    const [first, second] = await Promise.all([
      openLogin(browser, '/login?returnTo=/first'),
      openLogin(browser, '/login?returnTo=/second'),
    ]);
    expect(await store.sessionIds()).toEqual([]);
    const callbacks = [await comeBack(emulator, second), await comeBack(emulator, first)] as const;
    expect((await browser.get(callbacks[0])).location).toBe('/second');
    expect((await browser.get(callbacks[1])).location).toBe('/first');
    expect((await browser.get('/api')).status).toBe(200);
  });

  test.each([
    ['success', '', undefined],
    ['access_denied', 'error=access_denied', undefined],
    ['another error', 'error=server_error', undefined],
    ['a dead code', '', { status: 400, body: { error: 'invalid_grant' } }],
    ['an outage of Marketing Cloud', '', { status: 500, body: 'down' }],
  ])('is gone after %s', async (_what, query, fault) => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    const login = await openLogin(browser);
    const [name = ''] = signInsOf(browser);
    const secret = browser.cookies.get(name);
    if (fault !== undefined) emulator.fault('token', fault);
    const state = login.searchParams.get('state') ?? '';
    await browser.get(query === '' ? await comeBack(emulator, login) : `/cb?state=${state}&${query}`);
    expect(browser.cookies.get(name)).not.toBe(secret);
  });

  test('stays when the callback is malformed, or the vault away, so that the sign-in can still finish', async () => {
    const emulator = await emulate();
    const store = new RecordingStore();
    const app = await appAt(emulator, { session: { store } });
    const browser = app.browser();
    const callback = await comeBack(emulator, await openLogin(browser));
    expect((await browser.get(`${callback}&code=again`)).status).toBe(400);
    expect((await browser.get(callback)).location).toBe('/home');
  });

  test('defect 28: is needed: without it the callback says so, and names the login route in its hint', async () => {
    const emulator = await emulate();
    const infos: unknown[] = [];
    const app = await appAt(emulator, {
      routes: (express, strategy, passport) => {
        express.get('/told', (req, res, next) => {
          const done = (_error: unknown, _user: unknown, info: unknown): void => {
            infos.push(info);
            res.end();
          };
          (passport.authenticate(strategy.name, done) as RequestHandler)(req, res, next);
        });
      },
    });
    const browser = app.browser();
    const callback = (await comeBack(emulator, await openLogin(browser))).replace('/cb', '/told');
    const state = new URL(callback, app.origin).searchParams.get('state') ?? '';
    await app.browser().get(callback);
    await app.browser().get('/told?code=of-a-content-block');
    await app.browser().get(`/told?error=access_denied&state=${state}`);
    expect(infos).toEqual([
      expect.objectContaining({ code: 'invalid_state', reason: 'cookie_missing' }),
      expect.not.objectContaining({ reason: expect.anything() }),
      expect.objectContaining({ code: 'invalid_state', reason: 'access_denied' }),
    ]);
    expect((await browser.get(callback.replace('/told', '/cb'))).location).toBe('/home');
  });

  test('defect 15: ten sign-ins are under way in a browser at most, and the oldest makes room', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    for (let count = 0; count < 10; count += 1) await openLogin(browser);
    const before = signInsOf(browser);
    await openLogin(browser);
    const after = signInsOf(browser);
    expect(after.length).toBe(10);
    expect(after.slice(0, 9)).toEqual(before.slice(1));
  });
});

describe('Back to a callback that has finished', () => {
  test('defect 28: leads where it led, for the user who is signed in, and makes no call and no new session', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    const callback = await comeBack(emulator, await openLogin(browser, '/login?returnTo=%2Fpage%3Fx%3D1'));
    expect((await browser.get(callback)).location).toBe('/page?x=1');
    const id = sessionIdOf(browser);
    emulator.requests.clear();
    for (const _time of [1, 2]) expect((await browser.get(callback)).location).toBe('/page?x=1');
    expect([sessionIdOf(browser), emulator.requests.length]).toEqual([id, 0]);
  });

  test('leads where it led also after another tab of the same user has finished, whose grant replaced the first', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    const first = await comeBack(emulator, await openLogin(browser, '/login?returnTo=/a'));
    const second = await comeBack(emulator, await openLogin(browser, '/login?returnTo=/b'));
    for (const [callback, page] of [
      [first, '/a'],
      [second, '/b'],
      [first, '/a'],
      [second, '/b'],
    ] as const) {
      expect((await browser.get(callback)).location).toBe(page);
    }
  });

  test('leaves three short marks at most', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    for (let round = 0; round < 6; round += 1) {
      const page = `/${'a'.repeat(2_000)}`;
      const callback = await comeBack(emulator, await openLogin(browser, `/login?returnTo=${page}`));
      expect((await browser.get(callback)).location).toBe(page);
    }
    expect(signInsOf(browser).length).toBe(3);
    expect(browser.cookie.length).toBeLessThan(1_000);
  });

  test('is refused to all others: signed out, another user, another browser with the mark', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    const callback = await comeBack(emulator, await openLogin(browser));
    await browser.get(callback);
    const thief = app.browser();
    for (const name of signInsOf(browser)) thief.cookies.set(name, browser.cookies.get(name) ?? '');
    expect((await thief.get(callback)).status).toBe(403);
    const marks = new Map(browser.cookies);
    await signIn(emulator, browser, 'ravi.menon');
    for (const [name, value] of marks) if (name.includes('mc-sign-in-')) browser.cookies.set(name, value);
    expect((await browser.get(callback)).status).toBe(403);
  });

  test('runs a custom callback for the same user, whose login is not repeated', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      routes: (express, strategy, passport) => {
        express.get('/cb', (req, res, next) => {
          const done = (_error: unknown, user: Express.User | false | null): void => {
            if (!user) return void res.sendStatus(403);
            req.logIn(user, (error) => (error === undefined ? res.redirect('/custom') : next(error)));
          };
          (passport.authenticate(strategy.name, done) as RequestHandler)(req, res, next);
        });
      },
    });
    const browser = app.browser();
    const callback = await comeBack(emulator, await openLogin(browser));
    expect((await browser.get(callback)).location).toBe('/custom');
    const id = sessionIdOf(browser);
    expect((await browser.get(callback)).location).toBe('/custom');
    expect(sessionIdOf(browser)).toBe(id);
  });
});

describe('a planted session', () => {
  test('defect 12: is of no use after the login, and the attacker’s callback does not sign in', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      routes: (express) => {
        express.get('/visit', (req, res) => {
          Reflect.set(req.session, 'visits', 1);
          res.end();
        });
      },
    });
    const attacker = app.browser();
    await attacker.get('/visit');
    const kept = await comeBack(emulator, await openLogin(attacker), 'ravi.menon');
    const victim = app.browser();
    victim.cookies.set('connect.sid', attacker.cookies.get('connect.sid') ?? '');
    await signIn(emulator, victim, 'maya.lind');
    expect((await victim.get(kept)).status).toBe(403);
    expect(await whoIs(victim)).toMatchObject({ displayName: 'Maya Lind' });
    expect(await whoIs(attacker)).toBeNull();
  });
});

describe('the guard', () => {
  test('defect 29: makes no session, however many anonymous requests come', async () => {
    const emulator = await emulate();
    const store = new RecordingStore();
    const app = await appAt(emulator, { session: { store } });
    for (let count = 0; count < 100; count += 1) {
      const reply = await app.browser().get('/api', { accept: 'text/html' });
      expect([reply.location, reply.headers['set-cookie']]).toEqual(['/login?returnTo=%2Fapi', undefined]);
    }
    expect(Object.keys(await store.records())).toEqual([]);
  });
});

test('a whole sign-in reads the session store three times, writes four times and deletes twice', async () => {
  const emulator = await emulate();
  const counts = { get: 0, set: 0, destroy: 0 };
  class CountingStore extends session.MemoryStore {
    override get(...args: Parameters<session.MemoryStore['get']>): void {
      counts.get += 1;
      super.get(...args);
    }

    override set(...args: Parameters<session.MemoryStore['set']>): void {
      counts.set += 1;
      super.set(...args);
    }

    override destroy(...args: Parameters<session.MemoryStore['destroy']>): void {
      counts.destroy += 1;
      super.destroy(...args);
    }
  }
  const app = await appAt(emulator, { session: { store: new CountingStore() } });
  await signIn(emulator, app.browser());
  expect(counts).toEqual({ get: 3, set: 4, destroy: 2 });
});
