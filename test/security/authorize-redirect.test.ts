import express from 'express';
import { expect, test } from '@jest/globals';
import { Strategy } from '../../src';
import { attack, comeBack, openLogin, signIn } from '../support/attack';
import { sendRaw } from '../support/raw-request';

/** An authorize URL without what is new each time. */
function sameEachTime(location: string): string {
  return location.replace(/(?<=[?&]state=)[\w-]{43}(?=&|$)/, '…');
}

/** What an authorize URL's query says, in its order, repetitions too. */
function parametersOf(url: URL): Record<string, string> {
  const pairs = [...url.searchParams];
  expect(new Set(pairs.map(([name]) => name)).size).toBe(pairs.length);
  return Object.fromEntries(pairs);
}

const STATE = expect.stringMatching(/^[\w-]{43}$/);

attack(
  'B1',
  'the login route redirects to exactly the tenant’s authorize URL, with the required parameters only',
  async ({ emulator, anotherBrowser, app }) => {
    const { subdomain, clientID, clientSecret = '' } = emulator.strategyOptions();
    for (const method of ['GET', 'POST']) {
      const reply = await anotherBrowser().send('/login', { method });
      expect(reply.status).toBe(302);
      const [endpoint] = reply.location.split('?');
      expect(endpoint).toBe(`https://${subdomain}.auth.marketingcloudapis.com/v2/authorize`);
      expect(parametersOf(new URL(reply.location))).toEqual({
        response_type: 'code',
        client_id: clientID,
        redirect_uri: `${app.origin}/cb`,
        scope: 'offline email_read data_extensions_read',
        state: STATE,
      });
      expect(reply.location).not.toContain('#');
      expect(clientSecret).not.toBe('');
      expect(JSON.stringify(reply)).not.toContain(clientSecret);
    }
    expect(emulator.requests.length).toBe(0);
  },
  {
    app: {
      strategy: { baseUrlTemplate: undefined, scope: ['offline', 'email_read', 'data_extensions_read'] },
      // At the token call, not here.
      login: { accountId: 510_001_101 },
    },
  },
);

{
  const callbackURL = 'https://App.example.com:8443/a%20path/cb?keep=a%2Bb+c&also=%C3%A4&x=1%26y';
  attack(
    'B1b',
    'callbackURL is sent unchanged, and a login for another tenant goes to that tenant',
    async ({ browser }) => {
      const url = await openLogin(browser);
      expect([url.host, url.searchParams.get('redirect_uri')]).toEqual([
        'other-tenant.auth.marketingcloudapis.com',
        callbackURL,
      ]);
      expect(Object.keys(parametersOf(url))).toHaveLength(5);
    },
    {
      app: {
        strategy: { baseUrlTemplate: undefined, callbackURL, multiTenant: true },
        login: { subdomain: 'other-tenant' },
      },
    },
  );
}

/** Headers that say where a request was meant for, or came by; none of them is evidence. */
const MISLEADING: Readonly<Record<string, string>> = {
  host: 'evil.example',
  'x-forwarded-host': 'evil.example, app.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-protocol': 'https',
  'x-forwarded-port': '8443',
  'x-forwarded-server': 'evil.example',
  'x-forwarded-prefix': '/evil',
  'x-forwarded-for': '203.0.113.1',
  forwarded: 'for=203.0.113.1;host=evil.example;proto=https',
  'x-host': 'evil.example',
  'x-original-host': 'evil.example',
  'x-original-url': '/evil?callback=https://evil.example/',
  'x-rewrite-url': 'https://evil.example/evil',
  'x-url-scheme': 'https',
  'front-end-https': 'on',
  origin: 'https://evil.example',
  referer: 'https://evil.example/cb',
};
const TRUST: Readonly<Record<string, unknown>> = { off: false, on: true, 'of one hop': 1, 'of loopback': 'loopback' };

attack(
  'B2',
  'no header that names a host changes the redirect, whether Express trusts a proxy or not',
  async ({ emulator, browser, anotherBrowser, app }) => {
    const own = sameEachTime((await browser.get('/login')).location);
    expect(new URL(own).searchParams.get('redirect_uri')).toBe(`${app.origin}/cb`);
    const found: Record<string, string> = {};
    for (const [trust, setting] of Object.entries(TRUST)) {
      app.express.set('trust proxy', setting);
      for (const [name, value] of Object.entries(MISLEADING)) {
        found[`${name}, trust ${trust}`] = sameEachTime((await browser.get('/login', { [name]: value })).location);
      }
      found[`all, trust ${trust}`] = sameEachTime((await browser.get('/login', MISLEADING)).location);
      const other = anotherBrowser();
      const callback = await comeBack(emulator, (await other.get('/login', MISLEADING)).location);
      expect((await other.get(callback, MISLEADING)).location).toBe('/home');
      expect(emulator.requests.last('token')?.body).toMatchObject({ redirect_uri: `${app.origin}/cb` });
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, own])));
  },
);

