import { runInNewContext } from 'node:vm';
import type { Express } from 'express';
import session from 'express-session';
import { expect } from '@jest/globals';
import { MarketingCloudError } from '../../src';
import { attack, comeBack, openLogin, signIn, whoIs } from '../support/attack';
import type { Browser } from '../support/browser';
import { RecordingStore } from '../support/stores';

/** Callbacks as they come from Marketing Cloud, of an unknown sign-in. */
const CALLBACKS = [
  `/cb?code=CANARY-code&state=${'A'.repeat(43)}`,
  `/cb?error=access_denied&state=${'A'.repeat(43)}`,
  `/cb?error=server_error&state=${'A'.repeat(43)}`,
];
const NAVIGATION = { 'sec-fetch-mode': 'navigate', accept: 'text/html' };

/** Asks for each target, as a page and as data, and gives what came back. */
async function askFor(browser: Browser, targets: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const target of targets) {
    for (const headers of [{}, NAVIGATION]) {
      const { status, text, location } = await browser.get(target, headers);
      found.push([target, status, text, location]);
    }
  }
  return found;
}

/** The same answer to each target, as a page and as data. */
function eachIs(targets: readonly string[], status: number, code: string): unknown[] {
  return targets.flatMap((target) => Array.from({ length: 2 }, () => [target, status, `{"error":"${code}"}`, '']));
}

attack(
  'A6',
  'without express-session every route is an error, none continues and none redirects',
  async ({ emulator, browser, app }) => {
    const targets = ['/login', ...CALLBACKS, '/api'];
    expect(await askFor(browser, targets)).toEqual(eachIs(targets, 503, 'session_unavailable'));
    expect((await browser.send('/login', { method: 'POST' })).status).toBe(503);
    expect(app.errors).toHaveLength(2 * targets.length + 1);
    for (const error of app.errors) expect(error).toBeInstanceOf(MarketingCloudError);
    expect([emulator.requests.length, browser.cookies.size]).toEqual([0, 0]);
  },
  { app: { session: false } },
);

{
  const store = new RecordingStore();
  attack(
    'A6b',
    'while the session store is away every route is an error, and sessions are intact afterwards',
    async ({ emulator, browser, anotherBrowser, app }) => {
      await signIn(emulator, browser);
      const user = await whoIs(browser);
      const other = anotherBrowser();
      const callback = await comeBack(emulator, await openLogin(other));
      emulator.requests.clear();

      store.emit('disconnect');
      // Passport's own session strategy sees it first.
      const targets = ['/login', callback, ...CALLBACKS, '/api', '/me'];
      for (const one of [browser, other]) {
        expect(await askFor(one, targets)).toEqual(eachIs(targets, 500, 'error'));
      }
      expect(app.errors).toHaveLength(4 * targets.length);
      expect(emulator.requests.length).toBe(0);

      store.emit('connect');
      expect(await whoIs(browser)).toEqual(user);
      expect((await browser.get('/api')).status).toBe(200);
      expect((await other.get(callback)).location).toBe('/home');
    },
    { app: { session: { store } }, signsIn: true },
  );
}

{
  const store = new RecordingStore();
  /** Sessions and a user of the app's own, without `passport.session()`. */
  const before = (app: Express): void => {
    app.use(session({ store, secret: 'of the session', resave: false, saveUninitialized: false }));
    app.use((req, _res, next) => {
      req.user = { id: 'of the app' };
      next();
    });
  };
  attack(
    'A6c',
    'while the session store is away every route is an error of the package if no other middleware notices',
    async ({ emulator, browser, app }) => {
      expect((await signIn(emulator, browser)).location).toBe('/home');
      expect((await browser.get('/api')).status).toBe(200);
      const callback = await comeBack(emulator, await openLogin(browser));
      emulator.requests.clear();

      store.emit('disconnect');
      const targets = ['/login', callback, ...CALLBACKS, '/api'];
      expect(await askFor(browser, targets)).toEqual(eachIs(targets, 503, 'session_unavailable'));
      expect(app.errors).toHaveLength(2 * targets.length);
      expect(emulator.requests.length).toBe(0);

      store.emit('connect');
      expect((await browser.get('/api')).status).toBe(200);
      expect((await browser.get(callback)).location).toBe('/home');
    },
    { app: { session: false, before } },
  );
}

type Done = (error?: unknown, user?: unknown) => void;
type Verify = (accessToken: string, refreshToken: string, params: object, profile: object, done: Done) => unknown;

/** Results of verify that are failures. */
const FAILURES: Readonly<Record<string, (done: Done) => unknown>> = {
  'an exception': () => {
    throw new TypeError('of verify');
  },
  'an exception that is an empty string': () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw '';
  },
  'a rejection': () => Promise.reject(new TypeError('of verify')),
  'a rejection without a reason': () => new Promise((_resolve, reject) => void setImmediate(reject)),
  'an error': (done) => done(new TypeError('of verify')),
  'an error with a user': (done) => done(new TypeError('of verify'), { id: '1' }),
  'an error as a string': (done) => done('of verify'),
  'an error, then a user': (done) => {
    done(new TypeError('of verify'));
    done(null, { id: '1' });
  },
  'an exception after an error': (done) => {
    done(new TypeError('of verify'));
    throw new TypeError('of verify');
  },
  'an error with a user, a moment later': (done) => void setImmediate(done, new TypeError('of verify'), { id: '1' }),
};

