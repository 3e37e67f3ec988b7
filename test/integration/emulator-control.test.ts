import { Agent, get as httpGet } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { startEmulator, type EmulatorOptions } from '../../src/emulator/index';
import { authorizeUrl, call, emulate, exchange, refresh, send, tokensOf } from '../unit/emulator/harness';

describe('startEmulator', () => {
  test('listens on 127.0.0.1, on a free port, over plain http', async () => {
    const [one, other] = [await emulate(), await emulate()];
    expect(one.url).toBe(`http://127.0.0.1:${one.port}`);
    expect(one.port).not.toBe(other.port);
    expect(one.strategyOptions()).toEqual({
      subdomain: 'mcemulator-alpine-outfitters',
      clientID: 'k3w9v0alpinewebpackage01',
      clientSecret: 'EmuAlpineWebSecret000001',
      baseUrlTemplate: `${one.url}/{subdomain}/{service}`,
    });
  });

  test('returns options without the key clientSecret for a public app', async () => {
    const emulator = await emulate({ publicApp: true });
    expect(Object.keys(emulator.strategyOptions())).toEqual(['subdomain', 'clientID', 'baseUrlTemplate']);
  });

  test('returns the options of another tenant and another app', async () => {
    const emulator = await emulate();
    const options = emulator.strategyOptions({ tenant: 'mcemulator-harbour-books-eu1', app: 'server-to-server' });
    expect(options.clientID).toBe('h8s9m3harbourservertos03');
    expect(() => emulator.strategyOptions({ tenant: 'mcx' })).toThrow('unknown tenant "mcx"');
  });

  test('logs that it is not for production, and which rules it relaxes', async () => {
    const lines: string[] = [];
    await emulate({ log: (line) => lines.push(line) });
    expect(lines[0]).toMatch(/EMULATOR.*NOT Salesforce, NOT FOR PRODUCTION/);
    expect(lines.join('\n')).toMatch(/may use http: and localhost/);
    const strict: string[] = [];
    await emulate({ log: (line) => strict.push(line), allowHttpLoopback: false });
    expect(strict.join('\n')).not.toMatch(/may use http:/);
  });

  test('logs requests without their secrets', async () => {
    const lines: string[] = [];
    const emulator = await emulate({ log: (line) => lines.push(line) });
    const { accessToken } = await tokensOf(emulator);
    expect(lines).toContain('POST token mcemulator-alpine-outfitters 200');
    expect(lines.join()).not.toContain(accessToken);
    expect(lines.join()).not.toContain('EmuAlpineWebSecret');
  });

  test('uses the given port, and rejects when it is in use', async () => {
    const first = await startEmulator();
    const { port } = first;
    await expect(startEmulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
    const second = await emulate({ port });
    expect(second.port).toBe(port);
  });

  test.each<[EmulatorOptions, string]>([
    [JSON.parse('{"prot":1}'), 'unknown option "prot"; the options are port, '],
    [{ port: 70_000 }, 'port must be a whole number from 0'],
    [JSON.parse('{"https":"yes"}'), 'https must be true or false'],
    [JSON.parse('{"pkce":"on"}'), "pkce must be one of 'ignore', 'enforce-if-sent', 'reject'"],
    [{ expiresInSeconds: -1 }, 'expiresInSeconds must be a number of seconds'],
    [{ recordLimit: 0 }, 'recordLimit must be a whole number above 0'],
    [{ deadCode: { status: 200 } }, 'deadCode must be an object such as'],
    [{ callbackURLs: [] }, 'callbackURLs must list 1 to 10 URLs'],
    [{ callbackURLs: ['/auth'] }, 'callbackURLs[0] is not an absolute URL'],
    [{ callbackURLs: ['http://app.example.com/cb'] }, 'callbackURLs[0] is plain http'],
    [{ callbackURLs: ['https://127.0.0.1/*'] }, 'callbackURLs[0] has a wildcard'],
    [{ callbackURLs: ['https://localhost/cb'], allowHttpLoopback: false }, 'callbackURLs[0] names localhost'],
    [JSON.parse('{"log":"console"}'), 'log must be a function'],
  ])('refuses %j with a TypeError that names the fix', async (options, message) => {
    const failed = startEmulator(options);
    await expect(failed).rejects.toThrow(TypeError);
    await expect(failed).rejects.toThrow(`startEmulator: ${message}`);
  });

  test('treats an undefined option as left out', async () => {
    expect((await exchange(await emulate({ port: undefined, expiresInSeconds: undefined }))).status).toBe(200);
  });
});

describe('recorded requests', () => {
  test('have the method, path, headers, body and time', async () => {
    const emulator = await emulate();
    emulator.clock.freeze();
    await exchange(emulator);
    expect(emulator.requests.last('token')).toMatchObject({
      number: 5,
      endpoint: 'token',
      service: 'auth',
      subdomain: 'mcemulator-alpine-outfitters',
      method: 'POST',
      path: '/v2/token',
      headers: { 'content-type': 'application/json' },
      body: { grant_type: 'authorization_code' },
      rawBody: expect.stringContaining('"client_secret":"EmuAlpineWebSecret000001"'),
      at: emulator.clock.now(),
      remotePort: expect.any(Number),
      status: 200,
    });
    expect([...emulator.requests].map(({ endpoint }) => endpoint)).toEqual([
      'authorize',
      'login',
      'login',
      'authorize',
      'token',
    ]);
  });

  test('have all values of a repeated parameter', async () => {
    const emulator = await emulate();
    await send(`${emulator.baseUrl('auth')}/v2/userinfo?a=1&a=2&b=3`);
    expect(emulator.requests.last()?.query).toEqual({ a: ['1', '2'], b: '3' });
  });

  test('can be cleared', async () => {
    const emulator = await emulate();
    await tokensOf(emulator);
    emulator.requests.clear();
    expect([emulator.requests.length, emulator.requestsTo('token').length]).toEqual([0, 0]);
  });

  test('are limited, and the oldest are dropped', async () => {
    const emulator = await emulate({ recordLimit: 2 });
    for (const path of ['/1', '/2', '/3', '/4', '/5']) await call(emulator, 'auth', path);
    expect(emulator.requests.all.map(({ path }) => path)).toEqual(['/4', '/5']);
  });

  test('have the port of their connection', async () => {
    const emulator = await emulate();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const open = async (shared: Agent | false) =>
      new Promise((resolve, reject) => {
        const outgoing = httpGet(`${emulator.url}/`, { agent: shared }, (response) =>
          response.resume().on('end', resolve),
        );
        outgoing.on('error', reject);
      });
    await open(agent);
    await open(agent);
    await open(false);
    agent.destroy();
    const [first, second, third] = emulator.requests.all.map(({ remotePort }) => remotePort);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
  });

  test('are unknown for an address without a tenant', async () => {
    const emulator = await emulate();
    const answer = await send(`${emulator.url}/favicon.ico`);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('/{subdomain}/{service}/');
    expect(emulator.requests.last()).toMatchObject({ endpoint: 'unknown', service: undefined, path: '/favicon.ico' });
    expect((await call(emulator, 'auth', '/v2/userinfo', 'x', 'mcunknown')).status).toBe(404);
  });
});

describe('tokens', () => {
  test('can be expired, all or some', async () => {
    const emulator = await emulate();
    const maya = await tokensOf(emulator);
    const ravi = await tokensOf(emulator, { user: 'ravi.menon' });
    expect(emulator.expireAccessTokens({ user: 'maya.lind' })).toBe(1);
    expect((await call(emulator, 'auth', '/v2/userinfo', maya.accessToken)).status).toBe(401);
    expect((await call(emulator, 'auth', '/v2/userinfo', ravi.accessToken)).status).toBe(200);
    expect((await refresh(emulator, maya.refreshToken)).status).toBe(200);
    expect(emulator.expireAccessTokens()).toBe(2);
  });

  test('can be revoked with all others of the same sign-in', async () => {
    const emulator = await emulate();
    const first = await tokensOf(emulator);
    const second = await tokensOf(emulator);
    expect(emulator.revoke({ refreshToken: first.refreshToken })).toBe(2);
    expect((await call(emulator, 'auth', '/v2/userinfo', first.accessToken)).status).toBe(401);
    expect((await refresh(emulator, first.refreshToken)).status).toBe(401);
    expect((await refresh(emulator, second.refreshToken)).status).toBe(200);
    expect(emulator.revoke({ refreshToken: 'never-issued' })).toBe(0);
  });

  test('can be revoked by kind', async () => {
    const emulator = await emulate();
    const { accessToken, refreshToken } = await tokensOf(emulator);
    expect(emulator.revoke({ user: 'maya.lind', only: 'refresh' })).toBe(1);
    expect((await call(emulator, 'auth', '/v2/userinfo', accessToken)).status).toBe(200);
    expect((await refresh(emulator, refreshToken)).status).toBe(401);
  });
});

describe('signIn', () => {
  test('returns the callback URL and does not open it', async () => {
    const emulator = await emulate();
    expect(await emulator.signIn(authorizeUrl(emulator))).toMatch(/^http:\/\/127\.0\.0\.1:3000\//);
  });

  test.each([
    ['ended on an error page (401): Invalid client identifier', { client_id: 'x' }, 'maya.lind'],
    ['unknown user "no.such.user"', {}, 'no.such.user'],
  ])('rejects: %s', async (message, parameters, user) => {
    const emulator = await emulate();
    await expect(emulator.signIn(authorizeUrl(emulator, parameters), user)).rejects.toThrow(message);
  });
});

describe('close', () => {
  test('closes connections that are idle, half open or waiting, and frees the port', async () => {
    const emulator = await startEmulator();
    emulator.fault('userinfo', { delayMs: 600_000 });
    emulator.fault('token', { drip: { intervalMs: 600_000 }, body: '{}' });
    const idle = connect(emulator.port, '127.0.0.1');
    const ended = new Promise((resolve) => idle.once('close', resolve).on('error', () => undefined));
    const waiting = call(emulator, 'auth', '/v2/userinfo', 'x').catch(() => 'cut');
    const dripping = refresh(emulator, 'x').catch(() => 'cut');
    await Promise.all([emulator.requests.waitFor('userinfo'), emulator.requests.waitFor('token')]);
    await emulator.close();
    await emulator.close();
    expect([await waiting, await dripping]).toEqual(['cut', 'cut']);
    await ended;
    await expect(send(emulator.url)).rejects.toThrow('fetch failed');
  });
});
