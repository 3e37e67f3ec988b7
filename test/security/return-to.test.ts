import { expect } from '@jest/globals';
import type { RequestHandler } from 'express';
import { requireMarketingCloud } from '../../src';
import { attack, comeBack, openLogin, signIn, type AttackOptions, type Scene } from '../support/attack';
import type { Browser } from '../support/browser';
import { FOREIGN, FOREIGN_TOO, KEPT, LOOPING, MALFORMED } from '../support/return-targets';

/** The app as the world sees it, behind a proxy that ends TLS. */
const ORIGIN = 'https://app.example';

/** What this attack gives as `returnTo`. */
let given: unknown;

/** An app whose login route, or whose session, says where to go afterwards. */
function appThat(way: 'option' | 'session' | 'neither', more: AttackOptions['app'] = {}): AttackOptions {
  return {
    emulator: { callbackURLs: [`${ORIGIN}/cb`] },
    signsIn: true,
    app: {
      ...more,
      strategy: { callbackURL: `${ORIGIN}/cb` },
      login: () => (way === 'option' ? { returnTo: given as string } : {}),
      routes: (express, ...rest) => {
        more.routes?.(express, ...rest);
        if (way !== 'session') return;
        express.get('/plant', (req, res) => {
          Reflect.set(req.session, 'returnTo', given);
          res.end();
        });
      },
    },
  };
}

/** Where a browser lands that signs in with each of these, for those that do not land where they should. */
async function strays<T>(
  { emulator, browser }: Scene,
  targets: readonly T[],
  how: {
    expected?: (target: T) => string;
    prepare?: (target: T) => Promise<unknown>;
    /** Where the login route is asked for. */
    login?: (target: T) => Promise<string>;
  } = {},
): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const target of targets) {
    given = target;
    await how.prepare?.(target);
    const login = await openLogin(browser, (await how.login?.(target)) ?? '/login');
    const { status, location } = await browser.get(await comeBack(emulator, login));
    if (status !== 302 || location !== (how.expected?.(target) ?? '/home')) found.push([target, status, location]);
  }
  return found;
}

/** A target on the app's origin, as a path. */
const asPath = (target: string): string => target.replace(ORIGIN, '');

attack(
  'L1',
  'a foreign returnTo of the login route leads to the default path of the app’s origin',
  async (scene) => expect(await strays(scene, FOREIGN)).toEqual([]),
  appThat('option'),
);

attack(
  'L1b',
  'a foreign returnTo of the session leads to the default path of the app’s origin',
  async (scene) => expect(await strays(scene, FOREIGN, { prepare: () => scene.browser.get('/plant') })).toEqual([]),
  appThat('session'),
);

/** Opens a page that is guarded, as a browser does that goes there. */
const NAVIGATES = { 'sec-fetch-mode': 'navigate' };
/** What a client can put into a request line. */
const REQUESTABLE = [...FOREIGN, ...FOREIGN_TOO].filter((target) => /^(?:\/|https?:\/\/)[\x21-\x7e]+$/.test(target));

attack(
  'L1c',
  'a guarded page requested with a foreign target leads to the default path of the app’s origin',
  async (scene) => {
    const { app, browser } = scene;
    expect(REQUESTABLE.length).toBeGreaterThan(30);
    app.express.use(requireMarketingCloud(), (_req, res) => void res.end());
    const ask = async (target: string): Promise<string> => {
      browser.cookies.clear();
      const { status, location } = await browser.get(target, NAVIGATES);
      // Node refuses some of them by itself.
      if (status === 400) return '/login';
      expect([target, status, location.split('?')[0]]).toEqual([target, 302, '/login']);
      return location;
    };
    expect(await strays(scene, REQUESTABLE, { login: ask })).toEqual([]);
  },
  appThat('neither'),
);