attack('B2b', 'no request target and no odd Host changes the redirect', async ({ emulator, browser, app }) => {
  const own = sameEachTime((await browser.get('/login')).location);
  const host = 'Host: evil.example';
  const requests = {
    'absolute form': ['GET http://evil.example/login HTTP/1.1', host],
    'absolute form with the right Host': ['GET http://evil.example/login HTTP/1.1', `Host: ${app.origin.slice(7)}`],
    'absolute form with https and a port': ['GET https://evil.example:8443/login?x=y HTTP/1.1', host],
    'absolute form with a user': ['GET http://user:password@evil.example/login HTTP/1.1', host],
    'absolute form in capitals': ['GET HTTP://EVIL.EXAMPLE/login HTTP/1.1', host],
    'absolute form by POST': ['POST http://evil.example/login HTTP/1.1', host, 'Content-Length: 0'],
    'a Host with a path': ['GET /login HTTP/1.1', 'Host: evil.example/cb?x='],
    'a Host with a user': ['GET /login HTTP/1.1', `Host: ${app.origin.slice(7)}@evil.example`],
    'an empty Host': ['GET /login HTTP/1.1', 'Host:'],
    'no Host': ['GET /login HTTP/1.0'],
    'a fragment': ['GET /login#@evil.example HTTP/1.1', host],
  };
  for (const setting of Object.values(TRUST)) {
    app.express.set('trust proxy', setting);
    for (const [name, lines] of Object.entries(requests)) {
      const { status, location } = await sendRaw(app.origin, lines);
      expect([name, status, sameEachTime(location)]).toEqual([name, 302, own]);
    }
  }

  // The callback's path starts a sign-in, too, with any prefix.
  const atCallback = await sendRaw(app.origin, ['GET http://evil.example/cb HTTP/1.1', host]);
  expect([atCallback.status, sameEachTime(atCallback.location)]).toEqual([302, own]);

  // A whole sign-in by such targets.
  const cookie = `Cookie: ${[...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')}`;
  const login = await sendRaw(app.origin, ['GET http://evil.example/login HTTP/1.1', host, cookie]);
  const callback = await comeBack(emulator, login.location);
  const back = [`GET http://evil.example${callback} HTTP/1.1`, host, `Cookie: ${login.cookie}`];
  const reply = await sendRaw(app.origin, back);
  expect([reply.status, reply.location]).toEqual([302, '/home']);
  expect(emulator.requests.last('token')?.body).toMatchObject({ redirect_uri: `${app.origin}/cb` });
});

const PARAMETERS: Readonly<Record<string, string>> = {
  client_id: 'e',
  redirect_uri: 'https://evil.example',
  scope: 'x',
  response_type: 'token',
  state: 'x',
  tssd: 'evil',
};
const MORE_PARAMETERS: Readonly<Record<string, string>> = {
  response_mode: 'fragment',
  prompt: 'none',
  nonce: 'x',
  code_challenge: 'x',
  code_challenge_method: 'plain',
  pkce: 'false',
  account_id: '1',
  accountId: '1',
  subdomain: 'evil',
  returnTo: '//evil.example',
  refusalUrl: 'https://evil.example',
  callbackURL: 'https://evil.example',
  iss: 'https://evil.example',
};

attack(
  'B3',
  'the query and the body of the login route are ignored',
  async ({ emulator, browser, app }) => {
    const own = sameEachTime((await browser.get('/login')).location);
    const queries = [
      'client_id=e&redirect_uri=https://e&scope=x&response_type=token&state=x&tssd=evil',
      ...Object.entries({ ...PARAMETERS, ...MORE_PARAMETERS }).flatMap(([name, value]) => [
        `${name}=${encodeURIComponent(value)}`,
        `${name}=a&${name}=b`,
        `${name}[]=a`,
        `${name}[${name}]=a`,
        `${name}=`,
      ]),
      '__proto__[scope]=x&__proto__[callbackURL]=https://evil.example',
      'constructor[prototype][scope]=x',
      '%',
      '&&&=',
    ];
    for (const query of queries) {
      const reply = await browser.get(`/login?${query}`);
      expect([query, reply.status, sameEachTime(reply.location)]).toEqual([query, 302, own]);
    }
    for (const [type, body] of [
      ['application/x-www-form-urlencoded', String(new URLSearchParams({ ...PARAMETERS, ...MORE_PARAMETERS }))],
      ['application/x-www-form-urlencoded', 'code=x&error=x&__proto__[scope]=x'],
      ['application/json', JSON.stringify({ ...PARAMETERS, ...MORE_PARAMETERS, code: 'x', error: 'x' })],
    ] as const) {
      const reply = await browser.send('/login', { method: 'POST', body, headers: { 'content-type': type } });
      expect([body, reply.status, sameEachTime(reply.location)]).toEqual([body, 302, own]);
    }
    const all = `/login?${String(new URLSearchParams({ ...PARAMETERS, ...MORE_PARAMETERS }))}`;
    expect((await browser.get(await comeBack(emulator, await openLogin(browser, all)))).location).toBe('/home');
    expect(emulator.requests.last('token')?.body).toMatchObject({ redirect_uri: `${app.origin}/cb`, scope: 'offline' });
    expect(emulator.requests.last('token')?.body).not.toHaveProperty('account_id');
  },
  {
    app: {
      before: (app) => {
        app.use(express.urlencoded({ extended: true }), express.json());
      },
    },
    signsIn: true,
  },
);

