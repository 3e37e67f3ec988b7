import { describe, expect, test } from '@jest/globals';
import {
  call,
  CALLBACK,
  codeFor,
  emulate,
  exchange,
  fieldsOf,
  send,
  textOf,
  token,
  tokensOf,
} from '../unit/emulator/harness';

const MINUTE_MS = 60_000;

describe('grant_type=authorization_code', () => {
  test('answers as live tenants do', async () => {
    const emulator = await emulate();
    const { status, headers, fields } = await exchange(emulator, { scope: 'offline email_read' });
    const base = `${emulator.url}/mcemulator-alpine-outfitters`;
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(fields()).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{43}\.[\w-]+$/),
      refresh_token: expect.stringMatching(/^.{512}$/),
      token_type: 'Bearer',
      expires_in: 1079,
      scope: 'offline email_read',
      rest_instance_url: `${base}/rest/`,
      soap_instance_url: `${base}/soap/`,
    });
  });

  test('accepts a form and JSON', async () => {
    const emulator = await emulate();
    const { clientID, clientSecret = '' } = emulator.strategyOptions();
    const form = {
      grant_type: 'authorization_code',
      code: await codeFor(emulator),
      client_id: clientID,
      client_secret: clientSecret,
      redirect_uri: CALLBACK,
    };
    const url = `${emulator.baseUrl('auth')}/v2/token`;
    const answer = await send(url, { method: 'POST', body: new URLSearchParams(form) });
    expect(answer.status).toBe(200);
    expect(emulator.requests.last('token')?.body).toEqual(form);
  });

  test('a public app needs no secret', async () => {
    const emulator = await emulate({ publicApp: true });
    const { clientSecret } = emulator.strategyOptions();
    const { status } = await exchange(emulator);
    expect({ status, clientSecret }).toEqual({ status: 200, clientSecret: undefined });
    expect(fieldsOf(emulator.requests.last('token')?.body)).not.toHaveProperty('client_secret');
  });

  test.each<[string, { reuse?: boolean; advanceMs?: number; fields?: Record<string, unknown>; app?: string }]>([
    ['a used code', { reuse: true }],
    ['a code after five minutes', { advanceMs: 5 * MINUTE_MS }],
    ['a code with another redirect URL', { fields: { redirect_uri: `${CALLBACK}/` } }],
    ['an unknown code', { fields: { code: 'never-issued' } }],
    ['a code of another client', { app: 'public' }],
  ])('refuses %s', async (_, { reuse = false, advanceMs = 0, fields = {}, app }) => {
    const emulator = await emulate();
    const code = await codeFor(emulator);
    const request = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...fields };
    if (reuse) expect((await token(emulator, request)).status).toBe(200);
    emulator.clock.advance(advanceMs);
    const answer = await token(emulator, request, { app });
    expect(answer.status).toBe(401);
    expect(answer.fields()).toMatchObject({
      error: 'invalid_token',
      error_uri: 'https://developer.salesforce.com/docs',
    });
  });

  test('accepts a code one second before it expires after five minutes', async () => {
    const emulator = await emulate();
    emulator.clock.freeze();
    const code = await codeFor(emulator);
    emulator.clock.advance(5 * MINUTE_MS - 1000);
    const request = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
    expect((await token(emulator, request)).status).toBe(200);
  });

  test('refuses a dead code as deadCode says', async () => {
    const emulator = await emulate({ deadCode: { status: 400, error: 'invalid_grant', description: 'too late' } });
    const answer = await token(emulator, { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK });
    expect(answer.status).toBe(400);
    expect(answer.fields()).toMatchObject({ error: 'invalid_grant', error_description: 'too late' });
  });

  test('refuses a code of another tenant', async () => {
    const emulator = await emulate({ publishedApp: true });
    const code = await codeFor(emulator, { user: 'ines.duarte' });
    const request = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
    expect((await token(emulator, request)).status).toBe(401);
    expect((await token(emulator, request, { subdomain: 'mcemulator-harbour-books-eu1' })).status).toBe(200);
  });

  test('revokes the tokens of a reused code with revokeFamilyOnReuse', async () => {
    const emulator = await emulate({ revokeFamilyOnReuse: true });
    const code = await codeFor(emulator);
    const request = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
    const first = await token(emulator, request);
    await token(emulator, request);
    const accessToken = textOf(first.fields()['access_token']);
    expect((await call(emulator, 'auth', '/v2/userinfo', accessToken)).status).toBe(401);
  });

  test.each([['code'], ['redirect_uri']])('a request without %s is invalid_request', async (name) => {
    const emulator = await emulate();
    const answer = await exchange(emulator, { fields: { [name]: undefined } });
    expect(answer.status).toBe(400);
    expect(answer.fields()).toMatchObject({ error: 'invalid_request' });
  });
});