/** Ways to finish a sign-in other than Passport's own, each of which reads `req.session.returnTo` as Passport does. */
const otherWays: NonNullable<AttackOptions['app']> = {
  routes: (express, strategy, passport) => {
    const goBack: RequestHandler = (req, res) => {
      res.redirect((req.session as { returnTo?: string }).returnTo ?? '/home');
    };
    const { name } = strategy;
    express.get(
      '/unsigned',
      passport.authenticate(name, { session: false, successReturnToOrRedirect: '/home' }) as RequestHandler,
    );
    express.get('/unsigned-by-hand', passport.authenticate(name, { session: false }) as RequestHandler, goBack);
    express.get('/connected', passport.authorize(name) as RequestHandler, goBack);
    express.get('/by-hand', (req, res, next) => {
      const done = (_error: unknown, user: Express.User): void =>
        req.logIn(user, (error) => (error === undefined ? void goBack(req, res, next) : next(error)));
      (passport.authenticate(name, done) as RequestHandler)(req, res, next);
    });
    express.get('/only-known', (req, res, next) => {
      (passport.authenticate(name, () => goBack(req, res, next)) as RequestHandler)(req, res, next);
    });
    express.get(
      '/keeping',
      passport.authenticate(name, { keepSessionInfo: true, successReturnToOrRedirect: '/home' }) as RequestHandler,
    );
  },
};

attack(
  'L1d',
  'every way to finish a sign-in drops a foreign returnTo and keeps one of the app',
  async ({ emulator, browser }) => {
    for (const way of ['unsigned', 'unsigned-by-hand', 'connected', 'by-hand', 'only-known', 'keeping']) {
      for (const [planted, expected] of [
        ['//e.com', '/home'],
        ['/ok?x=1#y', '/ok?x=1#y'],
        [`${ORIGIN}/ok?x=1#y`, '/ok?x=1#y'],
      ]) {
        given = planted;
        browser.cookies.clear();
        await browser.get('/plant');
        const callback = await comeBack(emulator, await openLogin(browser));
        const reply = await browser.get(callback.replace('/cb', `/${way}`));
        expect([way, planted, reply.status, reply.location]).toEqual([way, planted, 302, expected]);
      }
    }
  },
  { ...appThat('session', otherWays), signsIn: true },
);

attack(
  'L2',
  'a malformed returnTo of the login route leads to the default path',
  async (scene) => expect(await strays(scene, MALFORMED)).toEqual([]),
  appThat('option'),
);

attack(
  'L2b',
  'a returnTo of the session that is malformed or not a string leads to the default path',
  async (scene) => {
    const odd: unknown[] = [
      ['//e.com'],
      ['/ok'],
      { href: '//e.com' },
      { toString: '/ok' },
      42,
      true,
      false,
      null,
      [],
      {},
      [[['/ok']]],
    ];
    const prepare = (): Promise<unknown> => scene.browser.get('/plant');
    expect(await strays(scene, [...MALFORMED, ...odd], { prepare })).toEqual([]);
  },
  appThat('session'),
);

attack(
  'L2c',
  'a returnTo of the login route that is not a string is a TypeError',
  async ({ app, browser }) => {
    const odd: unknown[] = [['//e.com'], { href: '//e.com' }, 42, true, null, Symbol('/ok'), () => '/ok'];
    for (given of odd) {
      const reply = await browser.get('/login');
      expect([reply.status, reply.location]).toEqual([500, '']);
      expect(app.errors.at(-1)).toBeInstanceOf(TypeError);
      expect(app.errors.at(-1)).toMatchObject({ message: expect.stringContaining('returnTo') });
    }
    expect(app.errors).toHaveLength(odd.length);
  },
  { ...appThat('option'), signsIn: false },
);

