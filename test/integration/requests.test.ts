import { describe, expect, test } from '@jest/globals';
import { comeBack, openLogin, signIn } from '../support/attack';
import { appAt, emulate } from '../support/scene';

/** The body of the token call. */
async function tokenBody(
  options: Parameters<typeof appAt>[1],
  emulatorOptions: Parameters<typeof emulate>[0] = {},
): Promise<{ body: unknown; authorize: URLSearchParams; status: number; type: unknown }> {
  const emulator = await emulate(emulatorOptions);
  const app = await appAt(emulator, options);
  const browser = app.browser();
  const authorize = await openLogin(browser);
  const reply = await browser.get(await comeBack(emulator, authorize));
  const sent = emulator.requests.last('token');
  return {
    body: sent?.body,
    type: sent?.headers['content-type'],
    authorize: authorize.searchParams,
    status: reply.status,
  };
}

describe('the token request', () => {
  test('is JSON with the code, the exact callback and the secret', async () => {
    const { body, type, status } = await tokenBody({ strategy: { scope: 'offline email_read' } });
    expect([type, status]).toEqual(['application/json', 302]);
    expect(body).toEqual({
      grant_type: 'authorization_code',
      code: expect.stringMatching(/^.{512}$/),
      client_id: expect.any(String),
      client_secret: expect.any(String),
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/cb$/),
      scope: 'offline email_read',
    });
  });

  test('of a public app has no secret, and nothing in its place', async () => {
    const { body, status } = await tokenBody({}, { publicApp: true });
    expect(status).toBe(302);
    expect(body).not.toHaveProperty('client_secret');
  });

  test('names no scope where the strategy has none', async () => {
    const { body, authorize } = await tokenBody({ strategy: { scope: undefined } });
    expect(body).not.toHaveProperty('scope');
    expect(authorize.has('scope')).toBe(false);
  });

  test('carries the scope and the business unit of the login route', async () => {
    const emulator = await emulate();
    const unit = emulator.world.tenants[0]?.businessUnits.at(-1)?.id;
    const app = await appAt(emulator, { login: { scope: ['email_read', 'email_read'], accountId: unit } });
    const browser = app.browser();
    await browser.get(await comeBack(emulator, await openLogin(browser)));
    expect(emulator.requests.last('token')?.body).toMatchObject({ scope: 'email_read', account_id: unit });
    expect(JSON.parse((await browser.get('/me')).text)).toMatchObject({ user: { businessUnitId: unit } });
  });

  test('has the verifier of its own sign-in', async () => {
    const { body, authorize } = await tokenBody({ strategy: { pkce: true } }, { pkce: 'enforce-if-sent' });
    expect(authorize.get('code_challenge_method')).toBe('S256');
    expect(body).toMatchObject({ code_verifier: expect.stringMatching(/^[\w~.-]{43,128}$/) });
  });
});

describe('client secrets', () => {
  test.each([
    ['a list', (secret: string) => ['expired', secret]],
    ['a function', (secret: string) => () => ['expired', secret]],
    ['an async function', (secret: string) => () => Promise.resolve(['expired', secret])],
  ])('of %s are tried in order on invalid_client', async (_kind, given) => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      strategy: { clientSecret: given(emulator.strategyOptions().clientSecret ?? '') },
    });
    expect((await signIn(emulator, app.browser())).location).toBe('/home');
    const sent = emulator.requestsTo('token').map(({ body }) => (body as { client_secret: string }).client_secret);
    expect(sent).toEqual(['expired', emulator.strategyOptions().clientSecret]);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('of CANARY'))],
    ['gives nothing', () => undefined],
    ['does not answer', () => new Promise<string>(() => undefined)],
  ])('of a function that %s are an error 502, without a token call', async (_what, clientSecret) => {
    const emulator = await emulate();
    const app = await appAt(emulator, { strategy: { clientSecret, timeout: 200 } });
    expect((await signIn(emulator, app.browser())).status).toBe(502);
    expect(app.errors).toMatchObject([{ code: 'invalid_client' }]);
    expect(emulator.requestsTo('token')).toHaveLength(0);
  });
});

describe('several tenants', () => {
  test('the tssd of a published app’s callback decides where the code is exchanged', async () => {
    const emulator = await emulate({ publishedApp: true });
    const other = emulator.world.tenants[1];
    const app = await appAt(emulator, { strategy: { multiTenant: (subdomain) => subdomain === other?.subdomain } });
    const browser = app.browser();
    const callback = await comeBack(emulator, await openLogin(browser), other?.users[0]?.username);
    expect(callback).toContain(`tssd=${other?.subdomain ?? ''}`);
    expect((await browser.get(callback)).location).toBe('/home');
    expect(emulator.requests.last('token')?.subdomain).toBe(other?.subdomain);
    expect(JSON.parse((await browser.get('/me')).text)).toMatchObject({ user: { subdomain: other?.subdomain } });
    expect((await browser.get('/api')).status).toBe(200);
  });

  test('the login route’s own choice is pinned: a callback from elsewhere is refused', async () => {
    const emulator = await emulate({ publishedApp: true });
    const [own, other] = emulator.world.tenants;
    const app = await appAt(emulator, { strategy: { multiTenant: true }, login: { subdomain: own?.subdomain } });
    const browser = app.browser();
    const callback = await comeBack(emulator, await openLogin(browser), other?.users[0]?.username);
    expect((await browser.get(callback)).status).toBe(403);
    expect(emulator.requestsTo('token')).toHaveLength(0);
  });

  test('a tenant that is not allowed is refused on the login route', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      login: { subdomain: emulator.world.tenants[1]?.subdomain, refusalUrl: '/no' },
    });
    expect((await app.browser().get('/login')).location).toBe('/no?code=tenant_not_allowed');
  });
});

