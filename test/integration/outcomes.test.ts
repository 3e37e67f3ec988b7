import type { RequestHandler } from 'express';
import { describe, expect, test } from '@jest/globals';
import { embeddedCookie, MarketingCloudError } from '../../src';
import { comeBack, openLogin, whoIs } from '../support/attack';
import { appAt, emulate } from '../support/scene';

/** What a custom callback was told. */
interface Told {
  error?: unknown;
  user?: unknown;
  info?: unknown;
  status?: unknown;
}

/** An app whose callback route tells what Passport was told. */
async function tellingApp(
  options: Parameters<typeof appAt>[1] = {},
  emulatorOptions: Parameters<typeof emulate>[0] = {},
) {
  const emulator = await emulate(emulatorOptions);
  const told: Told[] = [];
  const app = await appAt(emulator, {
    ...options,
    routes: (express, strategy, passport) => {
      options.routes?.(express, strategy, passport);
      express.get('/cb', (req, res, next) => {
        const tell = (error: unknown, user?: unknown, info?: unknown, status?: unknown): void => {
          told.push({ error, user, info, status });
          res.end();
        };
        (passport.authenticate(strategy.name, tell) as RequestHandler)(req, res, next);
      });
    },
  });
  return { emulator, app, told, browser: app.browser() };
}

describe('what the user or the browser did is a fail with a code', () => {
  test.each([
    ['access_denied', 'access_denied', 403],
    ['user_not_licensed', 'user_not_licensed', 403],
  ])('an authorization response with error=%s', async (error, code, status) => {
    const { told, browser } = await tellingApp();
    const state = (await openLogin(browser)).searchParams.get('state') ?? '';
    await browser.get(`/cb?error=${error}&error_description=%3Cscript%3E&state=${state}`);
    expect(told).toEqual([
      { error: null, user: false, info: { code, message: expect.not.stringContaining('<') }, status },
    ]);
  });

  test('an unlicensed user, as Marketing Cloud says it', async () => {
    const { emulator, told, browser } = await tellingApp();
    const [tenant] = emulator.world.tenants;
    const unlicensed = tenant?.users.find(({ username }) => username === 'tom.berg');
    await browser.get(await comeBack(emulator, await openLogin(browser), unlicensed?.username));
    expect(told).toMatchObject([{ info: { code: 'user_not_licensed' }, status: 403 }]);
  });

  test('an error without its state still says which of the well-known two it was', async () => {
    const { told, browser } = await tellingApp();
    await browser.get('/cb?error=user_not_licensed');
    await browser.get('/cb?error=server_error');
    expect(told).toMatchObject([
      { info: { code: 'invalid_state', reason: 'user_not_licensed' }, status: 403 },
      { info: { code: 'invalid_state' }, status: 403 },
    ]);
    expect(told[1]?.info).not.toHaveProperty('reason');
  });

  test.each(['invalid_grant', 'invalid_token', 'access_denied'])(
    'a code that is dead by the word %s',
    async (error) => {
      const { emulator, told, browser } = await tellingApp();
      emulator.fault('token', { status: 400, body: { error } });
      await browser.get(await comeBack(emulator, await openLogin(browser)));
      expect(told).toMatchObject([{ error: null, info: { code: 'sign_in_expired' }, status: 401 }]);
    },
  );

  test('a business unit that the user may not enter', async () => {
    const { emulator, told, browser } = await tellingApp({ login: { accountId: '999999999' } });
    await browser.get(await comeBack(emulator, await openLogin(browser)));
    expect(emulator.requests.last('token')?.body).toMatchObject({ account_id: 999_999_999 });
    expect(told).toMatchObject([{ info: { code: 'business_unit_denied' }, status: 403 }]);
  });

  test('a method that no callback comes by', async () => {
    const { emulator, app, browser } = await tellingApp();
    const callback = await comeBack(emulator, await openLogin(browser));
    const reply = await browser.send(callback, { method: 'POST' });
    expect([reply.status, app.errors.length, emulator.requestsTo('token').length]).toEqual([405, 0, 0]);
  });
});

describe('what broke is an error with a status', () => {
  test.each([
    [
      'any other error of the authorization response',
      502,
      'authorization_failed',
      { status: 302, error: 'server_error' },
    ],
  ])('%s', async (_what, status, code, response) => {
    const { told, browser } = await tellingApp();
    const state = (await openLogin(browser)).searchParams.get('state') ?? '';
    await browser.get(`/cb?error=server_error&state=${state}`);
    expect(told).toMatchObject([{ error: { status, code, response } }]);
  });

  test.each([
    ['a wrong secret', { status: 401, body: { error: 'invalid_client' } }, 502, 'invalid_client'],
    ['a client of the wrong type', { status: 401, body: { error: 'unauthorized_client' } }, 502, 'invalid_client'],
    [
      'a limit, in the REST dialect',
      { status: 429, body: { message: 'blocked', errorcode: 50200 } },
      503,
      'rate_limited',
    ],
    [
      'an outage',
      { status: 500, body: { message: 'Internal Server Error', errorcode: 0 } },
      503,
      'upstream_unavailable',
    ],
    ['a reset', { drop: 'before-headers' }, 503, 'upstream_unavailable'],
    ['any other refusal', { status: 400, body: { error: 'invalid_scope' } }, 502, 'invalid_response'],
    ['a redirect', { status: 302, headers: { location: 'https://example.com/' } }, 502, 'invalid_response'],
  ] as const)('%s', async (_what, fault, status, code) => {
    for (const endpoint of ['token', 'userinfo'] as const) {
      const { emulator, told, browser } = await tellingApp();
      emulator.fault(endpoint, fault);
      await browser.get(await comeBack(emulator, await openLogin(browser)));
      expect(told).toMatchObject([{ error: { status, code, hint: expect.any(String) } }]);
      expect(told[0]?.error).toBeInstanceOf(MarketingCloudError);
      expect(await whoIs(browser)).toBeNull();
    }
  });

  test('no answer in time', async () => {
    const { emulator, told, browser } = await tellingApp({ strategy: { timeout: 200 } });
    emulator.fault('token', { drip: { intervalMs: 50 } });
    await browser.get(await comeBack(emulator, await openLogin(browser)));
    expect(told).toMatchObject([{ error: { status: 504, code: 'upstream_unavailable' } }]);
  });
});

