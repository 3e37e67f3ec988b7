import { expect } from '@jest/globals';
import type { CookieOptions } from 'express-session';
import { signOut } from '../../src';
import { attack, comeBack, openLogin, signIn, whoIs } from '../support/attack';
import type { AppOptions, TestApp } from '../support/app';
import type { Browser, Reply } from '../support/browser';
import { RecordingStore } from '../support/stores';
import { sessionIdOf } from '../support/session-cookie';

/** Signs out as a form on one of the app's own pages does. */
function leave(app: TestApp, browser: Browser, target = '/logout'): Promise<Reply> {
  return browser.send(target, { method: 'POST', headers: { origin: app.origin } });
}

{
  const store = new RecordingStore();
  attack(
    'K1',
    'after a sign-out the old cookie is anonymous, also in another process',
    async ({ emulator, app, browser, another, anotherBrowser }) => {
      const beside = await another({ session: { store } });
      await signIn(emulator, browser);
      const stolen = { cookie: browser.cookie };
      const grantId = Object.keys(await store.records()).find((key) => key.startsWith('mcg_')) ?? '';
      expect((await beside.browser().get('/api', stolen)).status).toBe(200);

      const reply = await leave(app, browser);
      expect([reply.status, reply.location, reply.text]).toEqual([302, '/', '']);
      expect(reply.headers['cache-control']).toBe('no-store');
      expect(sessionIdOf(browser)).toBe('');
      for (const thief of [anotherBrowser(), beside.browser()]) {
        expect(JSON.parse((await thief.get('/me', stolen)).text)).toEqual({ user: null, connected: false });
        expect((await thief.get('/api', stolen)).status).toBe(401);
      }
      expect(Object.keys(await store.records())).toEqual([]);
      for (const { strategy } of [app, beside]) {
        await expect(strategy.credentials(grantId.slice('mcg_'.length))).rejects.toMatchObject({
          code: 'sign_in_required',
        });
      }
    },
    { app: { session: { store } } },
  );
}

/** A proxy that ends TLS before an app that lies in a folder of its own. */
const behindProxy: AppOptions['before'] = (express) => {
  express.set('trust proxy', 1);
  express.use((req, _res, next) => {
    req.headers['x-forwarded-proto'] = 'https';
    req.url = req.url.replace(/^\/app(?=\/)/, '');
    next();
  });
};

/** A cookie's attributes, without its value and its time. */
function attributesOf(setCookie: string): string[] {
  const [pair = '', ...attributes] = setCookie.split(/;\s*/);
  return [pair.replace(/=.*/, ''), ...attributes.filter((one) => !/^expires=/i.test(one))].sort();
}

const COOKIES: readonly (readonly [string, CookieOptions, ...attributes: string[]])[] = [
  ['that is as express-session makes it', {}, 'HttpOnly', 'Path=/'],
  ['that lives for an hour', { maxAge: 3_600_000, sameSite: 'lax' }, 'SameSite=Lax'],
  ['that scripts may read', { httpOnly: false, secure: true }, 'Secure'],
  ['of a domain', { domain: 'app.example', priority: 'high', secure: 'auto' }, 'Domain=app.example', 'Secure'],
  ['of a path', { path: '/app', sameSite: 'lax' }, 'Path=/app'],
  [
    'of a frame',
    { sameSite: 'none', secure: true, httpOnly: true, partitioned: true, path: '/' },
    'Partitioned',
    'SameSite=None',
    'Secure',
  ],
];

for (const [what, cookie, ...expected] of COOKIES) {
  attack(
    'K1b',
    `a sign-out clears a cookie ${what} with the attributes it was set with`,
    async ({ emulator, app, browser }) => {
      const callback = await comeBack(emulator, await openLogin(browser, '/app/login'));
      const setAtLogin = (await browser.get(`/app${callback}`)).headers['set-cookie']?.at(-1) ?? '';
      expect(attributesOf(setAtLogin)).toEqual(expect.arrayContaining(['__Host-sid', ...expected]));
      expect((await browser.get('/app/api')).status).toBe(200);

      const reply = await leave(app, browser, '/app/logout');
      expect([reply.status, reply.location]).toEqual([302, '/bye']);
      const [cleared = '', ...others] = reply.headers['set-cookie'] ?? [];
      expect([others, attributesOf(cleared)]).toEqual([[], attributesOf(setAtLogin)]);
      expect(cleared).toMatch(/^__Host-sid=;.*\bExpires=Thu, 01 Jan 1970 00:00:00 GMT/);
      expect(sessionIdOf(browser)).toBe('');
    },
    {
      app: {
        session: { name: '__Host-sid', cookie },
        before: behindProxy,
        routes: (express) => {
          express.post('/logout', signOut({ cookieName: '__Host-sid', redirectTo: '/bye' }));
        },
      },
    },
  );
}

attack(
  'K4',
  'a sign-out that does not prove the app’s origin is refused and has no effect',
  async ({ emulator, app, browser }) => {
    const { origin } = app;
    await signIn(emulator, browser);
    for (const headers of [
      {},
      { referer: `${origin}/page` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': '' },
      { 'sec-fetch-site': 'same-origin, cross-site' },
      { 'sec-fetch-site': 'cross-site', origin },
      { 'sec-fetch-site': 'same-site', origin },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: '' },
      { origin: `${origin}.evil.example` },
      { origin: `${origin}@evil.example` },
      { origin: `${origin}/` },
      { origin: `${origin}, ${origin}` },
      { origin: origin.replace('http:', 'https:') },
      { origin: origin.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) },
      { origin: 'http://evil.example', host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    ] as Record<string, string>[]) {
      const reply = await browser.send('/logout', { method: 'POST', headers });
      expect([headers, reply.status, reply.location]).toEqual([headers, 403, '']);
      expect(JSON.parse(reply.text)).toEqual({
        error: 'cross_origin',
        hint: expect.stringContaining('must be sent from a page of http:'),
      });
      expect([reply.headers['set-cookie'], reply.headers['cache-control']]).toEqual([undefined, 'no-store']);
    }
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const reply = await browser.send('/logout-by-any', { method, headers: { origin } });
      expect([method, reply.status, reply.headers['allow']]).toEqual([method, 405, 'POST']);
    }
    expect((await browser.get('/api')).status).toBe(200);

    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin }] as Record<string, string>[]) {
      await signIn(emulator, browser);
      expect((await browser.send('/logout', { method: 'POST', headers })).status).toBe(302);
      expect(await whoIs(browser)).toBeNull();
    }
  },
  { app: { routes: (express) => void express.all('/logout-by-any', signOut()) } },
);
