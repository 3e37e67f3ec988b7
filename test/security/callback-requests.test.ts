import { expect } from '@jest/globals';
import express from 'express';
import { attack, comeBack, expectRejected, openLogin, whoIs, type AttackOptions } from '../support/attack';

/** An app that reads every body there is, as many do. */
const reading: AttackOptions['app'] = {
  before: (app) => void app.use(express.urlencoded({ extended: true }), express.json(), express.text()),
};

/** Parameters as the bodies that browsers can send. */
function bodiesOf(parameters: Readonly<Record<string, string>>): { headers: Record<string, string>; body: string }[] {
  return [
    ['application/x-www-form-urlencoded', new URLSearchParams(parameters).toString()],
    ['application/json', JSON.stringify(parameters)],
    ['text/plain', new URLSearchParams(parameters).toString()],
  ].map(([type = '', body = '']) => ({
    headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) },
    body,
  }));
}

attack(
  'E9',
  'a callback is accepted by GET with its query only: a body never counts',
  async ({ emulator, browser, app }) => {
    const callback = await comeBack(emulator, await openLogin(browser));
    const parameters = Object.fromEntries(new URL(callback, app.origin).searchParams);
    const { code = '', state = '' } = parameters;

    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const sent of [...bodiesOf(parameters), ...bodiesOf({ ...parameters, _method: 'GET' })]) {
        for (const target of [callback, `/cb?state=${state}`, `/cb?code=${code}`, `${callback}&_method=GET`]) {
          const reply = await browser.send(target, { method, ...sent });
          expectRejected(reply, emulator, [405]);
          expect(reply.location).toBe('');
        }
      }
      const headers = { 'x-http-method-override': 'GET', 'content-length': '0' };
      expectRejected(await browser.send(callback, { method, headers }), emulator, [405]);
    }
    for (const sent of bodiesOf(parameters)) {
      expectRejected(await browser.send(`/cb?state=${state}`, sent), emulator, [400]);
      expectRejected(await browser.send(`/cb?code=${code}`, sent), emulator, [403]);
      expectRejected(await browser.send(`/cb?code=${code}&state=other`, sent), emulator, [403]);
    }
    expect(await whoIs(browser)).toBeNull();

    const [bad] = bodiesOf({ code: 'bad', state: 'bad', error: 'access_denied', tssd: 'mcevil' });
    expect((await browser.send(callback, { ...bad })).location).toBe('/home');
    expect(emulator.requestsTo('token').map(({ body }) => body)).toEqual([expect.objectContaining({ code })]);
  },
  { app: reading, signsIn: true },
);

attack(
  'E9b',
  'a callback posted to the login route starts a new sign-in',
  async ({ emulator, browser }) => {
    const parameters = Object.fromEntries((await openLogin(browser)).searchParams);
    const begun = { code: 'bad', error: 'access_denied', state: parameters['state'] ?? '', tssd: 'mcevil' };
    for (const sent of bodiesOf({ ...begun, redirect_uri: 'https://evil.example', scope: 'evil', client_id: 'evil' })) {
      const { status, location } = await browser.send('/login', { method: 'POST', ...sent });
      expect(status).toBe(302);
      const authorize = new URL(location);
      expect(authorize.href.split('?')[0]).toBe(`${emulator.baseUrl('auth')}/v2/authorize`);
      const { state, ...others } = Object.fromEntries(authorize.searchParams);
      expect({ ...others, state: parameters['state'] }).toEqual(parameters);
      expect(state).toMatch(/^[\w-]{43}$/);
      expect(state).not.toBe(parameters['state']);
    }
  },
  { app: reading },
);

const MALFORMED = ['%', '%E0%A4%A', '%C0%80', '%uD800', '%2', '%zz', '%ED%A0%80', '%FF%FE', '%00'];