describe('refusalUrl', () => {
  test('is where a refused sign-in goes, with its code and nothing else', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { login: { refusalUrl: '/failed?from=login#top' } });
    const browser = app.browser();
    const state = (await openLogin(browser)).searchParams.get('state') ?? '';
    const reply = await browser.get(`/cb?error=access_denied&error_description=secret&state=${state}`);
    expect([reply.status, reply.location]).toEqual([302, '/failed?from=login&code=access_denied#top']);
    expect((await browser.get('/cb?error=access_denied')).status).toBe(403);
  });

  test('on the callback route wins, also where no pending sign-in is known', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { login: { refusalUrl: '/a' }, callback: { refusalUrl: '/b' } });
    const browser = app.browser();
    const state = (await openLogin(browser)).searchParams.get('state') ?? '';
    expect((await browser.get(`/cb?error=access_denied&state=${state}`)).location).toBe('/b?code=access_denied');
    expect((await browser.get('/cb?state=x')).location).toBe('/b?code=invalid_callback');
    expect((await browser.get('/cb?code=x&state=y')).location).toBe('/b?code=invalid_state');
  });

  test('gets sign_in_refused when verify says no', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      callback: { refusalUrl: '/no' },
      verify: (_a: string, _r: string, _p: object, _profile: object, done: (error: null, user: false) => void) =>
        done(null, false),
    });
    const browser = app.browser();
    const reply = await browser.get(await comeBack(emulator, await openLogin(browser)));
    expect(reply.location).toBe('/no?code=sign_in_refused');
  });
});

describe('a request that only looks', () => {
  test.each([
    ['HEAD', 'HEAD', {}],
    ['a prefetch', 'GET', { 'sec-purpose': 'prefetch;prerender' }],
    ['an older prefetch', 'GET', { purpose: 'prefetch' }],
  ])('by %s starts nothing and spends nothing', async (_what, method, headers) => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    const looked = await browser.send('/login', { method, headers });
    expect([looked.status, looked.location, browser.cookies.size]).toEqual([204, '', 0]);
    const callback = await comeBack(emulator, await openLogin(browser));
    expect((await browser.send(callback, { method, headers })).status).toBe(204);
    expect((await browser.get(callback)).location).toBe('/home');
  });
});

describe('a session cookie that cannot come back is told on the login route, with the fix', () => {
  test.each([
    ['R5 Secure over plain http', { secure: true }, /trust proxy/],
    ['SameSite=Strict', { sameSite: 'strict' as const }, /lax/],
    ['SameSite as true, which is strict', { sameSite: true }, /lax/],
    ['Partitioned without Secure', { partitioned: true }, /embeddedCookie/],
    ['R5 Secure as auto, and TLS that ends at a proxy', { ...embeddedCookie, secure: 'auto' as const }, /trust proxy/],
  ])('%s', async (_what, cookie, hint) => {
    const emulator = await emulate();
    const app = await appAt(emulator, { session: { cookie } });
    const reply = await app.browser().get('/login');
    expect([reply.status, reply.location]).toEqual([503, '']);
    expect(app.errors).toMatchObject([{ code: 'session_unavailable', hint: expect.stringMatching(hint) }]);
  });

  test.each([
    ['https', 'https://app.example.com/cb', 503],
    ['plain http, where not every browser refuses it', undefined, 302],
  ])('SameSite=None without Secure, over %s', async (_what, callbackURL, status) => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      session: { cookie: { sameSite: 'none' } },
      ...(callbackURL !== undefined && { strategy: { callbackURL } }),
    });
    const reply = await app.browser().get('/login');
    expect([reply.status, app.errors.length]).toEqual([status, status === 503 ? 1 : 0]);
  });

  test('Secure behind a proxy that Express trusts is fine', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      session: { cookie: { secure: true } },
      before: (express) => express.set('trust proxy', 1),
    });
    const browser = app.browser();
    const https = { 'x-forwarded-proto': 'https' };
    const login = await browser.get('/login', https);
    expect(login.status).toBe(302);
    const reply = await browser.get(await comeBack(emulator, login.location), https);
    expect(reply.headers['set-cookie']).toContainEqual(expect.stringMatching(/^connect\.sid=.*Secure/));
  });
});
