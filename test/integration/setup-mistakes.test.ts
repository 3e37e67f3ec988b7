import type { RequestHandler } from 'express';
import { describe, expect, test } from '@jest/globals';
import { requireMarketingCloud, signOut, appMenuSignOut, Strategy } from '../../src';
import { signIn as signInAgent } from '../../src/testing';
import { comeBack, openLogin, signIn } from '../support/attack';
import { appAt, emulate } from '../support/scene';

const REAL = {
  subdomain: 'mc563885gzs27c5t9-63k636ttgm',
  clientID: 'client',
  callbackURL: 'https://app.example.com/auth/callback',
};

interface Warning {
  readonly code: string;
  readonly message: string;
  readonly detail: string;
}

/** The warnings that an act has Node emit. Jest's `process` hears of none, so they are taken where they are emitted. */
async function warningsOf(act: () => unknown): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (message: string | Error, options?: unknown) => {
    warnings.push({ message: String(message), ...(options as Pick<Warning, 'code' | 'detail'>) });
  };
  try {
    await act();
  } finally {
    process.emitWarning = emitWarning;
  }
  return warnings;
}

describe('case L5: what people paste', () => {
  test.each([
    [
      { subdomain: 'https://mc563885gzs27c5t9-63k636ttgm.auth.marketingcloudapis.com/' },
      'Option subdomain must be the tenant-specific subdomain alone: mc563885gzs27c5t9-63k636ttgm.',
    ],
    [
      { subdomain: 'mc563885gzs27c5t9-63k636ttgm.rest.marketingcloudapis.com' },
      'Option subdomain must be the tenant-specific subdomain alone: mc563885gzs27c5t9-63k636ttgm.',
    ],
    [
      { subdomain: 'mc563885gzs27c5t9-63k636ttgm\n' },
      'Option subdomain must be the tenant-specific subdomain alone: mc563885gzs27c5t9-63k636ttgm.',
    ],
    [
      { scope: 'offline,email_read' },
      'Option scope must be separated by spaces, not by commas: offline email_read, or a list.',
    ],
    [
      { scope: ['offline, email_read'] },
      'Option scope must be separated by spaces, not by commas: offline email_read, or a list.',
    ],
    [
      { clientID: 'CANARY\n' },
      'Option clientID must not begin or end with white space: a line end was pasted with it.',
    ],
    [
      { clientSecret: 'CANARY\r\n' },
      'Option clientSecret must not begin or end with white space: a line end was pasted with it.',
    ],
    [
      { clientSecret: ['good', ' CANARY'] },
      'Option clientSecret must not begin or end with white space: a line end was pasted with it.',
    ],
  ])('%j is refused, with the right value where it is no secret', (given, message) => {
    expect(() => new Strategy({ ...REAL, ...given })).toThrow(new TypeError(message));
  });

  test.each([
    ['http://127.0.0.1:3000/cb', 'https://127.0.0.1:3000/cb'],
    ['https://localhost:3000/cb', 'https://127.0.0.1:3000/cb'],
    ['http://localhost/cb?x=1', 'https://127.0.0.1/cb?x=1'],
  ])('a callbackURL that Marketing Cloud does not accept is warned of: %s', async (callbackURL, right) => {
    expect(await warningsOf(() => new Strategy({ ...REAL, callbackURL }))).toMatchObject([
      { code: 'MARKETING_CLOUD_CALLBACK_URL', detail: expect.stringContaining(`Register and use ${right}: option`) },
    ]);
  });

  test('a login route on another host than the callback’s is warned of at the first login, once', async () => {
    const emulator = await emulate({ callbackURLs: ['http://localhost:1/cb'] });
    const app = await appAt(emulator, { strategy: { callbackURL: 'http://localhost:1/cb' } });
    const warnings = await warningsOf(async () => {
      for (const _time of [1, 2]) await openLogin(app.browser());
    });
    expect(warnings).toMatchObject([
      {
        code: 'MARKETING_CLOUD_LOGIN_HOST',
        message: expect.stringContaining('localhost, the host of callbackURL'),
        detail: expect.stringMatching(/\n[^ ]+\/docs\/errors\/warnings\.md#marketing_cloud_login_host$/),
      },
    ]);
    const fine = await appAt(emulator);
    expect(await warningsOf(() => openLogin(fine.browser()))).toEqual([]);
  });
});

describe('defect 21, defect 24: a typo in an option', () => {
  test.each([
    [
      () => requireMarketingCloud({ loginURL: '/in' } as object),
      'Option loginURL of requireMarketingCloud() is unknown; did you mean loginUrl?',
    ],
    [
      () => requireMarketingCloud({ scopes: 'x' } as object),
      'Option scopes of requireMarketingCloud() is unknown; did you mean scope?',
    ],
    [
      () => signOut({ redirectto: '/' } as object),
      'Option redirectto of signOut() is unknown; did you mean redirectTo?',
    ],
    [
      () => appMenuSignOut({ cookie: 'sid' } as object),
      'Option cookie of appMenuSignOut() is unknown; the options are cookieName.',
    ],
  ])('of a middleware is a TypeError, case %#', (make, message) => {
    expect(make).toThrow(new TypeError(message));
  });

  test.each([
    ['refusalURL', 'did you mean refusalUrl?'],
    ['accountID', 'did you mean accountId?'],
    ['failureRedirects', 'did you mean failureRedirect?'],
    ['anything', 'the options are scope'],
  ])('of passport.authenticate() is an error of the route: %s', async (option, says) => {
    const emulator = await emulate();
    const app = await appAt(emulator, { login: { [option]: '/x' } as object });
    expect((await app.browser().get('/login')).status).toBe(500);
    expect((app.errors[0] as Error).message).toContain(
      `Option ${option} of passport.authenticate() is unknown; ${says}`,
    );
  });

  test('of signIn() for tests is a TypeError', async () => {
    const emulator = await emulate();
    await expect(signInAgent({} as never, { emulator, loginUrl: '/in' } as never)).rejects.toThrow(
      /Option loginUrl of signIn\(\)/,
    );
  });
});

describe('case L1: one URL for login and callback', () => {
  test('begins a sign-in where it is asked without a part of an answer, and finishes it there', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    const login = await openLogin(browser, '/cb?returnTo=/page');
    expect((await browser.get(await comeBack(emulator, login))).location).toBe('/page');
    expect((await browser.get('/cb?state=x')).status).toBe(400);
  });
});

