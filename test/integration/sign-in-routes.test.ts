import express, { type RequestHandler } from 'express';
import session from 'express-session';
import passport from 'passport';
import { describe, expect, test } from '@jest/globals';
import { requireMarketingCloud, signInRoutes, Strategy, type SignInRoutesOptions } from '../../src';
import type { Emulator } from '../../src/emulator';
import { comeBack } from '../support/attack';
import type { Browser } from '../support/browser';
import { ALL_FLAVOURS } from '../support/flavours';
import { appAt, emulate } from '../support/scene';
import type { TestApp } from '../support/app';

const failed: NonNullable<SignInRoutesOptions['failed']> = (failure, _req, res) => {
  res.status(failure.status).json({ failed: failure.code, reason: failure.reason });
};

/** An app with the routes at `/enter`, `/cb` and `/leave`. */
async function appWith(emulator: Emulator, options: SignInRoutesOptions = {}, mount = '/'): Promise<TestApp> {
  return await appAt(emulator, {
    routes: (app, strategy, own) => {
      app.use(mount, signInRoutes(strategy, { login: '/enter', logout: '/leave', passport: own, ...options }));
    },
  });
}

/** Signs Maya in from the login route; the callback's answer. */
async function signInFrom(emulator: Emulator, browser: Browser, login = '/enter'): ReturnType<Browser['get']> {
  const { location } = await browser.get(login);
  return await browser.get(await comeBack(emulator, location));
}