attack(
  'B5',
  'the redirect is not cached, sends no referrer and has no body',
  async ({ anotherBrowser }) => {
    for (const method of ['GET', 'POST']) {
      const { status, headers, text } = await anotherBrowser().send('/login', { method });
      expect([status, text]).toEqual([302, '']);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'content-length': '0',
      });
      expect(headers).not.toHaveProperty('content-type');
      expect(headers['set-cookie']).toHaveLength(1);
    }
  },
  {
    app: {
      before: (app) => {
        app.use((_req, res, next) => {
          res.set({ 'Cache-Control': 'public, max-age=3600', 'Referrer-Policy': 'unsafe-url' });
          next();
        });
      },
    },
  },
);

const NO_SCOPES: Readonly<Record<string, unknown>> = {
  'an empty list': [],
  'an empty string': '',
  blanks: '   ',
  'a list of an empty string': [''],
  'a scope and an empty string': ['offline', ''],
  'two scopes in one': ['offline email_read'],
  'letters beyond ASCII': 'lesen_ü',
  'letters beyond ASCII in a list': ['offline', 'le\u{301}sen'],
  'a pictogram': '\u{1f600}',
  'half a pictogram': '\ud83d',
  'a wide blank': 'offline\u{3000}email_read',
  'a tab': 'offline\temail_read',
  'a line break': 'offline\nemail_read',
  'a quotation mark': 'off"line',
  'a backslash': 'off\\line',
  null: null,
  'a number': 42,
  true: true,
  'an object': { 0: 'offline', length: 1 },
  'a list in a list': [['offline']],
};

{
  let scope: unknown;
  attack(
    'B8',
    'a scope is sent once, encoded once, and never empty',
    async ({ browser, app }) => {
      for (const [name, value] of Object.entries(NO_SCOPES)) {
        scope = value;
        const reply = await browser.get('/login');
        expect([name, reply.status, reply.location]).toEqual([name, 500, '']);
        expect(app.errors.at(-1)).toBeInstanceOf(TypeError);
        expect(app.errors.at(-1)).toMatchObject({ message: expect.stringMatching(/^Option scope /) });
      }
      expect([app.errors.length, browser.cookies.size]).toEqual([Object.keys(NO_SCOPES).length, 0]);

      for (const [value, sent, written] of [
        ['offline', 'offline', 'offline'],
        [['offline', 'email_read', 'offline'], 'offline email_read', 'offline%20email_read'],
        ['email_read  offline email_read ', 'email_read offline', 'email_read%20offline'],
        [['a+b', 'c%20d', 'e&scope=f', "g'#"], "a+b c%20d e&scope=f g'#", undefined],
      ] as const) {
        scope = value;
        const { search, searchParams } = await openLogin(browser);
        expect(searchParams.getAll('scope')).toEqual([sent]);
        if (written !== undefined) expect(search).toContain(`&scope=${written}&`);
      }
    },
    { app: { login: () => ({ scope }) as object } },
  );
}

attack(
  'B8b',
  'a scope that is left out is not sent, at the login or at the exchange',
  async ({ emulator, browser }) => {
    const url = await openLogin(browser);
    expect(Object.keys(parametersOf(url)).sort()).toEqual(['client_id', 'redirect_uri', 'response_type', 'state']);
    expect((await signIn(emulator, browser)).location).toBe('/home');
    expect(emulator.requests.last('token')?.body).not.toHaveProperty('scope');
  },
  { app: { strategy: { scope: undefined } }, signsIn: true },
);

test.each(Object.entries(NO_SCOPES))('B8c scope of the strategy must not be %s', (_name, scope) => {
  const options = { subdomain: 'mcx', clientID: 'a-client', callbackURL: 'https://app.example.com/cb' };
  const construct = (): Strategy => new Strategy({ ...options, scope } as never);
  expect(construct).toThrow(TypeError);
  expect(construct).toThrow(/^Option scope /);
});