describe('the client', () => {
  test.each([
    ['is unknown', { client_id: 'unknown' }, 401, 'invalid_client', /^Invalid client ID\./],
    ['has a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', /^Client authentication failed\./],
    ['sends no secret', { client_secret: undefined }, 401, 'invalid_client', /^Client authentication failed\./],
    [
      'asks for a grant of another kind',
      { grant_type: 'client_credentials' },
      401,
      'unauthorized_client',
      /^The client is not/,
    ],
    ['names no grant', { grant_type: undefined }, 400, 'unsupported_grant_type', /^Use "authorization_code"/],
    ['names a strange grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', /as the grant_type\.$/],
  ])('is refused when it %s', async (_, fields, status, error, description) => {
    const emulator = await emulate();
    const answer = await exchange(emulator, { fields });
    expect(answer.status).toBe(status);
    expect(answer.fields()).toMatchObject({ error, error_description: expect.stringMatching(description) });
  });

  test.each([
    ['text/plain', '{"grant_type":"refresh_token"}'],
    ['application/json', '{"grant_type":'],
    ['application/json', 'null'],
    ['application/json', '["refresh_token"]'],
  ])('sees unsupported_grant_type when its %s body %s is not understood', async (type, body) => {
    const emulator = await emulate();
    const url = `${emulator.baseUrl('auth')}/v2/token`;
    const answer = await send(url, { method: 'POST', headers: { 'content-type': type }, body });
    expect(answer.fields()).toMatchObject({ error: 'unsupported_grant_type' });
  });

  test('is not authenticated by its Authorization header', async () => {
    const emulator = await emulate();
    const { clientID, clientSecret = '' } = emulator.strategyOptions();
    const answer = await send(`${emulator.baseUrl('auth')}/v2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientID}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK }),
    });
    expect(answer.fields()).toMatchObject({ error: 'invalid_client' });
  });

  test('of another tenant is refused', async () => {
    const emulator = await emulate();
    const request = { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK };
    const answer = await token(emulator, request, { subdomain: 'mcemulator-harbour-books-eu1' });
    expect(answer.fields()).toMatchObject({ error: 'invalid_client' });
  });

  test('of a legacy endpoint is told to use v2', async () => {
    const emulator = await emulate();
    const { clientID } = emulator.strategyOptions();
    const url = `${emulator.baseUrl('auth')}/v1/requestToken`;
    const ask = async (clientId: string) =>
      send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ clientId }),
      });
    expect((await ask(clientID)).fields()).toMatchObject({ errorcode: 10007 });
    expect((await ask('unknown')).fields()).toEqual({ message: 'Unauthorized', errorcode: 1, documentation: '' });
  });
});

describe('scope', () => {
  test('absent means everything the integration has, offline first', async () => {
    const emulator = await emulate();
    const scopes = (await tokensOf(emulator)).scope.split(' ');
    expect(scopes[0]).toBe('offline');
    expect(scopes).toEqual(emulator.world.package('web').settings.seen.scopes);
  });

  test('absent means everything but offline with omittedScopeIncludesOffline: false', async () => {
    const emulator = await emulate({ omittedScopeIncludesOffline: false });
    expect((await tokensOf(emulator)).scope.split(' ')).not.toContain('offline');
  });

  test('empty means none', async () => {
    const emulator = await emulate();
    expect((await exchange(emulator, { scope: '' })).fields()).toMatchObject({ scope: '' });
  });

  test.each([
    ['the same', 'email_read journeys_read', 'email_read journeys_read'],
    ['a part', 'journeys_read', 'journeys_read'],
    ['nothing', '', ''],
  ])('of the exchange may be %s of what was authorized', async (_, scope, granted) => {
    const emulator = await emulate();
    const answer = await exchange(emulator, { scope: 'email_read journeys_read', fields: { scope } });
    expect(answer.fields()).toMatchObject({ scope: granted });
  });

  test('of the exchange cannot have more than the authorization', async () => {
    const emulator = await emulate();
    const answer = await exchange(emulator, { scope: 'email_read', fields: { scope: 'email_read email_write' } });
    expect(answer.status).toBe(400);
    expect(answer.fields()).toMatchObject({ error: 'invalid_scope' });
  });

  test('omitted at the exchange means the integration’s with omittedExchangeScope', async () => {
    const emulator = await emulate({ omittedExchangeScope: 'integration' });
    expect((await tokensOf(emulator, { scope: 'email_read' })).scope).toContain('journeys_read');
  });

  test('without offline returns a refresh token, by default', async () => {
    const usual = await emulate();
    const sparing = await emulate({ refreshTokenWithoutOffline: false });
    expect((await exchange(usual, { scope: 'email_read' })).fields()).toHaveProperty('refresh_token');
    expect((await exchange(sparing, { scope: 'email_read' })).fields()).not.toHaveProperty('refresh_token');
    expect((await exchange(sparing, { scope: 'offline' })).fields()).toHaveProperty('refresh_token');
  });
});

describe('account_id', () => {
  test.each([[510_001_101], ['510001101']])('%j chooses the business unit', async (accountId) => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator, { fields: { account_id: accountId } });
    const context = await call(emulator, 'rest', '/platform/v1/tokenContext', accessToken);
    expect(context.fields()).toMatchObject({ organization: { id: 510_001_101 } });
  });

  test.each([
    ['of another tenant', 'maya.lind', 520_002_000],
    ['that the user may not work in', 'ravi.menon', 510_001_102],
    ['that does not exist', 'maya.lind', 1],
  ])('%s is 401 in the REST dialect', async (_, user, accountId) => {
    const emulator = await emulate();
    const answer = await exchange(emulator, { user, fields: { account_id: accountId } });
    expect(answer.status).toBe(401);
    expect(answer.fields()).toMatchObject({ errorcode: 0, message: 'Not Authorized' });
  });

  test('is refused as businessUnitDenied says', async () => {
    const emulator = await emulate({ businessUnitDenied: { status: 403, error: 'unauthorized_account' } });
    const answer = await exchange(emulator, { fields: { account_id: 1 } });
    expect({ status: answer.status, error: answer.fields()['error'] }).toEqual({
      status: 403,
      error: 'unauthorized_account',
    });
  });

  test('is refused where the integration is not enabled', async () => {
    const emulator = await emulate();
    emulator.world.change('web', { businessUnitIds: [510_001_000] });
    expect((await exchange(emulator, { fields: { account_id: 510_001_101 } })).status).toBe(401);
    expect((await exchange(emulator)).status).toBe(200);
  });

  test('that is not a number is invalid_request', async () => {
    const emulator = await emulate();
    expect((await exchange(emulator, { fields: { account_id: 'all' } })).fields()).toMatchObject({
      error: 'invalid_request',
    });
  });
});

describe('the options of a token answer', () => {
  test.each([
    ['url', /^http:\/\/127.*\/rest$/],
    ['url/', /^http:\/\/127.*\/rest\/$/],
    ['host', /^127.*\/rest$/],
    ['host/', /^127.*\/rest\/$/],
  ] as const)('writes base URLs in the shape %s', async (instanceUrlShape, shape) => {
    const emulator = await emulate({ instanceUrlShape });
    expect(textOf((await exchange(emulator)).fields()['rest_instance_url'])).toMatch(shape);
  });

  test('expires_in is the option, and the token expires then', async () => {
    const emulator = await emulate({ expiresInSeconds: 60 });
    emulator.clock.freeze();
    const answer = await exchange(emulator);
    const accessToken = textOf(answer.fields()['access_token']);
    expect(answer.fields()['expires_in']).toBe(60);
    emulator.clock.advance(59_000);
    expect((await call(emulator, 'auth', '/v2/userinfo', accessToken)).status).toBe(200);
    emulator.clock.advance(1_000);
    expect((await call(emulator, 'auth', '/v2/userinfo', accessToken)).status).toBe(401);
  });

  test('has tokens that a JWT library refuses', async () => {
    const emulator = await emulate();
    const { accessToken, refreshToken } = await tokensOf(emulator);
    const payload = (value: string): unknown =>
      JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString());
    expect([accessToken, refreshToken].map((value) => [value.length, value.split('.').length])).toEqual([
      [512, 4],
      [512, 4],
    ]);
    expect(payload(accessToken)).toMatchObject({ client_type: 'Confidential', eid: 510_001_000, stack_key: 'S7' });
    expect(payload(refreshToken)).toHaveProperty('refresh_token');
  });

  test('does not exist by GET', async () => {
    const emulator = await emulate();
    expect((await send(`${emulator.baseUrl('auth')}/v2/token?grant_type=client_credentials`)).status).toBe(404);
  });
});
