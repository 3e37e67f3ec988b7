import { expect, test } from '@jest/globals';
import type { Emulator, EmulatorOptions } from 'passport-marketing-cloud/emulator';
import { CALLBACK, emulate } from '../support/peers/emulate';
import { fieldsOf, textOf } from '../support/peers/fields';
import { startPeer } from '../support/peers/peer-process';

const peer = startPeer('fuel-auth');

/** An emulator, and fuel-auth with a fresh authorization code of it. */
async function configured(applicationType: 'web' | 'public', options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await emulate(options);
  const { clientID, clientSecret } = emulator.strategyOptions({ app: applicationType });
  const authBaseUrl = emulator.baseUrl('auth');
  const query = new URLSearchParams({ response_type: 'code', client_id: clientID, redirect_uri: CALLBACK });
  const callback = await emulator.signIn(`${authBaseUrl}/v2/authorize?${query.toString()}`);
  await peer.ask('configure', {
    clientID,
    clientSecret,
    authUrl: `${authBaseUrl}/v2/token`,
    applicationType,
    redirectURI: CALLBACK,
    authorizationCode: new URL(callback).searchParams.get('code'),
  });
  return emulator;
}

test('fuel-auth exchanges a code with JSON', async () => {
  const emulator = await configured('web');
  const tokens = await peer.ask('getAccessToken');

  const exchange = emulator.requests.last('token');
  expect(exchange).toMatchObject({ status: 200, body: { grant_type: 'authorization_code', redirect_uri: CALLBACK } });
  expect(exchange?.headers['content-type']).toBe('application/json');
  expect(textOf(tokens, 'accessToken')).toHaveLength(512);
  expect(tokens).toMatchObject({
    kept: tokens['accessToken'],
    expires_in: 1079,
    rest_instance_url: `${emulator.baseUrl('rest')}/`,
    soap_instance_url: `${emulator.baseUrl('soap')}/`,
  });
});

test('fuel-auth exchanges a code as a public app, without a secret', async () => {
  const emulator = await configured('public');
  const tokens = await peer.ask('getAccessToken');

  expect(textOf(tokens, 'accessToken')).toHaveLength(512);
  expect(fieldsOf(emulator.requests.last('token')?.body)).not.toHaveProperty('client_secret');
});

test('fuel-auth refreshes with the rotated refresh token each time', async () => {
  const emulator = await configured('web');
  const first = await peer.ask('getAccessToken');
  const second = await peer.ask('getAccessToken', { force: true });
  const third = await peer.ask('getAccessToken', { force: true });

  expect(new Set([first, second, third].map((tokens) => textOf(tokens, 'accessToken'))).size).toBe(3);
  expect(emulator.requestsTo('token').map(({ status, body }) => [status, fieldsOf(body)['refresh_token']])).toEqual([
    [200, undefined],
    [200, first['refresh_token']],
    [200, second['refresh_token']],
  ]);
});

test('fuel-auth keeps its token until it is told to get another', async () => {
  const emulator = await configured('web');
  const first = await peer.ask('getAccessToken');

  expect((await peer.ask('getAccessToken'))['accessToken']).toBe(first['accessToken']);
  expect(emulator.requestsTo('token')).toHaveLength(1);
});