describe('signInRoutes', () => {
  test.each<[string, object, RegExp]>([
    ['an unknown option', { logn: '/in' }, /did you mean login\?/],
    ['a path without a slash', { login: 'login' }, /Option login of signInRoutes\(\) must be a path/],
    ['one path for two routes', { logout: '/login' }, /Option logout .* is the path of another route: \/login/],
    ['a callback that callbackURL does not lead to', { callback: '/back' }, /Option callback .* callbackURL/],
    ['two answers to a refusal', { failed, refusalUrl: '/sorry' }, /Option refusalUrl .* failed/],
    ['a failed of another type', { failed: '/sorry' }, /Option failed .* must be a function/],
    ['a path of another type', { login: null }, /Option login of signInRoutes\(\) must be a path/],
    ['an empty refusalUrl', { refusalUrl: '' }, /Option refusalUrl of signInRoutes\(\) must be/],
    ['a redirectTo of another type', { redirectTo: null }, /Option redirectTo of signInRoutes\(\) must be/],
    ['an empty cookieName', { cookieName: '' }, /Option cookieName of signInRoutes\(\) must be/],
    ['a Passport without authenticate', { passport: {} }, /Option passport of signInRoutes\(\) must be/],
    ['a path that is another host in a link', { login: '//evil.example' }, /Option login .* must be a path/],
  ])('%s is a TypeError', (_what, options, message) => {
    const strategy = new Strategy({
      ...{ subdomain: 'mc-one', clientID: 'one', clientSecret: 'secret' },
      callbackURL: 'https://app.example.com/auth/callback',
    });
    expect(() => signInRoutes(strategy, options)).toThrow(TypeError);
    expect(() => signInRoutes(strategy, options)).toThrow(message);
  });

  test.each(ALL_FLAVOURS.filter(({ queryParser }) => queryParser === 'simple'))(
    'signs in, returns to the page and signs out: $name',
    async (flavour) => {
      const emulator = await emulate();
      const app = await appAt(emulator, {
        flavour,
        routes: (mounted, strategy, own) => {
          mounted.use(signInRoutes(strategy, { login: '/enter', logout: '/leave', passport: own }));
        },
      });
      const browser = app.browser();
      const back = await signInFrom(emulator, browser, '/enter?returnTo=/reports');
      expect(back).toMatchObject({ status: 302, location: '/reports' });
      expect(JSON.parse((await browser.get('/me')).text)).toMatchObject({ connected: true });
      const out = await browser.send('/leave', { method: 'POST', headers: { origin: app.origin } });
      expect(out).toMatchObject({ status: 302, location: '/' });
      expect(JSON.parse((await browser.get('/me')).text)).toEqual({ user: null, connected: false });
    },
  );

  test('needs no other wiring than express-session and passport.session()', async () => {
    const emulator = await emulate();
    const app = express();
    passport.serializeUser((user, done) => done(null, user));
    passport.deserializeUser((user: Express.User, done) => done(null, user));
    app.use(
      session({ secret: 'of the session', resave: false, saveUninitialized: false }),
      passport.session() as RequestHandler,
    );
    const listening = await appAt(emulator, {
      before: (outer) => {
        const strategy = new Strategy({
          ...emulator.strategyOptions(),
          name: 'bare',
          callbackURL: 'http://127.0.0.1/inner/auth/callback',
        });
        app.use(signInRoutes(strategy, { redirectTo: '/inner/who' }));
        app.get('/data', (req, res, next) => {
          req.marketingCloud.credentials().then(() => res.end(), next);
        });
        // Its login route is that of signInRoutes(), with the path that it is mounted at.
        app.get('/who', requireMarketingCloud(), (req, res) => {
          res.json({ name: req.user?.displayName, url: req.user !== undefined && 'marketingCloud' in req.user });
        });
        outer.use('/inner', app);
      },
    });
    const browser = listening.browser();
    // The browser module finds the login route by this header.
    const challenge = (await browser.get('/inner/data')).headers['www-authenticate'];
    expect(challenge).toBe('MarketingCloud login_url="/inner/login"');
    expect((await browser.get('/inner/who', { accept: 'text/html' })).location).toMatch(/^\/inner\/login\?returnTo=/);
    expect((await signInFrom(emulator, browser, '/inner/login')).location).toBe('/inner/who');
    expect(JSON.parse((await browser.get('/inner/who')).text)).toEqual({ name: 'Maya Lind', url: true });
  });

  test.each([
    ['a case and a final slash', '/ENTER/', 302],
    ['another method than GET and POST on the login route', '/enter', 405, 'PUT'],
    ['a GET on the logout route', '/leave', 405, 'GET'],
    ['another path', '/enterprise', 404, 'GET'],
    ['a malformed path', '/%E0%A4%A', 404, 'GET'],
  ])('matches as Express does: %s', async (_what, path, status, method = 'GET') => {
    const emulator = await emulate();
    const app = await appWith(emulator);
    expect((await app.browser().send(path, { method })).status).toBe(status);
  });

  test('failed answers a refusal in place, with its code and status', async () => {
    const emulator = await emulate();
    const app = await appWith(emulator, { failed });
    const browser = app.browser();
    const { location } = await browser.get('/enter');
    const state = new URL(location).searchParams.get('state') ?? '';
    const refused = await browser.get(`/cb?error=user_not_licensed&state=${state}`);
    expect(refused).toMatchObject({ status: 403, text: '{"failed":"user_not_licensed"}' });
    const stray = await app.browser().get('/cb?code=abc&state=abc');
    expect(JSON.parse(stray.text)).toEqual({ failed: 'invalid_state', reason: 'cookie_missing' });
  });

  test('failed answers an error, with Retry-After where waiting helps', async () => {
    const emulator = await emulate();
    const app = await appWith(emulator, { failed });
    const browser = app.browser();
    const callback = await comeBack(emulator, (await browser.get('/enter')).location);
    emulator.fault('token', { status: 429, headers: { 'Retry-After': '7' }, repeat: 9 });
    const answer = await browser.get(callback);
    expect(answer).toMatchObject({ status: 503, text: '{"failed":"rate_limited"}' });
    expect(answer.headers['retry-after']).toBe('7');
    expect(app.errors).toEqual([]);
  });

  test('failed signs the user in otherwise, and a rejection of it is an error', async () => {
    const emulator = await emulate();
    const app = await appWith(emulator, {
      failed: () => Promise.reject(new Error('no template')),
      redirectTo: '/home',
    });
    const browser = app.browser();
    expect((await signInFrom(emulator, browser)).location).toBe('/home');
    expect((await browser.get('/cb?code=abc&state=abc')).status).toBe(500);
    expect(app.errors).toEqual([new Error('no template')]);
  });

  test('failed tells a refusal of verify from the others', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      verify: (_token: string, _refresh: string, _params: object, _profile: object, done: Done) =>
        done(null, false, { message: 'Only employees may sign in.' }),
      routes: (mounted, strategy, own) => {
        mounted.use(
          signInRoutes(strategy, {
            passport: own,
            failed: ({ code, message, status }, _req, res) => res.status(status).json({ code, message }),
          }),
        );
      },
    });
    const answer = await signInFrom(emulator, app.browser(), '/login');
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toEqual({ code: 'sign_in_refused', message: 'Only employees may sign in.' });
  });

  test.each<[string, unknown, number, object]>([
    ['null', null, 401, { message: 'The sign-in was refused.' }],
    ['a text', 'Not today.', 401, { message: 'Not today.' }],
    ['a status, as Passport takes it', 403, 403, { message: 'The sign-in was refused.' }],
    ['an object with a code of its own', { code: 'nobody' }, 401, { message: 'The sign-in was refused.' }],
  ])('failed gets a refusal of verify with %s', async (_what, info, status, expected) => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      verify: (_token: string, _refresh: string, _params: object, _profile: object, done: Done) =>
        done(null, false, info as object),
      routes: (mounted, strategy, own) => {
        const answer: typeof failed = ({ code, message, status: given }, _req, res) =>
          res.status(given).json({ code, message });
        mounted.use(signInRoutes(strategy, { passport: own, failed: answer }));
      },
    });
    const answer = await signInFrom(emulator, app.browser(), '/login');
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ code: 'sign_in_refused', ...expected });
  });

  test('an option that Object.prototype has counts for nothing', async () => {
    const emulator = await emulate();
    const polluted = { redirectTo: 'https://evil.example/', failed, refusalUrl: '/evil', cookieName: 'evil' };
    Object.assign(Object.prototype, polluted);
    let app: TestApp;
    try {
      app = await appWith(emulator);
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
    }
    const browser = app.browser();
    expect((await signInFrom(emulator, browser)).location).toBe('/');
    expect((await browser.get('/cb?code=abc&state=abc')).text).not.toContain('failed');
  });

  describe('of two strategies', () => {
    async function openTwo() {
      const emulator = await emulate();
      const own = new passport.Passport();
      own.serializeUser((user, done) => done(null, user));
      own.deserializeUser((user: Express.User, done) => done(null, user));
      const [one, two] = ['one', 'two'].map(
        (name) =>
          new Strategy({ ...emulator.strategyOptions(), name, callbackURL: `http://127.0.0.1/inner/${name}/cb` }),
      ) as [Strategy, Strategy];
      const app = express();
      app.use(session({ secret: 'of the session', resave: false, saveUninitialized: false }));
      app.use(own.session() as RequestHandler);
      app.use(signInRoutes(one, { passport: own, login: '/one/in', logout: '/one/out', appMenuLogout: '/one/gone' }));
      app.use(signInRoutes(two, { passport: own, login: '/two/in', logout: '/two/out' }));
      app.get('/id', (req, res) => void res.send(req.marketingCloud.grantId));
      const browser = (await appAt(emulator, { before: (outer) => void outer.use('/inner', app) })).browser();
      await signInFrom(emulator, browser, '/inner/two/in');
      const grantId = (await browser.get('/inner/id')).text;
      expect((await two.credentials(grantId)).accessToken).toHaveLength(512);
      return {
        emulator,
        browser,
        isGone: () => expect(two.credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' }),
      };
    }

    test.each([
      ['POST', '/inner/one/out', 302],
      ['GET', '/inner/one/gone', 200],
    ])('%s %s of the first also deletes the grant of the second', async (method, path, status) => {
      const { browser, isGone } = await openTwo();
      expect((await browser.send(path, { method, headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(status);
      await isGone();
    });

    test('a sign-in by the first deletes the grant of the second', async () => {
      const { emulator, browser, isGone } = await openTwo();
      await signInFrom(emulator, browser, '/inner/one/in');
      await isGone();
    });
  });

  test('refusalUrl gets the code', async () => {
    const emulator = await emulate();
    const app = await appWith(emulator, { refusalUrl: '/sorry' });
    expect((await app.browser().get('/cb?code=abc&state=abc')).location).toBe('/sorry?code=invalid_state');
  });

  test('appMenuLogout ends the session by a GET of Marketing Cloud', async () => {
    const emulator = await emulate();
    const app = await appWith(emulator, { appMenuLogout: '/mc-logout' });
    const browser = app.browser();
    await signInFrom(emulator, browser);
    expect((await browser.get('/mc-logout')).status).toBe(200);
    expect(JSON.parse((await browser.get('/me')).text)).toEqual({ user: null, connected: false });
  });
});

type Done = (error: unknown, user?: unknown, info?: object) => void;
