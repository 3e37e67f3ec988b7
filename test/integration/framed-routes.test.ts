import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, test } from '@jest/globals';
import { embedded, requireMarketingCloud } from '../../src';
import { comeBack, whoIs } from '../support/attack';
import type { TestApp } from '../support/app';
import type { Browser, Reply } from '../support/browser';
import { appAt, emulate } from '../support/scene';
import type { Emulator } from '../../src/emulator';

const BLOCKED = 'passport-marketing-cloud:sign-in-blocked';
const FRAME = { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' };
const DOCUMENT = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' };
const DATA = { 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin', accept: 'application/json' };

let blocks: unknown[] = [];
const note = (message: unknown): void => void blocks.push(message);
subscribe(BLOCKED, note);

afterEach(() => {
  blocks = [];
});

interface Framed {
  readonly emulator: Emulator;
  readonly app: TestApp;
  readonly browser: Browser;
}

/** An app that is embedded. Its cookie is one for frames, but for `Secure`: the tests are over plain http. */
async function framedApp(options: Parameters<typeof appAt>[1] = {}): Promise<Framed> {
  const emulator = await emulate();
  const app = await appAt(emulator, {
    session: { cookie: { sameSite: 'none' } },
    before: (express) => express.use(embedded()),
    routes: (express) => {
      express.get('/page', requireMarketingCloud(), (_req, res) => void res.send('page'));
    },
    ...options,
  });
  return { emulator, app, browser: app.browser() };
}

/** What a page of the package shows at first, and what its script is told. */
function shownBy({ text }: Reply) {
  const config = /<script type="application\/json" id="config">([^<]*)</.exec(text)?.[1];
  return {
    state: /data-marketing-cloud="([^"]*)"/.exec(text)?.[1],
    title: /<title>([^<]*)/.exec(text)?.[1],
    config: config === undefined ? undefined : (JSON.parse(config) as Record<string, unknown>),
  };
}

/** A cookie's value as express-session and cookie-parser sign it. */
function signed(value: string): string {
  return encodeURIComponent(`s:${value}.c2lnbmF0dXJl`);
}

/** Loads the sign-in page in a frame, then asks for where to sign in, as its script does. */
async function askForSignIn(browser: Browser, headers: Record<string, string> = {}): Promise<string> {
  await browser.get('/login', FRAME);
  const reply = await browser.get('/login', { ...DATA, ...headers });
  return (JSON.parse(reply.text) as { authorizeUrl: string }).authorizeUrl;
}

/** Signs in at Marketing Cloud with that URL. Resolves to the callback's path and query. */
async function authorize({ emulator }: Framed, authorizeUrl: string): Promise<string> {
  return await comeBack(emulator, authorizeUrl);
}

