import { expect, test } from '@jest/globals';
import type { Emulator, EmulatorOptions } from 'passport-marketing-cloud/emulator';
import { CALLBACK, emulate } from '../support/peers/emulate';
import { fieldsOf, textOf } from '../support/peers/fields';
import { startPeer } from '../support/peers/peer-process';

const peer = startPeer('openid-client');

/** An emulator, and openid-client configured for one of its apps. */
async function configured(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await emulate(options);
  const { clientID, clientSecret } = emulator.strategyOptions();
  await peer.ask('configure', { authBaseUrl: emulator.baseUrl('auth'), clientID, clientSecret });
  return emulator;
}

async function callbackFor(emulator: Emulator): Promise<string> {
  const asked = await peer.ask('authorizeUrl', { redirectUri: CALLBACK, scope: 'offline email_read' });
  return emulator.signIn(textOf(asked, 'url'));
}

test('openid-client signs in with state and PKCE', async () => {
  const emulator = await configured({ pkce: 'enforce-if-sent' });
  const callback = await callbackFor(emulator);
  const tokens = await peer.ask('exchange', { callback });

  expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'offline email_read', expiresIn: expect.any(Number) });
  expect(emulator.requests.last('authorize')?.query['code_challenge_method']).toBe('S256');
  const exchange = emulator.requests.last('token');
  expect(exchange?.status).toBe(200);
  expect(exchange?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
  expect(exchange?.body).toMatchObject({
    grant_type: 'authorization_code',
    client_secret: emulator.strategyOptions().clientSecret,
    code_verifier: expect.stringMatching(/^[\w-]{43}$/),
  });
});

test('openid-client signs in as a public app, without a secret', async () => {
  const emulator = await configured({ publicApp: true, pkce: 'enforce-if-sent' });
  const tokens = await peer.ask('exchange', { callback: await callbackFor(emulator) });

  expect(textOf(tokens, 'access_token')).toHaveLength(512);
  expect(fieldsOf(emulator.requests.last('token')?.body)).not.toHaveProperty('client_secret');
});

test('openid-client is refused with a verifier that does not fit the challenge', async () => {
  const emulator = await configured({ pkce: 'enforce-if-sent' });
  const callback = await callbackFor(emulator);
  await peer.ask('forgetVerifier');

  await expect(peer.ask('exchange', { callback })).rejects.toThrow('ResponseBodyError');
  expect(emulator.requests.last('token')?.status).toBeGreaterThanOrEqual(400);
});

test('openid-client reads userinfo and REST with the token', async () => {
  const emulator = await configured();
  const tokens = await peer.ask('exchange', { callback: await callbackFor(emulator) });
  const accessToken = textOf(tokens, 'access_token');
  const userinfo = await peer.ask('read', { accessToken, url: `${emulator.baseUrl('auth')}/v2/userinfo` });
  const context = await peer.ask('read', {
    accessToken,
    url: new URL('platform/v1/tokenContext', textOf(tokens, 'rest_instance_url')).href,
  });

  expect(userinfo).toMatchObject({ status: 200, body: { user: { preferred_username: 'maya.lind' } } });
  expect(context).toMatchObject({ status: 202, body: { user: { id: 711_204_301 } } });
  expect(emulator.requests.last('tokenContext')?.headers['authorization']).toBe(`Bearer ${accessToken}`);
});

test('openid-client refreshes, and the old refresh token is spent', async () => {
  const emulator = await configured();
  const first = await peer.ask('exchange', { callback: await callbackFor(emulator) });
  const refreshToken = textOf(first, 'refresh_token');
  const second = await peer.ask('refresh', { refreshToken });

  expect(emulator.requests.last('token')?.body).toMatchObject({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
  expect(second['access_token']).not.toBe(first['access_token']);
  expect(second['refresh_token']).not.toBe(refreshToken);
  await expect(peer.ask('refresh', { refreshToken })).rejects.toThrow('ResponseBodyError');
  expect(emulator.requestsTo('token').map(({ status }) => status)).toEqual([200, 200, 401]);
});
