import { expect } from '@jest/globals';
import { attack, comeBack, openLogin, signIn } from '../support/attack';
import { heldClock } from '../support/clock';
import { altered, expectEach, outcomeOf, signInDuring, without } from '../support/token-answers';

const OF_A_BROWSER = {
  'user-agent': 'Browser',
  authorization: 'Bearer CANARY-of-the-browser',
  'x-forwarded-for': '203.0.113.1',
  origin: 'https://evil.example',
  referer: 'https://evil.example/',
  'accept-language': 'de',
  'x-csrf-token': 'CANARY-csrf',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

attack(
  'G15',
  'the token call is one POST with the required parameters and nothing from the browser',
  async ({ emulator, browser, app }) => {
    const callback = await comeBack(emulator, await openLogin(browser));
    expect((await browser.get(`${callback}&grant_type=x&client_secret=x&scope=x`, OF_A_BROWSER)).status).toBe(302);
    const { clientID, clientSecret, subdomain } = emulator.strategyOptions();
    expect(clientSecret).not.toBeUndefined();
    const calls = emulator.requestsTo('token');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ method: 'POST', service: 'auth', subdomain, path: '/v2/token', query: {} });
    expect(calls[0]?.body).toEqual({
      grant_type: 'authorization_code',
      code: new URLSearchParams(callback.split('?')[1]).get('code'),
      redirect_uri: `${app.origin}/cb`,
      client_id: clientID,
      client_secret: clientSecret,
      scope: 'offline',
    });
    const headers = { ...calls[0]?.headers };
    expect(headers).toEqual({
      host: new URL(emulator.url).host,
      connection: 'keep-alive',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'content-length': String(calls[0]?.rawBody.length),
    });
  },
  { signsIn: true },
);

attack(
  'G15b',
  'the token call of a public app has no key for a secret',
  async ({ emulator, browser }) => {
    expect((await signIn(emulator, browser)).location).toBe('/home');
    const [call] = emulator.requestsTo('token');
    expect(Object.keys(call?.body as object).sort()).toEqual([
      'client_id',
      'code',
      'grant_type',
      'redirect_uri',
      'scope',
    ]);
    expect(call?.rawBody).not.toContain('secret');
  },
  { emulator: { publicApp: true }, signsIn: true },
);

{
  const clock = heldClock();
  attack(
    'G16',
    'a sign-in without a refresh token works until it expires, then asks for a new one',
    async ({ emulator, browser, app }) => {
      const bare = altered((tokens) => without(tokens, 'refresh_token'));
      expect((await signInDuring(emulator, browser, bare)).location).toBe('/home');
      expect((await browser.get('/api')).status).toBe(200);
      // Due, and good for 39 seconds more.
      clock.advance(1_040_000);
      expect((await browser.get('/api')).status).toBe(200);
      clock.advance(38_000);
      expect((await browser.get('/api')).status).toBe(200);
      clock.advance(1_000);
      for (let times = 0; times < 3; times += 1) {
        const reply = await browser.get('/api');
        expect([reply.status, JSON.parse(reply.text)]).toEqual([
          401,
          { error: 'sign_in_required', loginUrl: '/login' },
        ]);
      }
      const page = await browser.get('/api', { 'sec-fetch-mode': 'navigate' });
      expect([page.status, page.location]).toEqual([302, '/login?returnTo=%2Fapi']);
      expect(emulator.requestsTo('token')).toHaveLength(1);
      expect(app.errors).toEqual([]);
      const callback = await comeBack(emulator, await openLogin(browser, page.location));
      expect((await browser.get(callback)).location).toBe('/api');
      expect((await browser.get('/api')).status).toBe(200);
    },
    { app: { strategy: { clock: clock.now } }, signsIn: true },
  );
}

{
  const clock = heldClock();
  attack(
    'G17',
    'a refresh without a refresh token leaves the old one in use',
    async ({ emulator, browser }) => {
      await signIn(emulator, browser);
      emulator.fault(
        'token',
        altered((tokens) => without(tokens, 'refresh_token')),
      );
      emulator.fault('token', { ...altered((tokens) => ({ ...tokens, refresh_token: null })), times: 1 });
      for (let times = 0; times < 3; times += 1) {
        clock.advance(1_079_000);
        emulator.expireAccessTokens();
        expect((await browser.get('/api')).status).toBe(200);
      }
      const [, ...refreshes] = emulator.requestsTo('token').map(({ body }) => body as Record<string, unknown>);
      expect(refreshes).toHaveLength(3);
      expect(new Set(refreshes.map((body) => body['refresh_token'])).size).toBe(1);
      expect(refreshes[0]?.['refresh_token']).toMatch(/./);
    },
    { app: { strategy: { clock: clock.now } }, emulator: { rotateRefreshTokens: false }, signsIn: true },
  );
}

