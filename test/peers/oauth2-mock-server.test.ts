import { beforeAll, describe, expect, test } from '@jest/globals';
import { textOf } from '../support/peers/fields';
import { startPeer } from '../support/peers/peer-process';
import { ORGANIZATION } from '../support/peers/shim';
import { challengeOf, CLIENT, setScene, type Scene, type StrategyChanges } from '../support/peers/sign-in';

const HOUR_MS = 3_600_000;

const peer = startPeer('oauth2-mock-server');
let issuer: string;

beforeAll(async () => {
  issuer = textOf(await peer.ask('start'), 'issuer');
});

async function scene(options?: StrategyChanges): Promise<Scene> {
  const upstream = {
    authorizeUrl: `${issuer}/authorize`,
    tokenUrl: `${issuer}/token`,
    userinfoUrl: `${issuer}/userinfo`,
  };
  return setScene(upstream, options);
}

describe('a sign-in at oauth2-mock-server', () => {
  test('ends with its only user', async () => {
    const { shim, read, signIn } = await scene();
    await signIn();

    const { body: user } = await read('/me');
    expect(user).toMatchObject({ userId: 'johndoe', displayName: 'johndoe', emails: [] });
    expect(user).toMatchObject({ id: `${ORGANIZATION.enterprise_id}:johndoe`, enterpriseName: 'Another Company' });
    expect(shim.exchanges).toMatchObject([{ body: { grant_type: 'authorization_code', ...CLIENT }, status: 200 }]);
    expect(shim.exchanges[0]?.body).not.toHaveProperty('code_verifier');
  });

  test('works with PKCE', async () => {
    const { shim, signIn } = await scene({ pkce: true });
    await signIn();

    expect(shim.exchanges).toMatchObject([{ body: { code_verifier: expect.any(String) }, status: 200 }]);
  });

  test('fails when the server finds that the verifier does not fit', async () => {
    const { agent, shim, read, begin, callback } = await scene({ pkce: true });
    const other = (await begin()).searchParams;
    const code = new URLSearchParams((await callback()).split('?')[1]).get('code') ?? '';
    const { status, body } = await read(`/auth/callback?code=${code}&state=${other.get('state') ?? ''}`);

    expect([status, body]).toMatchObject([502, { code: 'invalid_response', response: { error: 'invalid_request' } }]);
    expect(challengeOf(shim.exchanges[0]?.body['code_verifier'])).toBe(other.get('code_challenge'));
    await agent.get('/tokens').expect(401);
  });

  test('is refused with another state', async () => {
    const { agent, shim, callback } = await scene();
    const path = await callback();
    await agent.get(path.replace(/state=[^&]*/, 'state=another')).expect('location', '/refused?code=invalid_state');

    expect(shim.exchanges).toHaveLength(0);
  });

  test('is refused in another browser than the one it began in', async () => {
    const { agent, stranger, shim, callback } = await scene();
    const path = await callback();
    await stranger.get('/login').expect(302);
    await stranger.get(path).expect('location', '/refused?code=invalid_state');

    expect(shim.exchanges).toHaveLength(0);
    await agent.get(path).expect('location', '/');
  });

  test('is refused when the server says that the code is dead', async () => {
    const { agent, callback } = await scene();
    const path = await callback();
    await peer.ask('refuseNext', { error: 'invalid_grant' });
    await agent.get(path).expect('location', '/refused?code=sign_in_expired');
  });
});

describe('tokens of oauth2-mock-server', () => {
  test('are refreshed when they are due', async () => {
    const { agent, shim, read, signIn, advance } = await scene();
    await signIn();
    const before = (await read('/tokens')).body;
    advance(HOUR_MS + 1);
    const after = (await read('/tokens')).body;

    expect(shim.exchanges[1]).toMatchObject({
      body: { grant_type: 'refresh_token', refresh_token: before['refreshToken'] },
      answer: { access_token: after['accessToken'], refresh_token: after['refreshToken'] },
    });
    expect(after['refreshToken']).not.toBe(before['refreshToken']);
    await agent.get('/whoami').expect(200);
    expect(shim.calls).toEqual([{ authorization: `Bearer ${textOf(after, 'accessToken')}`, status: 200 }]);
  });

  test('end in a new sign-in when the server refuses the refresh', async () => {
    const { agent, shim, read, signIn, advance } = await scene();
    await signIn();
    advance(HOUR_MS + 1);
    await peer.ask('refuseNext', { error: 'invalid_grant' });
    const { status, body } = await read('/tokens');

    expect([status, body]).toMatchObject([401, { code: 'sign_in_required' }]);
    await agent.get('/tokens').expect(401);
    expect(shim.exchanges).toHaveLength(2);
  });
});