/** What verify may give for a user by mistake. */
const NO_USERS: Readonly<Record<string, unknown>> = {
  'an Error': new TypeError('CANARY of verify'),
  'an Error of another realm': runInNewContext("new TypeError('CANARY of verify')") as unknown,
  'a string': 'CANARY',
  'a number': 42,
  'a negative number': -1,
  infinity: Number.POSITIVE_INFINITY,
  true: true,
  'a bigint': 1n,
  'a symbol': Symbol('CANARY'),
  'a function': () => ({ id: '1' }),
  'a promise of a user': Promise.resolve({ id: '1' }),
  'a promise of null': Promise.resolve(null),
  'a query that has not run': { then: () => undefined },
};

/** Ends of a verify that refuse the user. */
const REFUSALS: Readonly<Record<string, (done: Done) => unknown>> = {
  false: (done) => done(null, false),
  null: (done) => done(null, null),
  nothing: (done) => done(),
  'an empty string': (done) => done(null, ''),
  zero: (done) => done(null, 0),
  'no number': (done) => done(null, Number.NaN),
  'false, then a user': (done) => {
    done(null, false);
    done(null, { id: '1' });
  },
  'false, then an exception': (done) => {
    done(null, false);
    throw new TypeError('of verify');
  },
};

/** How many grants lie in a store. */
async function grantsIn(store: RecordingStore): Promise<number> {
  return (await store.dump()).split('"kind":"grant"').length - 1;
}

{
  let end: (done: Done) => unknown = () => undefined;
  const verify: Verify = (_accessToken, _refreshToken, _params, _profile, done) => end(done);
  const store = new RecordingStore();
  const usersAtTheEnd: unknown[] = [];
  const before = (app: Express): void => {
    app.use((req, res, next) => {
      res.once('finish', () => usersAtTheEnd.push(req.user));
      next();
    });
  };
  const app = { verify, before, session: { store } };

  attack(
    'A7',
    'a verify that fails, or gives an invalid user, does not sign in',
    async ({ emulator, anotherBrowser, app: { errors } }) => {
      const ends = {
        ...FAILURES,
        ...Object.fromEntries(
          Object.entries(NO_USERS).map(([name, user]) => [name, (done: Done) => done(null, user)] as const),
        ),
      };
      const found: Record<string, unknown> = {};
      const wanted: Record<string, unknown> = {};
      for (const [name, given] of Object.entries(ends)) {
        end = given;
        usersAtTheEnd.length = 0;
        const browser = anotherBrowser();
        const { status, text, location } = await signIn(emulator, browser);
        const api = (await browser.get('/api')).status;
        found[name] = [status, text, location, (await browser.get('/me')).text, api, ...usersAtTheEnd];
        const code = Object.hasOwn(NO_USERS, name) ? 'invalid_user' : 'error';
        const anonymous = '{"user":null,"connected":false}';
        // The login, the callback, /api and /me.
        const users = [undefined, undefined, undefined, undefined];
        wanted[name] = [500, `{"error":"${code}"}`, '', anonymous, 401, ...users];
      }
      expect(found).toEqual(wanted);
      expect(errors).toHaveLength(Object.keys(ends).length);
      expect(await grantsIn(store)).toBe(0);
    },
    { app },
  );

  attack(
    'A7b',
    'a verify that refuses, or gives nothing, does not sign in',
    async ({ emulator, anotherBrowser, app: { errors } }) => {
      const found: Record<string, unknown> = {};
      const wanted: Record<string, unknown> = {};
      for (const [name, given] of Object.entries(REFUSALS)) {
        end = given;
        const browser = anotherBrowser();
        const { status, text, location } = await signIn(emulator, browser);
        found[name] = [status, text, location, (await browser.get('/me')).text];
        wanted[name] = [401, 'Unauthorized', '', '{"user":null,"connected":false}'];
      }
      expect(found).toEqual(wanted);
      expect(errors).toEqual([]);
      expect(await grantsIn(store)).toBe(0);
    },
    { app },
  );

  attack(
    'A7c',
    'a verify that fails at a second sign-in leaves the first login unchanged',
    async ({ emulator, browser }) => {
      end = (done) => done(null, { id: 'good' });
      await signIn(emulator, browser);
      for (end of [...Object.values(FAILURES), ...Object.values(REFUSALS)]) {
        expect([401, 500]).toContain((await signIn(emulator, browser, 'ravi.menon')).status);
        expect([await whoIs(browser), (await browser.get('/api')).status]).toEqual([{ id: 'good' }, 200]);
      }
    },
    { app, signsIn: true },
  );
}
