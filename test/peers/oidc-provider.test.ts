import { describe, expect, test } from '@jest/globals';
import { textOf, type Fields } from '../support/peers/fields';
import { startPeer } from '../support/peers/peer-process';
import { ORGANIZATION, type Upstream } from '../support/peers/shim';
import { CLIENT, setScene, type Scene, type StrategyChanges } from '../support/peers/sign-in';

const HOUR_MS = 3_600_000;

const peer = startPeer('oidc-provider');

/** A provider of its own for the test, and an app in front of it. */
async function scene({
  pkceRequired = false,
  ...options
}: StrategyChanges & { readonly pkceRequired?: boolean } = {}): Promise<Scene & { revoke: Revoke }> {
  const { client_id, client_secret, redirect_uri } = CLIENT;
  const client = {
    ...{ client_id, client_secret, redirect_uris: [redirect_uri] },
    token_endpoint_auth_method: 'client_secret_post',
  };
  const issuer = textOf(await peer.ask('start', { client, pkceRequired }), 'issuer');
  const upstream: Upstream = {
    authorizeUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    userinfoUrl: `${issuer}/me`,
  };
  const set = await setScene(upstream, { filledIn: { login: 'wilma', password: 'any' }, ...options });
  const revoke = async (token: unknown): Promise<number> => {
    const body = new URLSearchParams({ client_id, client_secret, token: String(token) });
    return (await fetch(`${issuer}/token/revocation`, { method: 'POST', body })).status;
  };
  return { ...set, revoke };
}

type Revoke = (token: unknown) => Promise<number>;

async function tokensOf({ read }: Scene): Promise<Fields> {
  return (await read('/tokens')).body;
}

describe('a sign-in at oidc-provider', () => {
  test('ends with the user that its pages were told', async () => {
    const { shim, read, signIn } = await scene();
    await signIn();

    const { body: user } = await read('/me');
    expect(user).toMatchObject({
      provider: 'marketing-cloud',
      id: `${ORGANIZATION.enterprise_id}:wilma`,
      displayName: 'User wilma',
      emails: [{ value: 'wilma@people.example' }],
      businessUnitId: ORGANIZATION.member_id,
      subdomain: 'another-server',
    });
    expect(shim.exchanges).toMatchObject([
      {
        contentType: expect.stringMatching(/^application\/json/),
        body: { grant_type: 'authorization_code', ...CLIENT },
        status: 200,
      },
    ]);
    expect(shim.exchanges[0]?.body).not.toHaveProperty('code_verifier');
  });

  test('takes a callback with the issuer of RFC 9207', async () => {
    const { agent, callback } = await scene();
    const path = await callback();

    expect(path).toMatch(/[?&]iss=http/);
    await agent.get(path).expect('location', '/');
  });

  test('works with PKCE where it is enforced', async () => {
    const { shim, begin, signIn } = await scene({ pkce: true, pkceRequired: true });
    expect((await begin()).searchParams.get('code_challenge_method')).toBe('S256');
    await signIn();

    expect(shim.exchanges).toHaveLength(1);
    expect(textOf(shim.exchanges[0]?.body, 'code_verifier')).toMatch(/^[\w-]{43,128}$/);
  });

  test('fails without PKCE where it is enforced', async () => {
    const { shim, read, callback } = await scene({ pkceRequired: true });
    const { status, body } = await read(await callback());

    expect(status).toBe(502);
    expect(body).toMatchObject({ code: 'authorization_failed', response: { error: 'invalid_request' } });
    expect(shim.exchanges).toHaveLength(0);
  });

  test('is refused with another state, and works with the right one', async () => {
    const { agent, shim, callback } = await scene();
    const path = await callback();
    const forged = path.replace(/state=[^&]*/, 'state=another');
    await agent.get(forged).expect('location', '/refused?code=invalid_state');

    expect(shim.exchanges).toHaveLength(0);
    await agent.get(path).expect('location', '/');
  });

  test('is refused with a code that the server does not know', async () => {
    const { agent, shim, callback } = await scene();
    const forged = (await callback()).replace(/code=[^&]*/, 'code=made-up');
    await agent.get(forged).expect('location', '/refused?code=sign_in_expired');

    expect(shim.exchanges).toMatchObject([{ status: 400, answer: { error: 'invalid_grant' } }]);
    await agent.get('/tokens').expect(401);
  });

  test('fails with a secret that the server does not know', async () => {
    const { shim, read, callback } = await scene({ clientSecret: 'another' });
    const { status, body } = await read(await callback());

    expect([status, body]).toMatchObject([502, { code: 'invalid_client' }]);
    expect(shim.exchanges).toMatchObject([{ status: 401, answer: { error: 'invalid_client' } }]);
  });

  test('tries a second secret when the first is refused', async () => {
    const { shim, signIn } = await scene({ clientSecret: ['staged', CLIENT.client_secret] });
    await signIn();

    expect(shim.exchanges.map(({ status }) => status)).toEqual([401, 200]);
  });
});

describe('tokens of oidc-provider', () => {
  test('are refreshed when they are due, each time with the latest refresh token', async () => {
    const set = await scene();
    await set.signIn();
    const seen = [await tokensOf(set)];
    for (const _ of [1, 2]) {
      set.advance(HOUR_MS + 1);
      seen.push(await tokensOf(set));
    }

    expect(new Set(seen.map((tokens) => textOf(tokens, 'accessToken'))).size).toBe(3);
    expect(set.shim.exchanges.slice(1)).toMatchObject([
      { body: { grant_type: 'refresh_token', refresh_token: seen[0]?.['refreshToken'] }, status: 200 },
      { body: { grant_type: 'refresh_token', refresh_token: seen[1]?.['refreshToken'] }, status: 200 },
    ]);
    await set.agent.get('/whoami').expect(200, /"sub":"wilma"/);
    expect(set.shim.calls).toEqual([{ authorization: `Bearer ${textOf(seen[2], 'accessToken')}`, status: 200 }]);
  });

  test('are refreshed once when the server has lost the access token', async () => {
    const set = await scene();
    await set.signIn();
    // A younger token is not replaced for a 401.
    set.advance(60_000);
    await peer.ask('loseAccessToken', { token: (await tokensOf(set))['accessToken'] });
    await set.agent.get('/whoami').expect(200, /"sub":"wilma"/);

    expect(set.shim.calls.map(({ status }) => status)).toEqual([401, 200]);
    expect(set.shim.exchanges).toHaveLength(2);
  });

  test('end in a new sign-in when the server has revoked the access token, and the refresh token with it', async () => {
    const set = await scene();
    await set.signIn();
    set.advance(60_000);
    expect(await set.revoke((await tokensOf(set))['accessToken'])).toBe(200);
    const { status, body } = await set.read('/whoami');

    expect([status, body]).toMatchObject([401, { code: 'sign_in_required' }]);
    expect(set.shim.calls).toMatchObject([{ status: 401 }]);
    expect(set.shim.exchanges).toHaveLength(2);
  });

  test('end in a new sign-in when the server has revoked the refresh token', async () => {
    const set = await scene();
    await set.signIn();
    expect(await set.revoke((await tokensOf(set))['refreshToken'])).toBe(200);
    set.advance(HOUR_MS + 1);
    const { status, body } = await set.read('/tokens');

    expect([status, body]).toMatchObject([401, { code: 'sign_in_required' }]);
    expect(set.shim.exchanges.at(-1)).toMatchObject({ status: 400, answer: { error: 'invalid_grant' } });
    await set.signIn();
    expect(await set.read('/tokens')).toMatchObject({ status: 200 });
  });
});