describe('the login route of an embedded app', () => {
  test.each(['iframe', 'frame', 'embed', 'object'])(
    'answers a frame (%s) by the sign-in page, and stores nothing',
    async (dest) => {
      const { browser, emulator } = await framedApp();
      const reply = await browser.get('/login?returnTo=%2Fpage', { ...FRAME, 'sec-fetch-dest': dest });
      expect([reply.status, reply.headers['cache-control']]).toEqual([200, 'no-store']);
      expect(shownBy(reply)).toMatchObject({
        state: 'starting',
        config: { isBlocked: false, isLoadedByApp: false },
      });
      // The browser knows the page's address better: a proxy may have taken off a prefix.
      expect(shownBy(reply).config).not.toHaveProperty('loginUrl');
      expect(reply.headers['set-cookie']).toEqual([
        expect.stringMatching(/^mc-sign-in-probe=1; Path=\/; HttpOnly; SameSite=None$/),
      ]);
      expect(emulator.requests.length).toBe(0);
    },
  );

  test('R9 the page runs nothing but its own script, and no other site can frame it', async () => {
    const { browser, emulator } = await framedApp();
    const reply = await browser.get('/login?returnTo=%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E', FRAME);
    const policy = String(reply.headers['content-security-policy']);
    const nonce = /script-src 'nonce-([\w-]{43})'/.exec(policy)?.[1] ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      "connect-src 'self'",
      `frame-src 'self' https: ${new URL(emulator.strategyOptions().baseUrlTemplate.replace(/\{.*/s, '')).origin}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self' https://*.exacttarget.com https://*.marketingcloudapps.com",
    ]);
    expect(reply.text.match(/<script[^>]*>/g)).toEqual([
      '<script type="application/json" id="config">',
      `<script nonce="${nonce}">`,
    ]);
    expect((await browser.get('/login', FRAME)).text).not.toContain(nonce);
  });

  test.each<[string, Record<string, string>]>([
    ['the address bar', DOCUMENT],
    ['a browser that does not say', {}],
  ])('redirects %s to Marketing Cloud as ever', async (_what, headers) => {
    const { browser } = await framedApp();
    const reply = await browser.get('/login', headers);
    expect([reply.status, new URL(reply.location).searchParams.get('state')]).toEqual([
      302,
      expect.stringMatching(/^[\w-]{43}$/),
    ]);
  });

  test('gives the page’s script the URL of Marketing Cloud, with a marked state', async () => {
    const { browser } = await framedApp();
    const url = new URL(await askForSignIn(browser));
    expect(url.pathname).toMatch(/\/v2\/authorize$/);
    expect(url.searchParams.get('state')).toMatch(/^f\.[\w-]{43}$/);
  });

  test.each<[string, Record<string, string>, number, string]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403, 'cross_origin'],
    ['a neighbour', { 'sec-fetch-site': 'same-site' }, 403, 'cross_origin'],
    ['a browser that keeps no cookies', {}, 409, 'cookies_blocked'],
  ])('gives %s nothing, and stores nothing', async (_what, headers, status, error) => {
    const { browser } = await framedApp();
    const reply = await browser.get('/login', { ...DATA, ...headers });
    expect([reply.status, JSON.parse(reply.text), reply.headers['set-cookie']]).toEqual([status, { error }, undefined]);
    expect(blocks).toEqual([{ strategy: 'marketing-cloud', reason: error }]);
  });

  test('gives nothing where the browser does not say who asks', async () => {
    const { browser } = await framedApp();
    expect((await browser.get('/login', { 'sec-fetch-dest': 'empty' })).status).toBe(403);
  });

  test('says that a sign-in is lost which is still pending, and looking it up consumes nothing', async () => {
    const framed = await framedApp();
    const { browser } = framed;
    const authorizeUrl = await askForSignIn(browser);
    const last = { 'x-sign-in-last': new URL(authorizeUrl).searchParams.get('state') ?? '' };
    for (let times = 0; times < 2; times += 1) {
      const reply = await browser.get('/login', { ...DATA, ...last });
      expect([reply.status, JSON.parse(reply.text)]).toEqual([409, { error: 'sign_in_lost' }]);
    }
    await browser.get(await authorize(framed, authorizeUrl), FRAME);
    expect((await browser.get('/login', { ...DATA, ...last })).status).toBe(200);
  });

  test.each([
    ['SameSite=Lax', { cookie: { sameSite: 'lax' as const } }, 'cookie_options', 'embeddedCookie'],
    ['no SameSite', {}, 'cookie_options', 'embeddedCookie'],
    [
      'Secure over plain http',
      { cookie: { sameSite: 'none' as const, secure: true } },
      'cookie_options',
      'trust proxy',
    ],
  ])('shows a session cookie with %s to be of no use, and names the fix', async (_what, session, reason, hint) => {
    const { browser } = await framedApp({ session });
    const reply = await browser.get('/login', FRAME);
    expect(shownBy(reply)).toMatchObject({ state: 'cookies-blocked', title: expect.stringContaining(hint) });
    expect(blocks).toEqual([{ strategy: 'marketing-cloud', reason, hint: expect.stringContaining(hint) }]);
  });

  test('names a session cookie that comes twice, and the cure', async () => {
    const { browser } = await framedApp();
    const cookie = `app.sid=${signed('o'.repeat(32))}; other=1; app.sid=${signed('n'.repeat(32))}`;
    const reply = await browser.get('/login', { ...DATA, cookie });
    expect([reply.status, JSON.parse(reply.text)]).toEqual([
      503,
      { error: 'session_unavailable', hint: expect.stringContaining('in place of app.sid') },
    ]);
    expect(blocks).toEqual([expect.objectContaining({ reason: 'duplicate_cookies' })]);
    for (const headers of [DOCUMENT, FRAME]) {
      expect((await browser.get('/login', { ...headers, cookie })).status).toBe(503);
    }
  });

  test.each(['c'.repeat(24), 'c'.repeat(64), `${'c'.repeat(16)}|${'c'.repeat(15)}`])(
    'leaves cookies alone that the app signs for other purposes: %s',
    async (token) => {
      const { browser } = await framedApp();
      const cookie = `csrf=${signed(token)}; csrf=${signed(token)}`;
      for (const headers of [DOCUMENT, FRAME]) {
        const reply = await browser.get('/login', { ...headers, cookie });
        expect([reply.status, reply.text]).toEqual([expect.any(Number), expect.not.stringContaining('csrf')]);
        expect(reply.status).toBeLessThan(400);
      }
      expect(blocks).toEqual([]);
    },
  );

  test('knows the session’s cookie by the id of the session', async () => {
    const { browser } = await framedApp({ session: { cookie: { sameSite: 'none' }, saveUninitialized: true } });
    await browser.get('/me');
    const own = `connect.sid=${browser.cookies.get('connect.sid') ?? ''}`;
    const other = signed('o'.repeat(32));
    const reply = await browser.get('/login', { ...FRAME, cookie: `csrf=${other}; ${own}; csrf=${other}` });
    expect([reply.status, shownBy(reply).state]).toEqual([200, 'starting']);
    const twice = await browser.get('/login', { ...FRAME, cookie: `csrf=${other}; ${own}; connect.sid=${other}` });
    expect([twice.status, shownBy(twice).title]).toEqual([503, expect.stringContaining('in place of connect.sid')]);
  });

  test('is published for a page that would sign in too often', async () => {
    const { browser } = await framedApp();
    const reply = await browser.get('/login', { ...DATA, 'x-sign-in-blocked': 'too_often' });
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(blocks).toEqual([{ strategy: 'marketing-cloud', reason: 'too_often' }]);
  });
});

describe('the callback of a sign-in in a frame', () => {
  test('answers the window by the relay page, reads no session and consumes nothing', async () => {
    const framed = await framedApp();
    const { app, browser, emulator } = framed;
    const callback = await authorize(framed, await askForSignIn(browser));
    const inWindow = await app.browser().get(callback, DOCUMENT);
    expect([inWindow.status, shownBy(inWindow).state]).toEqual([200, 'relay']);
    expect([inWindow.headers['cross-origin-opener-policy'], inWindow.headers['referrer-policy']]).toEqual([
      'unsafe-none',
      'no-referrer',
    ]);
    expect(inWindow.headers['set-cookie']).toBeUndefined();
    expect(emulator.requestsTo('token').length).toBe(0);
    const inFrame = await browser.get(callback, FRAME);
    expect([inFrame.status, inFrame.location]).toEqual([302, '/cb?landed=%2Fhome&ok']);
    expect(await whoIs(browser)).toMatchObject({ displayName: expect.any(String) });
  });

  test('finishes in the frame with the direct way’s unmarked state, and goes where the app leads', async () => {
    const framed = await framedApp();
    const { browser } = framed;
    const callback = await authorize(framed, (await askForSignIn(browser)).replace('state=f.', 'state='));
    const reply = await browser.get(callback, FRAME);
    expect([reply.status, reply.location]).toEqual([302, '/home']);
  });

  test('keeps the direct way’s redirect on the app’s own origin, too', async () => {
    const framed = await framedApp({ callback: { successRedirect: 'https://evil.example/page' } });
    const { browser } = framed;
    const callback = await authorize(framed, (await askForSignIn(browser)).replace('state=f.', 'state='));
    expect((await browser.get(callback, FRAME)).location).toBe('/');
  });

  test('finishes as ever where the browser does not say what the answer is for', async () => {
    const framed = await framedApp();
    const reply = await framed.browser.get(await authorize(framed, await askForSignIn(framed.browser)));
    expect([reply.status, reply.location]).toEqual([302, '/home']);
  });

  test('is of no use to a thief who has code and state', async () => {
    const framed = await framedApp();
    const callback = await authorize(framed, await askForSignIn(framed.browser));
    const reply = await framed.app.browser().get(callback, FRAME);
    expect([reply.status, framed.emulator.requestsTo('token').length]).toEqual([403, 0]);
  });

  test('keeps the app’s redirect on its own origin', async () => {
    const framed = await framedApp({ callback: { successRedirect: 'https://evil.example/page' } });
    const reply = await framed.browser.get(await authorize(framed, await askForSignIn(framed.browser)), FRAME);
    expect(reply.location).toBe('/cb?landed=%2F&ok');
  });

  test('leads a refusal to the app’s page for it, without ok', async () => {
    const framed = await framedApp({ callback: { failureRedirect: '/refused?by=app' } });
    const { browser } = framed;
    const state = new URL(await askForSignIn(browser)).searchParams.get('state') ?? '';
    const reply = await browser.get(`/cb?error=access_denied&state=${state}`, FRAME);
    expect(reply.location).toBe('/cb?landed=%2Frefused%3Fby%3Dapp');
  });

  test('shows the landing page without a session', async () => {
    const { browser } = await framedApp();
    const reply = await browser.get('/cb?landed=%2Fhome&ok', FRAME);
    expect([reply.status, shownBy(reply).state, reply.headers['set-cookie']]).toEqual([200, 'landing', undefined]);
  });

  test.each<[string, Record<string, string>]>([
    ['in the address bar', DOCUMENT],
    ['in a frame', FRAME],
  ])('explains a missing cookie %s', async (_where, headers) => {
    const { browser } = await framedApp();
    const reply = await browser.get(`/cb?code=c&state=${'s'.repeat(43)}`, headers);
    expect([reply.status, shownBy(reply).state]).toEqual([403, 'cookies-blocked']);
    expect(blocks).toEqual([{ strategy: 'marketing-cloud', reason: 'cookies_blocked' }]);
  });

  test.each([
    ['refusalUrl', { refusalUrl: '/refused' }, 302],
    ['failureRedirect', { failureRedirect: '/refused' }, 302],
    ['failWithError', { failWithError: true }, 403],
  ])('leaves a missing cookie to the app that has %s', async (_what, callback, status) => {
    const { browser } = await framedApp({ callback });
    const reply = await browser.get(`/cb?code=c&state=${'s'.repeat(43)}`, DOCUMENT);
    expect([reply.status, reply.text.includes('data-marketing-cloud')]).toEqual([status, false]);
  });
});

describe('the guard of an embedded app', () => {
  test('shows in a frame that the session’s cookie is of no use there, and names the fix', async () => {
    const { browser } = await framedApp({ session: {} });
    const reply = await browser.get('/page', FRAME);
    expect([reply.status, shownBy(reply).state]).toEqual([401, 'cookies-blocked']);
    expect(blocks).toEqual([
      { strategy: 'marketing-cloud', reason: 'cookie_options', hint: expect.stringContaining('embeddedCookie') },
    ]);
  });

  test('answers a page in a frame by the sign-in page in its place', async () => {
    const { browser } = await framedApp();
    const reply = await browser.get('/page?id=1', FRAME);
    const loginUrl = '/login?returnTo=%2Fpage%3Fid%3D1';
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'MarketingCloud login_url="/login"']);
    expect(shownBy(reply)).toMatchObject({ state: 'starting', config: { loginUrl } });
  });

  test('remembers once that a sign-in has held, which the next sign-in page is told', async () => {
    const framed = await framedApp();
    const { browser } = framed;
    expect(shownBy(await browser.get('/page', FRAME)).config).toMatchObject({ hasHeld: false });
    const callback = await authorize(framed, await askForSignIn(browser));
    expect(shownBy(await browser.get('/page', FRAME)).config).toMatchObject({ hasHeld: false });
    await browser.get(callback, FRAME);
    expect((await browser.get('/page', DATA)).headers['set-cookie']).toBeUndefined();
    expect((await browser.get('/page', FRAME)).headers['set-cookie']).toEqual([
      expect.stringMatching(/^mc-sign-in-probe=2; Path=\/; HttpOnly; SameSite=None$/),
    ]);
    expect((await browser.get('/page', FRAME)).headers['set-cookie']).toBeUndefined();
    expect(shownBy(await browser.get('/login', FRAME)).config).toMatchObject({ hasHeld: true });
    expect(shownBy(await browser.get('/login', FRAME)).config).toMatchObject({ hasHeld: false });
  });

  test('answers a link with `download` by 401, and the login route takes it for no script of its page', async () => {
    const { browser } = await framedApp();
    const download = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' };
    const reply = await browser.get('/page', download);
    expect([reply.status, JSON.parse(reply.text)]).toEqual([401, { error: 'sign_in_required', loginUrl: '/login' }]);
    expect((await browser.get('/login', download)).status).toBe(302);
  });

  test('redirects a page in the address bar, and answers data by 401, as ever', async () => {
    const { browser } = await framedApp();
    expect((await browser.get('/page', DOCUMENT)).location).toBe('/login?returnTo=%2Fpage');
    const reply = await browser.get('/page', { ...DATA, 'sec-fetch-mode': 'cors' });
    expect([reply.status, JSON.parse(reply.text)]).toEqual([401, { error: 'sign_in_required', loginUrl: '/login' }]);
  });
});

test('without embedded() no request gets a page of the package', async () => {
  const emulator = await emulate();
  const app = await appAt(emulator);
  const browser = app.browser();
  for (const headers of [FRAME, DATA]) expect((await browser.get('/login', headers)).status).toBe(302);
  expect((await browser.get('/cb?landed=%2Fhome', FRAME)).status).toBe(302);
  expect((await browser.get(`/cb?code=c&state=f.${'s'.repeat(43)}`, DOCUMENT)).status).toBe(403);
  unsubscribe(BLOCKED, note);
});
