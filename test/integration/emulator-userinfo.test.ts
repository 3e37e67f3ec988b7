import { describe, expect, test } from '@jest/globals';
import { call, emulate, fieldsOf, tokensOf } from '../unit/emulator/harness';

const OTHER_TENANT = 'mcemulator-harbour-books-eu1';

describe('/v2/userinfo', () => {
  test('answers with nested objects, numbers and strings as documented', async () => {
    const emulator = await emulate();
    emulator.clock.freeze();
    const { accessToken } = await tokensOf(emulator);
    const answer = await call(emulator, 'auth', '/v2/userinfo', accessToken);
    const base = `${emulator.url}/mcemulator-alpine-outfitters`;
    expect(answer.status).toBe(200);
    expect(answer.fields()).toMatchObject({
      exp: Math.floor((emulator.clock.now() + 1_200_000) / 1000),
      iss: 'https://mc.exacttarget.com',
      user: {
        sub: '711204301',
        name: 'Maya Lind',
        preferred_username: 'maya.lind',
        email: 'maya.lind@alpine-outfitters.example',
        locale: 'en-GB',
        zoneinfo: 'Europe/London',
        timezone: { shortName: 'GMT+0', offset: 0, dst: true },
      },
      organization: {
        member_id: 510_001_000,
        enterprise_id: 510_001_000,
        enterprise_name: 'Alpine Outfitters',
        account_type: 'enterprise',
        stack_key: 'S7',
        region: 'NA1',
        locale: 'en-US',
        zoneinfo: 'America/Los_Angeles',
      },
      rest: { rest_instance_url: `${base}/rest`, soap_instance_url: `${base}/soap` },
      application: { name: 'Campaign Desk', redirectUrl: expect.any(Array), appScopes: expect.any(Array) },
    });
    expect(answer.fields()).not.toHaveProperty('sub');
  });

  test('lists the permissions of the user, not the scopes of the token', async () => {
    const emulator = await emulate();
    const permissions = async (user: string) => {
      const { accessToken } = await tokensOf(emulator, { user, scope: 'email_read' });
      return (await call(emulator, 'auth', '/v2/userinfo', accessToken)).fields()['permissions'];
    };
    const email = { objectTypeName: 'Email', operationName: 'Write', name: 'Write', id: expect.any(Number) };
    expect(await permissions('maya.lind')).toContainEqual(email);
    expect(await permissions('ravi.menon')).not.toContainEqual(email);
  });

  test('shows a URL as sub with view=oidc', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const { fields } = await call(emulator, 'auth', '/v2/userinfo?view=oidc', accessToken);
    expect(fieldsOf(fields()['user'])['sub']).toBe('https://mc.auth.marketingcloudapis.com/uid/711204301');
  });

  test('is 400 without a token', async () => {
    const emulator = await emulate();
    const answer = await call(emulator, 'auth', '/v2/userinfo');
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.fields())).toEqual(['error', 'error_description', 'error_uri']);
  });

  test.each([
    ['a token that was never issued', 'x', undefined],
    ["a good token on another tenant's host", undefined, OTHER_TENANT],
  ])('is 401 with %s', async (_, stranger, subdomain) => {
    const emulator = await emulate({ publishedApp: true });
    const { accessToken } = await tokensOf(emulator);
    const answer = await call(emulator, 'auth', '/v2/userinfo', stranger ?? accessToken, subdomain);
    expect(answer.status).toBe(401);
    expect(answer.fields()).toMatchObject({ error_uri: expect.stringContaining('error-handling.htm') });
  });

  test('is 401 once the token has expired, twenty minutes after its issue', async () => {
    const emulator = await emulate();
    emulator.clock.freeze();
    const { accessToken } = await tokensOf(emulator);
    emulator.clock.advance(1_199_999);
    expect((await call(emulator, 'auth', '/v2/userinfo', accessToken)).status).toBe(200);
    emulator.clock.advance(1);
    expect((await call(emulator, 'auth', '/v2/userinfo', accessToken)).status).toBe(401);
  });
});