describe('case L2, case L6: sign-ins that cannot work', () => {
  test('passport.session() that is missing is an error that names it, and no redirect', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      routes: (express) => {
        express.get(
          '/without',
          (req, _res, next) => {
            delete (req as { user?: unknown }).user;
            next();
          },
          requireMarketingCloud() as RequestHandler,
        );
      },
    });
    const browser = app.browser();
    await signIn(emulator, browser);
    expect((await browser.get('/without', { accept: 'text/html' })).status).toBe(500);
    expect(app.errors).toMatchObject([
      { code: 'user_missing', hint: expect.stringMatching(/passport\.session\(\).*deserializeUser/) },
    ]);
    expect((await browser.get('/api')).status).toBe(200);
  });

  test('a user whose account is gone is an error, and the grant is released', async () => {
    const emulator = await emulate();
    let isGone = false;
    const app = await appAt(emulator, {
      keepUser: { toSession: (user) => user, fromSession: (kept) => (isGone ? false : kept) as Express.User },
    });
    const browser = app.browser();
    await signIn(emulator, browser);
    const { grantId } = JSON.parse((await browser.get('/me')).text) as { grantId?: string };
    expect(grantId).toBeUndefined();
    isGone = true;
    expect((await browser.get('/api', { accept: 'text/html' })).status).toBe(500);
    expect(app.errors).toMatchObject([{ code: 'user_missing' }]);
    expect((await browser.get('/api', { accept: 'text/html' })).location).toBe('/login?returnTo=%2Fapi');
  });

  test('a code that began elsewhere is refused with a hint at the login route', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      routes: (express, strategy, passport) => {
        express.get('/block', passport.authenticate(strategy.name, { failWithError: true }) as RequestHandler);
      },
    });
    expect((await app.browser().get('/block?code=of-a-content-block')).status).toBe(403);
  });
});