attack(
  'E10',
  'invalid percent encoding throws nowhere',
  async ({ emulator, browser, app, anotherBrowser }) => {
    const callback = await comeBack(emulator, await openLogin(browser));
    const { code = '', state = '' } = Object.fromEntries(new URL(callback, app.origin).searchParams);
    for (const malformed of MALFORMED) {
      for (const query of [
        `state=a&${malformed}`,
        `state=a&${malformed}=${malformed}`,
        `code=${code}&state=${malformed}`,
        `code=${malformed}&state=${malformed}`,
        `error=${malformed}&state=${malformed}`,
        `error=access_denied&state=${malformed}`,
        `code=${code}&state=other&tssd=${malformed}`,
        `code[${malformed}]=${code}&state=${state}`,
        `code=${code}&code${malformed}=b&state=other`,
        `co${malformed}de=${code}&state=${state}`,
      ]) {
        const reply = await browser.get(`/cb?${query}`);
        expect([query, reply.location]).toEqual([query, '']);
        expectRejected(reply, emulator, [400, 403]);
      }
      // Express has no such route, or cannot read it.
      for (const target of [`/cb${malformed}`, `/cb/${malformed}`, `/${malformed}/cb?code=${code}&state=${state}`]) {
        expect([400, 404]).toContain((await browser.get(target)).status);
      }

      const stranger = anotherBrowser();
      for (const cookie of [malformed, `connect.sid=${malformed}`, `connect.sid=s%3A${malformed}`, `${malformed}=a`]) {
        expectRejected(await stranger.get(callback, { cookie }), emulator, [403]);
        expect((await stranger.get('/api', { cookie })).status).toBe(401);
        expect((await stranger.get('/login', { cookie })).status).toBe(302);
      }
      for (const authorization of [malformed, `Bearer ${malformed}`, `Basic ${malformed}`]) {
        expectRejected(await browser.get('/cb?code=a&state=b', { authorization }), emulator, [403]);
        expect((await browser.get('/api', { authorization })).status).toBe(401);
      }
    }
    expect(app.errors).toEqual([]);

    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie: `a=%E0%A4%A; ${cookie}; b=%`, authorization: 'Bearer %uD800' };
    expect((await browser.get(`${callback}&x=%E0%A4%A&%=%`, headers)).location).toBe('/home');
  },
  { signsIn: true },
);

attack('E11', 'a callback with neither code nor error is refused without a redirect', async (scene) => {
  const { emulator, browser, app } = scene;
  const state = (await openLogin(browser)).searchParams.get('state') ?? '';
  const before = new Map(browser.cookies);
  for (const target of [
    ...['/cb?state=', '/cb/?state=a', '/CB?state=a', '/cB/?tssd=a', '/cb?x=1&state=a', '/cb?state[]=a', '/cb?tssd=mcx'],
    ...[`/cb?state=${state}`, `/cb?state=${state}&tssd=mcx`, `/cb?state=${state}&error_description=a`],
    ...[`${app.origin}/cb?state=a`, `http://evil.example/cb?state=${state}`, 'https://evil.example/CB/?state=a'],
  ]) {
    const reply = await browser.get(target);
    expect([target, reply.status, reply.location]).toEqual([target, 400, '']);
    expectRejected(reply, emulator, [400]);
  }
  browser.cookies.delete('mc-refusals');
  expect(browser.cookies).toEqual(before);
  expect(emulator.requests.length).toBe(0);
  expect(app.errors).toEqual([]);
});

attack(
  'E12',
  'HEAD, OPTIONS and prefetch requests redeem no code and consume no state',
  async ({ emulator, browser, app }) => {
    const callback = await comeBack(emulator, await openLogin(browser));
    const denied = `/cb?error=access_denied&${/state=[^&]+/.exec(callback)?.[0] ?? ''}`;
    for (const target of [callback, denied]) {
      for (const headers of [
        { 'sec-purpose': 'prefetch' },
        { 'sec-purpose': 'prefetch;prerender' },
        { 'sec-purpose': 'prefetch;anonymous-client-ip' },
        { 'Sec-Purpose': 'Prefetch' },
        { purpose: 'prefetch' },
      ]) {
        const reply = await browser.get(target, headers);
        expect([reply.status, reply.text, reply.location]).toEqual([204, '', '']);
        expect(reply.headers['cache-control']).toBe('no-store');
      }
      const head = await browser.send(target, { method: 'HEAD' });
      expect([head.status, head.location, head.headers['cache-control']]).toEqual([204, '', 'no-store']);
      for (const method of ['OPTIONS', 'TRACE']) {
        expectRejected(await browser.send(target, { method }), emulator, [405]);
      }
    }
    expect([emulator.requestsTo('token').length, app.errors.length]).toEqual([0, 0]);
    expect(await whoIs(browser)).toBeNull();
    expect((await browser.get(callback)).location).toBe('/home');
    expect(emulator.requestsTo('token')).toHaveLength(1);
  },
  { signsIn: true },
);