describe('/v2/discovery', () => {
  const path = '/v2/discovery?client_id=123456&resource=acct:maya.lind';

  test("returns the tenant's base URLs", async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    expect((await call(emulator, 'auth', path, accessToken)).json()).toEqual({
      subject: 'acct:maya.lind',
      links: [
        { rel: 'auth_instance_url', href: emulator.baseUrl('auth') },
        { rel: 'rest_instance_url', href: emulator.baseUrl('rest') },
      ],
    });
  });

  test.each([
    ['/v2/discovery'],
    ['/v2/discovery?client_id=1'],
    ['/v2/discovery?resource=acct:x'],
    ['/v2/discovery?client_id=1&resource=x'],
  ])('%s is an invalid request', async (incomplete) => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const answer = await call(emulator, 'auth', incomplete, accessToken);
    expect({ status: answer.status, body: answer.json() }).toEqual({
      status: 400,
      body: { message: 'Invalid request' },
    });
  });

  test('needs a token', async () => {
    const emulator = await emulate();
    expect((await call(emulator, 'auth', path)).status).toBe(400);
    expect((await call(emulator, 'auth', path, 'x')).status).toBe(401);
  });

  test('is not OpenID discovery', async () => {
    const emulator = await emulate();
    expect((await call(emulator, 'auth', '/.well-known/openid-configuration')).status).toBe(404);
  });
});

describe('the REST host', () => {
  test('returns the context of a token with 202', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const answer = await call(emulator, 'rest', '/platform/v1/tokenContext', accessToken);
    expect({ status: answer.status, body: answer.json() }).toEqual({
      status: 202,
      body: { enterprise: { id: 510_001_000 }, organization: { id: 510_001_000 }, user: { id: 711_204_301 } },
    });
  });

  test('lists endpoints, of the stack or of the tenant', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const own = await call(emulator, 'rest', '/platform/v1/endpoints?IsTSE=true', accessToken);
    expect(own.fields()).toMatchObject({ page: 1, pageSize: 50, count: 4 });
    expect(own.fields()['items']).toContainEqual({ type: 'rest', url: `${emulator.baseUrl('rest')}/` });
    const shared = await call(emulator, 'rest', '/platform/v1/endpoints', accessToken);
    expect(shared.text).not.toContain(emulator.url);
  });

  test('returns one endpoint, or an error for an unknown one', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const at = async (type: string) => call(emulator, 'rest', `/platform/v1/endpoints/${type}?IsTSE=true`, accessToken);
    expect((await at('soap')).json()).toEqual({ type: 'soap', url: `${emulator.baseUrl('soap')}/Service.asmx` });
    const none = await at('foobar');
    expect({ status: none.status, body: none.json() }).toEqual({
      status: 404,
      body: { documentation: '', errorcode: 30003, message: "No endpoint exists for key 'foobar'." },
    });
  });

  test.each([
    ['no token', undefined, undefined],
    ['a strange token', 'x', undefined],
    ["a token on another tenant's host", 'own', OTHER_TENANT],
  ])('is 401 Not Authorized with %s', async (_, kind, subdomain) => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const sent = kind === 'own' ? accessToken : kind;
    const answer = await call(emulator, 'rest', '/asset/v1/content/assets', sent, subdomain);
    expect({ status: answer.status, body: answer.json() }).toEqual({
      status: 401,
      body: { documentation: expect.stringMatching(/error-handling\.htm$/), errorcode: 0, message: 'Not Authorized' },
    });
  });

  test('has another error for a token in the URL than for none', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const answer = await call(emulator, 'rest', `/asset/v1/content/assets?access_token=${accessToken}`);
    expect({ status: answer.status, code: answer.fields()['errorcode'] }).toEqual({ status: 401, code: 40004 });
  });

  test.each([
    ['the scope and the permission', 'maya.lind', 'journeys_write journeys_read', 200],
    ['the permission without the scope', 'maya.lind', 'email_read', 403],
    ['the scope without the permission', 'no.rights', 'journeys_read', 403],
  ])('judges a call with %s', async (_, user, scope, status) => {
    const emulator = await emulate();
    emulator.world.addUser('mcemulator-alpine-outfitters', { username: 'no.rights' });
    const { accessToken } = await tokensOf(emulator, { user, scope });
    expect((await call(emulator, 'rest', '/interaction/v1/interactions', accessToken)).status).toBe(status);
  });

  test('answers 404 on other paths', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const answer = await call(emulator, 'rest', '/nowhere/v1', accessToken);
    expect({ status: answer.status, code: answer.fields()['errorcode'] }).toEqual({ status: 404, code: 30003 });
  });

  test('records a body that a route reads itself', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const response = await fetch(`${emulator.baseUrl('rest')}/asset/v1/content/assets`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'New', assetType: { id: 197 } }),
    });
    expect(response.status).toBe(201);
    expect(emulator.requests.last('assets')).toMatchObject({ status: 201, body: { name: 'New' } });
  });
});