describe('defect 34: loops and pages for people', () => {
  test('three refusals within a minute end in an error at the next start, and a later start works', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { callback: { failureRedirect: '/login' } });
    const browser = app.browser();
    for (let round = 0; round < 3; round += 1) {
      const login = await browser.get('/login');
      const state = new URL(login.location).searchParams.get('state') ?? '';
      expect((await browser.get(`/cb?error=access_denied&state=${state}`)).location).toBe('/login');
    }
    expect((await browser.get('/login')).status).toBe(508);
    expect(app.errors).toMatchObject([{ code: 'sign_in_loop', hint: expect.stringContaining('failureRedirect') }]);
    expect((await browser.get('/login')).status).toBe(302);
  });

  test.each([
    ['refusalUrl', { login: { refusalUrl: '/login' }, callback: { refusalUrl: '/login' } }],
    [
      'failureRedirect',
      { login: { failureRedirect: '/login?error=1' }, callback: { failureRedirect: '/login?error=1' } },
    ],
  ])(
    'a %s that leads a refusal back to the login route by a query of its own ends in an error',
    async (_name, routes) => {
      const app = await appAt(await emulate(), routes);
      const browser = app.browser();
      let target = '/cb?code=x&state=y';
      for (let step = 0; step < 6 && target !== ''; step += 1) target = (await browser.get(target)).location;
      expect([target, app.errors]).toMatchObject(['', [{ code: 'sign_in_loop' }]]);
    },
  );

  test('refusals that are minutes apart, or that a sign-in comes between, are no loop', async () => {
    const emulator = await emulate();
    let now = Date.now();
    const app = await appAt(emulator, { strategy: { clock: () => now } });
    const browser = app.browser();
    for (let round = 0; round < 5; round += 1) {
      expect((await browser.get('/cb?code=x&state=y')).status).toBe(403);
      now += 31_000;
    }
    expect((await browser.get('/login')).status).toBe(302);
    for (let round = 0; round < 2; round += 1) await browser.get('/cb?code=x&state=y');
    await signIn(emulator, browser);
    await browser.get('/cb?code=x&state=y');
    expect((await browser.get('/login')).status).toBe(302);
  });

  test('a page with a long query is come back to without it', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const reply = await app.browser().get(`/api?filter=${'%22'.repeat(2_000)}`, { accept: 'text/html' });
    expect(reply.location).toBe('/login?returnTo=%2Fapi');
  });

  test('a custom callback that throws or rejects is an error of the route, and is called once', async () => {
    const emulator = await emulate();
    const calls: unknown[] = [];
    const app = await appAt(emulator, {
      routes: (express, strategy, passport) => {
        express.get('/custom', (req, res, next) => {
          const callback = (...args: unknown[]): unknown => {
            calls.push(args[0]);
            if (args[1] === false) throw new Error('thrown by the app');
            return Promise.reject(new Error('rejected by the app'));
          };
          (passport.authenticate(strategy.name, callback as never) as RequestHandler)(req, res, next);
        });
      },
    });
    const browser = app.browser();
    expect((await browser.get('/custom?code=a&state=b')).status).toBe(500);
    const callback = await comeBack(emulator, await openLogin(browser));
    expect((await browser.get(callback.replace('/cb', '/custom'))).status).toBe(500);
    expect(calls).toEqual([null, null]);
    expect(app.errors.map((error) => (error as Error).message)).toEqual(['thrown by the app', 'rejected by the app']);
  });

  test('a form that is sent after an expiry leads to the login page and back to the form’s page', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      routes: (express) => {
        express.post('/form', requireMarketingCloud() as RequestHandler);
      },
    });
    const browser = app.browser();
    const post = (headers: Record<string, string>) => browser.send('/form', { method: 'POST', headers });
    const navigates = { 'sec-fetch-mode': 'navigate' };
    const sent = await post({ ...navigates, referer: `${app.origin}/page?x=1` });
    expect([sent.status, sent.location]).toEqual([303, '/login?returnTo=%2Fpage%3Fx%3D1']);
    for (const referer of ['https://evil.example/page', `${app.origin}.evil.example/`, `${app.origin}//evil.example`]) {
      expect((await post({ ...navigates, referer })).location).toBe('/login');
    }
    const called = await post({ accept: 'application/json' });
    expect([called.status, called.headers['www-authenticate']]).toEqual([401, 'MarketingCloud login_url="/login"']);
  });
});