/** What a browser might claim to have been given. */
const CLAIMS = new URLSearchParams({
  access_token: 'CANARY-token',
  id_token: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJDQU5BUlkifQ.',
  refresh_token: 'CANARY-refresh',
  token_type: 'Bearer',
  expires_in: '999999999',
  rest_instance_url: 'https://evil.example/',
  soap_instance_url: 'https://evil.example/',
  user: '{"id":"CANARY","displayName":"CANARY"}',
  profile: '{"id":"CANARY"}',
  grantId: 'CANARY',
  account_id: '520002000',
  accountId: '520002000',
  client_id: 'CANARY',
  client_secret: 'CANARY',
  code_verifier: 'CANARY',
  redirect_uri: 'https://evil.example/',
  grant_type: 'refresh_token',
  scope: 'CANARY',
  subdomain: 'mcevil',
  returnTo: 'https://evil.example/',
  refusalUrl: 'https://evil.example/',
}).toString();

attack(
  'E13',
  'tokens, URLs and users that come with a callback are ignored',
  async ({ emulator, browser, app, another }) => {
    const { origin } = app;
    const state = (await openLogin(browser)).searchParams.get('state') ?? '';
    const claimed = new URL((await browser.get(`/cb?${CLAIMS}`)).location).searchParams;
    expect([claimed.get('redirect_uri'), claimed.get('scope')]).toEqual([`${origin}/cb`, 'offline']);
    expectRejected(await browser.get(`/cb?state=${state}&${CLAIMS}`), emulator, [400]);
    expectRejected(await browser.get(`/cb?error=access_denied&state=${state}&${CLAIMS}`), emulator, [403]);
    expect(await whoIs(browser)).toBeNull();

    const seen: unknown[] = [];
    const verify = (_access: string, _refresh: string, params: object, profile: object, done: Done): void => {
      seen.push(params);
      done(null, profile);
    };
    for (const one of [app, await another({ verify })]) {
      const victim = one === app ? browser : one.browser();
      emulator.requests.clear();
      const callback = await comeBack(emulator, await openLogin(victim));
      expect((await victim.get(callback.replace('?', `?${CLAIMS}&`))).location).toBe('/home');
      const { clientID, clientSecret } = emulator.strategyOptions();
      expect(emulator.requestsTo('token').map(({ body }) => body)).toEqual([
        {
          grant_type: 'authorization_code',
          code: new URL(callback, origin).searchParams.get('code'),
          client_id: clientID,
          client_secret: clientSecret,
          redirect_uri: `${one.origin}/cb`,
          scope: 'offline',
        },
      ]);
      expect(await whoIs(victim)).toMatchObject({ displayName: 'Maya Lind', businessUnitId: 510_001_000 });
      expect((await victim.get('/api')).status).toBe(200);
    }
    expect(seen).toEqual([
      {
        token_type: 'Bearer',
        expires_in: 1079,
        scope: 'offline',
        rest_instance_url: `${emulator.baseUrl('rest')}/`,
        soap_instance_url: `${emulator.baseUrl('soap')}/`,
      },
    ]);
  },
  { signsIn: true },
);

type Done = (error: null, user: object) => void;

const INHERITED = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
];

attack(
  'E15',
  'parameters named like inherited members of objects are ignored and change nothing',
  async ({ emulator, browser }) => {
    const before = Reflect.ownKeys(Object.prototype);
    const junk = INHERITED.flatMap((name) => [
      `${name}=a`,
      `${name}=b`,
      `${name}[x]=polluted`,
      `${name}[prototype][x]=polluted`,
      `${name}.x=polluted`,
      `x[${name}][x]=polluted`,
      `a[constructor][prototype][${name}]=polluted`,
    ]).join('&');
    expectRejected(await browser.get(`/cb?state=a&${junk}`), emulator, [400]);
    for (const name of INHERITED) {
      expectRejected(await browser.get(`/cb?state=a&${name}=a`), emulator, [400]);
      expectRejected(await browser.get(`/cb?code=${name}&state=${name}`), emulator, [403]);
      expectRejected(await browser.get(`/cb?error=${name}&state=${name}`), emulator, [403]);
    }
    browser.cookies.delete('mc-refusals');
    expect((await browser.get(`/login?${junk}`)).status).toBe(302);

    const callback = await comeBack(emulator, await openLogin(browser));
    expect((await browser.get(`/cb?${junk}&${callback.split('?')[1] ?? ''}&${junk}`)).location).toBe('/home');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
    expect((await browser.get('/api')).status).toBe(200);
  },
  { signsIn: true },
);