describe('verify', () => {
  test.each([
    [
      'four',
      (accessToken: string, refreshToken: string, profile: { id: string }, done: Done) =>
        done(null, { id: profile.id, got: [accessToken.length, refreshToken.length] }),
    ],
    [
      'five',
      (
        accessToken: string,
        refreshToken: string,
        params: { expires_in: number },
        profile: { id: string },
        done: Done,
      ) => done(null, { id: profile.id, got: [accessToken.length, refreshToken.length, params.expires_in] }),
    ],
  ])('gets its arguments by its %s parameters', async (count, verify) => {
    const emulator = await emulate();
    const app = await appAt(emulator, { verify: verify });
    const browser = app.browser();
    await signIn(emulator, browser);
    const { user } = JSON.parse((await browser.get('/me')).text) as { user: { id: string; got: number[] } };
    expect(user.got).toEqual(count === 'four' ? [512, 512] : [512, 512, 1079]);
    expect(user.id).toMatch(/^\d+:\d+$/);
  });

  test.each([0, '', Number.NaN, false])('says with %j in place of an error that there is none', async (error) => {
    const emulator = await emulate();
    const verify = (_a: string, _r: string, _profile: object, done: (...args: unknown[]) => void): void =>
      done(error, { id: 'ravi' });
    const app = await appAt(emulator, { verify });
    const browser = app.browser();
    await signIn(emulator, browser);
    expect(JSON.parse((await browser.get('/me')).text)).toMatchObject({ user: { id: 'ravi' } });
  });

  test('is a method of the strategy', async () => {
    const emulator = await emulate();
    function verify(this: { name: string }, _a: string, _r: string, _profile: object, done: Done): void {
      done(null, { id: this.name });
    }
    const app = await appAt(emulator, { verify });
    const browser = app.browser();
    await signIn(emulator, browser);
    expect(JSON.parse((await browser.get('/me')).text)).toMatchObject({ user: { id: 'marketing-cloud' } });
  });

  test('gets the app’s own request first with passReqToCallback', async () => {
    const emulator = await emulate();
    const verify = (
      req: { query: object; session: object },
      _a: string,
      _r: string,
      params: object,
      _p: object,
      done: Done,
    ): void => done(null, { keys: Object.keys(params), query: Object.keys(req.query), session: typeof req.session });
    const app = await appAt(emulator, {
      strategy: { passReqToCallback: true } as object,
      verify: verify,
    });
    const browser = app.browser();
    await signIn(emulator, browser);
    const { user } = JSON.parse((await browser.get('/me')).text) as { user: { keys: string[] } };
    expect(user).toMatchObject({ query: ['state', 'code'], session: 'object' });
    expect(user.keys).not.toContain('access_token');
    expect(user.keys).not.toContain('refresh_token');
  });

  test('without userinfo still makes a session whose credentials know the business unit', async () => {
    const emulator = await emulate();
    const verify = (_a: string, _r: string, _p: object, profile: unknown, done: Done): void =>
      done(null, { none: profile === undefined });
    const app = await appAt(emulator, {
      strategy: { skipUserProfile: true },
      verify: verify,
      routes: (express) => {
        express.get('/unit', (req, res, next) => {
          req.marketingCloud.credentials().then(({ businessUnitId }) => res.json({ businessUnitId }), next);
        });
      },
    });
    const browser = app.browser();
    await signIn(emulator, browser);
    expect(emulator.requestsTo('userinfo')).toHaveLength(0);
    expect(JSON.parse((await browser.get('/me')).text)).toMatchObject({ user: { none: true } });
    for (const _round of [1, 2])
      expect(JSON.parse((await browser.get('/unit')).text)).toEqual({
        businessUnitId: emulator.world.tenants[0]?.enterpriseId,
      });
    expect(emulator.requestsTo('userinfo')).toHaveLength(1);
  });
});

type Done = (error: null, user: object) => void;

test('customHeaders are sent with each call, and replace none of the package’s headers', async () => {
  const emulator = await emulate();
  const customHeaders = {
    'X-App': 'mine',
    'Content-Type': 'text/plain',
    Authorization: 'Basic eA==',
    Accept: 'text/html',
  };
  const app = await appAt(emulator, { strategy: { customHeaders } });
  expect((await signIn(emulator, app.browser())).status).toBe(302);
  const ours = { 'x-app': 'mine', accept: 'application/json' };
  expect(emulator.requestsTo('token')[0]?.headers).toMatchObject({ ...ours, 'content-type': 'application/json' });
  expect(emulator.requestsTo('userinfo')[0]?.headers).toMatchObject({
    ...ours,
    authorization: expect.stringMatching(/^Bearer /),
  });
});