describe('defect 22: what errors say', () => {
  test('insufficient_scope names the scope, and statusCode is status', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      routes: (express) => {
        express.get('/scoped', requireMarketingCloud({ scope: ['offline', 'journeys_delete'] }) as RequestHandler);
      },
    });
    const browser = app.browser();
    await signIn(emulator, browser);
    await browser.get('/scoped');
    expect(app.errors).toMatchObject([
      { code: 'insufficient_scope', status: 403, statusCode: 403, message: expect.stringContaining('journeys_delete') },
    ]);
  });

  test('a refused sign-out says why', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const reply = await app.browser().send('/logout', { method: 'POST' });
    expect([reply.status, reply.text]).toEqual([
      403,
      expect.stringContaining(`must be sent from a page of ${app.origin}`),
    ]);
  });

  test('sign_in_refused is 401 wherever it stands', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      verify: (...args: unknown[]) => (args.at(-1) as (e: null, u: false) => void)(null, false),
    });
    expect((await signIn(emulator, app.browser())).status).toBe(401);
  });
});

describe('defect 32: a proxy before the app', () => {
  const https = { 'x-forwarded-proto': 'https' };

  test('that express-session trusts by its own option proxy is seen', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { session: { proxy: true, cookie: { secure: true } } });
    const browser = app.browser();
    const login = await browser.get('/login', https);
    expect(login.status).toBe(302);
    expect((await browser.get(await comeBack(emulator, login.location), https)).location).toBe('/home');
    expect((await browser.get('/api', https)).status).toBe(200);
    expect((await app.browser().get('/login')).status).toBe(503);
  });

  test.each([[undefined], [false]])(
    'that neither Express nor express-session (proxy: %p) trusts is an error',
    async (proxy) => {
      const emulator = await emulate();
      const app = await appAt(emulator, { session: { proxy, cookie: { secure: true } } });
      expect((await app.browser().get('/login', https)).status).toBe(503);
    },
  );

  test('that takes a prefix off has it put on again after the sign-in', async () => {
    const emulator = await emulate({ callbackURLs: ['https://app.example/app/cb'] });
    const app = await appAt(emulator, { strategy: { callbackURL: 'https://app.example/app/cb' } });
    for (const [target, landed] of [
      ['/login?returnTo=/page', '/app/page'],
      ['/login?returnTo=/app/page', '/app/page'],
      ['/login?returnTo=https://app.example/app/page', '/app/page'],
      ['/login?returnTo=/app', '/app'],
      ['/login?returnTo=/app?tab=2', '/app?tab=2'],
      ['/login?returnTo=/application', '/app/application'],
      ['/login', '/home'],
    ] as const) {
      const browser = app.browser();
      const callback = await comeBack(emulator, await openLogin(browser, target));
      expect((await browser.get(callback.replace('/app', ''))).location).toBe(landed);
    }
  });

  test('that takes off a prefix with an escape has the whole of it put on again', async () => {
    const callbackURL = 'https://app.example/my%20app/cb';
    const emulator = await emulate({ callbackURLs: [callbackURL] });
    const browser = (await appAt(emulator, { strategy: { callbackURL } })).browser();
    const callback = await comeBack(emulator, await openLogin(browser, '/login?returnTo=/page'));
    expect((await browser.get(callback.replace('/my%20app', ''))).location).toBe('/my%20app/page');
  });
});