attack(
  'L3',
  'a guarded catch-all route requested as another host stays on the app’s origin',
  async (scene) => {
    const { app, browser, emulator, anotherBrowser } = scene;
    // A login page of another strategy, or one that goes back by itself.
    app.express.get('/other-login', (req, res) => {
      res.redirect(new URL(req.url, ORIGIN).searchParams.get('returnTo') ?? '/home');
    });
    app.express.use('/other', requireMarketingCloud({ loginUrl: '/other-login' }));
    app.express.use(requireMarketingCloud(), (req, res) => void res.end(`at ${req.url}`));
    for (const target of ['//e.com', '//e.com/%2e%2e', '///e.com', '/\\e.com', '//e.com/other']) {
      const other = anotherBrowser();
      const asked = await other.get(target, NAVIGATES);
      expect([target, asked.status, asked.location.split('?')[0]]).toEqual([target, 302, '/login']);
      const raw = await other.get(asked.location.replace('/login', '/other-login'));
      expect(new URL(raw.location, ORIGIN).origin).toBe(ORIGIN);
      expect((await signIn(emulator, other)).location).toBe('/home');
      expect((await other.get(target, NAVIGATES)).text).toMatch(/^at \//);
    }
    const { location } = await browser.get('/other/page?x=1', NAVIGATES);
    expect((await browser.get(location)).location).toBe('/other/page?x=1');
  },
  { ...appThat('neither'), signsIn: false },
);

attack(
  'L4',
  'a returnTo of the login, the callback or the sign-out leads to the default path',
  async (scene) => expect(await strays(scene, LOOPING)).toEqual([]),
  appThat('option'),
);

attack(
  'L4b',
  'such a returnTo of the session leads to the default path',
  async (scene) => {
    const prepare = (): Promise<unknown> => scene.browser.get('/plant');
    expect(await strays(scene, LOOPING.slice(0, 4), { prepare })).toEqual([]);
  },
  appThat('session'),
);

attack(
  'L5',
  'no parameter of the callback changes where its sign-in returns to',
  async ({ emulator, browser, anotherBrowser }) => {
    const begin = async (who: Browser, returnTo: string): Promise<URL> => {
      given = returnTo;
      const login = await openLogin(who);
      expect(login.href).not.toMatch(/first|second|attackers/);
      expect(Buffer.from(login.searchParams.get('state') ?? '', 'base64url').toString()).not.toMatch(/first|attackers/);
      return login;
    };
    const first = await begin(browser, '/first');
    const second = await begin(browser, '/second');
    const attackers = await begin(anotherBrowser(), '/attackers');
    const [callback, later] = [await comeBack(emulator, first), await comeBack(emulator, second)];
    const state = first.searchParams.get('state') ?? '';
    const encoded = Buffer.from(JSON.stringify({ returnTo: '//e.com' })).toString('base64url');
    for (const tampered of [
      attackers.searchParams.get('state') ?? '',
      `${state}.${encoded}`,
      `${encoded}.${state}`,
      `${state}|//e.com`,
      `${state}%7C%2F%2Fe.com`,
      `${state}&state=${encoded}`,
      encoded,
    ]) {
      const reply = await browser.get(callback.replace(state, tampered));
      expect([tampered, reply.location]).toEqual([tampered, '']);
      expect([400, 403]).toContain(reply.status);
    }
    const extra = '&returnTo=//e.com&return_to=//e.com&redirect=//e.com&RelayState=//e.com&refusalUrl=//e.com';
    expect((await browser.get(`${callback}${extra}`)).location).toBe('/first');
    expect((await browser.get(`${later}${extra}`)).location).toBe('/second');
  },
  appThat('option'),
);

attack(
  'L6',
  'a valid returnTo of the login route is kept exactly',
  async (scene) => expect(await strays(scene, KEPT, { expected: asPath })).toEqual([]),
  appThat('option'),
);

attack(
  'L6b',
  'a valid returnTo of the session is kept exactly',
  async (scene) => {
    const prepare = (): Promise<unknown> => scene.browser.get('/plant');
    expect(await strays(scene, KEPT.slice(0, 5), { expected: asPath, prepare })).toEqual([]);
  },
  appThat('session'),
);

attack(
  'L6c',
  'the user returns to a guarded page exactly, except for the fragment, which browsers do not send',
  async (scene) => {
    const { app, browser } = scene;
    const pages = KEPT.filter((target) => target.startsWith('/')).map((target) => target.replace(/#.*/, ''));
    app.express.use(requireMarketingCloud(), (_req, res) => void res.end());
    const ask = async (target: string): Promise<string> => {
      browser.cookies.clear();
      return (await browser.get(target, NAVIGATES)).location;
    };
    expect(await strays(scene, pages, { expected: (page) => page, login: ask })).toEqual([]);
  },
  appThat('neither'),
);