/** Bodies in which no word of the protocol is. */
const SPEECHLESS = {
  html: { body: '<!doctype html><title>CANARY</title>', headers: { 'content-type': 'text/html' } },
  json: { body: { message: 'CANARY', errorcode: 0, documentation: '' } },
  empty: { headers: { 'content-type': undefined } },
};

attack('G18', 'every status other than 2xx has its outcome, with any body', async (scene) => {
  const outcomes = {
    '502 invalid_response': [400, 401, 403, 404, 405, 415, 418, 206],
    '503 rate_limited': [429],
    '503 upstream_unavailable': [500, 502, 503, 504, 599],
  };
  for (const [outcome, statuses] of Object.entries(outcomes)) {
    const bodies = Object.entries(SPEECHLESS);
    const faults = statuses.flatMap((status) =>
      bodies.map(([name, fault]) => [`${status} ${name}`, { ...fault, status }] as const),
    );
    await expectEach(scene, Object.fromEntries(faults), outcome);
  }
  await expectEach(scene, { 204: { status: 204 }, 304: { status: 304 } }, '502 invalid_response');
});

attack('G18b', 'every OAuth error word has its outcome', async (scene) => {
  const saying = (error: unknown, status = 400) => ({ status, body: { error, error_description: 'CANARY' } });
  const outcomes = {
    '401 Unauthorized': ['invalid_grant', 'invalid_token', 'access_denied'],
    '502 invalid_client': ['invalid_client', 'unauthorized_client'],
    '502 invalid_response': [
      'invalid_request',
      'invalid_scope',
      'CANARY',
      42,
      null,
      '',
      { CANARY: 1 },
      ['invalid_grant'],
    ],
  };
  for (const [outcome, words] of Object.entries(outcomes)) {
    const faults = words.flatMap((word) => [400, 401].map((status) => [status, word] as const));
    await expectEach(
      scene,
      Object.fromEntries(faults.map(([status, word]) => [`${status} ${JSON.stringify(word)}`, saying(word, status)])),
      outcome,
    );
  }
  await expectEach(scene, { 'a word of 10 KB': saying('x'.repeat(10_240)) }, '502 invalid_response');
  await expectEach(
    scene,
    { 'a word on another kind of breakdown': saying('invalid_grant', 500) },
    '503 upstream_unavailable',
  );
});

attack(
  'G18c',
  'a refused business unit differs from a dead code and a wrong client',
  async (scene) => {
    await expectEach(
      scene,
      Object.fromEntries(
        [401, 403].flatMap((status) =>
          Object.entries(SPEECHLESS).map(([name, fault]) => [`${status} ${name}`, { ...fault, status }]),
        ),
      ),
      '403 Forbidden',
    );
    await expectEach(scene, { dead: { status: 401, body: { error: 'invalid_grant' } } }, '401 Unauthorized');
    await expectEach(scene, { client: { status: 401, body: { error: 'invalid_client' } } }, '502 invalid_client');
    await expectEach(scene, { other: { status: 400, ...SPEECHLESS.json } }, '502 invalid_response');
  },
  { app: { strategy: { accountId: 510_001_101 } } },
);

{
  const clock = heldClock();
  attack(
    'G18d',
    'Retry-After is passed on where it is valid',
    async ({ emulator, anotherBrowser }) => {
      const inHalfAMinute = new Date(clock.now() + 30_000).toUTCString();
      const asked = ['2', '60', '1000000000', inHalfAMinute, '-1', '0', 'soon', '', undefined];
      const told: (string | undefined)[] = [];
      for (const value of asked) {
        const limited = { status: 429, headers: { 'retry-after': value } };
        const reply = await signInDuring(emulator, anotherBrowser(), limited);
        expect(outcomeOf(reply)).toBe('503 rate_limited');
        told.push(reply.headers['retry-after']);
      }
      expect(told.slice(0, 4)).toEqual(['2', '60', '1000000000', '30']);
      expect(told.slice(4)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    },
    { app: { strategy: { clock: clock.now } } },
  );
}
