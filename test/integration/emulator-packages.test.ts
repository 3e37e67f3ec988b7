import { describe, expect, test } from '@jest/globals';
import {
  authorizeUrl,
  call,
  CALLBACK,
  codeFor,
  emulate,
  exchange,
  refresh,
  send,
  token,
  tokensOf,
} from '../unit/emulator/harness';

const DAY_MS = 86_400_000;

describe('client secrets', () => {
  test('are accepted while staged and active, and expire when another is activated', async () => {
    const emulator = await emulate();
    const { clientSecret: old } = emulator.strategyOptions();
    const staged = emulator.world.stageSecret();
    expect((await exchange(emulator, { fields: { client_secret: old } })).status).toBe(200);
    expect((await exchange(emulator, { fields: { client_secret: staged } })).status).toBe(200);
    emulator.world.activateSecret();
    expect((await exchange(emulator, { fields: { client_secret: old } })).status).toBe(401);
    expect((await exchange(emulator, { fields: { client_secret: staged } })).status).toBe(200);
    expect(emulator.strategyOptions().clientSecret).toBe(staged);
  });

  test('expire after 180 days', async () => {
    const emulator = await emulate();
    emulator.clock.advance(179 * DAY_MS);
    expect((await exchange(emulator)).status).toBe(200);
    emulator.clock.advance(DAY_MS);
    const answer = await exchange(emulator);
    expect({ status: answer.status, error: answer.fields()['error'] }).toEqual({
      status: 401,
      error: 'invalid_client',
    });
  });

  test('expire on demand', async () => {
    const emulator = await emulate();
    const { clientSecret } = emulator.strategyOptions();
    emulator.world.expireSecret();
    expect((await exchange(emulator, { fields: { client_secret: clientSecret } })).status).toBe(401);
  });
});

describe('licences', () => {
  test('that are removed stop sign-ins and existing tokens', async () => {
    const emulator = await emulate();
    const { accessToken, refreshToken } = await tokensOf(emulator);
    emulator.world.unlicense('maya.lind');
    expect(await emulator.signIn(authorizeUrl(emulator))).toContain('error=user_not_licensed');
    expect((await call(emulator, 'auth', '/v2/userinfo', accessToken)).status).toBe(401);
    expect((await call(emulator, 'rest', '/platform/v1/tokenContext', accessToken)).status).toBe(401);
    expect((await refresh(emulator, refreshToken)).status).toBe(401);
  });

  test('that are removed after the sign-in invalidate the code', async () => {
    const emulator = await emulate();
    const code = await codeFor(emulator);
    emulator.world.unlicense('maya.lind');
    const request = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
    expect((await token(emulator, request)).status).toBe(401);
  });

  test('that are given allow the sign-in', async () => {
    const emulator = await emulate();
    emulator.world.license('tom.berg');
    expect((await exchange(emulator, { user: 'tom.berg' })).status).toBe(200);
  });

  test('of one tenant do not apply to the users of another', async () => {
    const emulator = await emulate();
    const callback = await emulator.signIn(authorizeUrl(emulator), 'ines.duarte');
    expect(callback).toContain('error=user_not_licensed');
  });
});

describe('a published app', () => {
  test("has the user's subdomain in the callback, between state and code", async () => {
    const emulator = await emulate({ publishedApp: true });
    const callback = await emulator.signIn(authorizeUrl(emulator), 'ines.duarte');
    expect(callback).toMatch(/\?state=state-1&tssd=mcemulator-harbour-books-eu1&code=/);
  });

  test('works on the endpoints of every tenant', async () => {
    const emulator = await emulate({ publishedApp: true });
    const own = authorizeUrl(emulator);
    const other = own.replace('mcemulator-alpine-outfitters', 'mcemulator-harbour-books-eu1');
    expect((await send(other)).status).toBe(302);
  });

  test('differs from an unpublished one, which has no tssd and works in its tenant only', async () => {
    const emulator = await emulate();
    expect(await emulator.signIn(authorizeUrl(emulator))).not.toContain('tssd');
    const other = authorizeUrl(emulator).replace('mcemulator-alpine-outfitters', 'mcemulator-harbour-books-eu1');
    expect((await send(other)).status).toBe(401);
  });

  test('shows the users of every tenant on the login page', async () => {
    const emulator = await emulate({ publishedApp: true });
    const { headers } = await send(authorizeUrl(emulator));
    const { text } = await send(headers.get('location') ?? '');
    expect(text).toContain('value="ines.duarte"');
  });
});

describe('changes in Setup', () => {
  test('have an effect after the propagation time, not before', async () => {
    const emulator = await emulate({ propagationSeconds: 300, callbackURLs: [CALLBACK] });
    emulator.clock.freeze();
    const moved = 'https://app.example.com/auth/callback';
    emulator.world.change('web', { redirectUrls: [moved], scopes: ['email_read'] });
    emulator.clock.advance(299_999);
    expect((await send(authorizeUrl(emulator, { redirect_uri: moved }))).status).toBe(400);
    expect((await exchange(emulator, { scope: 'journeys_read' })).status).toBe(200);
    emulator.clock.advance(1);
    expect((await send(authorizeUrl(emulator, { redirect_uri: moved }))).status).toBe(302);
    expect((await send(authorizeUrl(emulator))).status).toBe(400);
  });

  test('delay a staged secret too', async () => {
    const emulator = await emulate({ propagationSeconds: 300 });
    const staged = emulator.world.stageSecret();
    expect((await exchange(emulator, { fields: { client_secret: staged } })).status).toBe(401);
    emulator.clock.advance(300_000);
    expect((await exchange(emulator, { fields: { client_secret: staged } })).status).toBe(200);
  });

  test('that remove the package stop every request', async () => {
    const emulator = await emulate();
    const { accessToken, refreshToken } = await tokensOf(emulator);
    emulator.world.package('web').enabled = false;
    expect((await call(emulator, 'auth', '/v2/userinfo', accessToken)).status).toBe(401);
    expect((await refresh(emulator, refreshToken)).fields()['error']).toBe('invalid_client');
    expect((await send(authorizeUrl(emulator))).status).toBe(401);
  });
});

describe('the world', () => {
  test('can have another tenant, user and package', async () => {
    const emulator = await emulate();
    const subdomain = 'mcxxxxxxxxxxxxxxxxxxxxxxxxxx';
    emulator.world.addTenant({ subdomain, enterpriseId: 530_003_000, users: [{ username: 'zoe', id: 7 }] });
    emulator.world.addPackage({
      subdomain,
      kind: 'web',
      clientId: 'zoes-app',
      secret: 'zoes-secret',
      scopes: ['email_read'],
      redirectUrls: 'any-on-loopback',
    });
    const client = emulator.strategyOptions({ tenant: subdomain });
    expect(client).toMatchObject({ subdomain, clientID: 'zoes-app', clientSecret: 'zoes-secret' });
    const url = new URL(`${emulator.baseUrl('auth', subdomain)}/v2/authorize`);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: 'zoes-app',
      redirect_uri: CALLBACK,
    }).toString();
    const callback = new URL(await emulator.signIn(url.href, 'zoe'));
    const request = {
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code'),
      redirect_uri: CALLBACK,
      client_id: 'zoes-app',
      client_secret: 'zoes-secret',
    };
    expect((await token(emulator, request, { subdomain })).fields()).toMatchObject({ scope: 'email_read' });
  });

  test('names the known tenants, users and packages when one is unknown', async () => {
    const { world } = await emulate();
    expect(() => world.tenant('mcx')).toThrow('unknown tenant "mcx"; known: mcemulator-alpine-outfitters, ');
    expect(() => world.user('x')).toThrow('unknown user "x"; known: maya.lind, ');
    expect(() => world.package('x')).toThrow(/unknown package "x"; known: /);
  });

  test('refuses a name that exists', async () => {
    const { world } = await emulate();
    expect(() => world.addUser('mcemulator-harbour-books-eu1', { username: 'Maya.Lind' })).toThrow(
      'the user "Maya.Lind" already exists',
    );
    expect(() => world.addTenant({ subdomain: 'MCEMULATOR-alpine-outfitters', enterpriseId: 1 })).toThrow('the tenant');
  });

  test('can have a user removed', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    emulator.world.removeUser('maya.lind');
    expect((await call(emulator, 'auth', '/v2/userinfo', accessToken)).status).toBe(401);
  });
});
