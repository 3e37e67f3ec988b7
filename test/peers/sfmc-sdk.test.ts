import { expect, test } from '@jest/globals';
import type { Emulator } from 'passport-marketing-cloud/emulator';
import { emulate } from '../support/peers/emulate';
import { fieldsOf, textOf } from '../support/peers/fields';
import { startPeer, type Peer } from '../support/peers/peer-process';
import { HOSTS, startTrustingPeer } from '../support/peers/trusting-peer';

/** An emulator with TLS, and sfmc-sdk in a process that trusts its authority. */
async function configured({ trusted = true } = {}): Promise<{ emulator: Emulator; peer: Peer }> {
  const emulator = await emulate({ https: true });
  const peer = trusted ? await startTrustingPeer('sfmc-sdk', emulator) : startPeer('sfmc-sdk');
  const { clientID, clientSecret } = emulator.strategyOptions({ app: 'server-to-server' });
  await peer.ask('configure', {
    port: emulator.port,
    client_id: clientID,
    client_secret: clientSecret,
    account_id: 510_001_101,
    auth_url: `https://${HOSTS.auth}/`,
    scope: ['documents_and_images_read', 'data_extensions_read'],
  });
  return { emulator, peer };
}

test('sfmc-sdk gets a token over TLS by host name', async () => {
  const { emulator, peer } = await configured();
  const token = await peer.ask('getAccessToken');

  expect(textOf(token, 'access_token')).toHaveLength(512);
  expect(token).toMatchObject({
    scope: 'documents_and_images_read data_extensions_read',
    rest_instance_url: `https://${HOSTS.rest}/`,
  });
  expect(token).not.toHaveProperty('refresh_token');
  const asked = emulator.requests.last('token');
  expect(asked?.headers['host']).toBe(HOSTS.auth);
  expect(asked?.body).toMatchObject({ grant_type: 'client_credentials', account_id: 510_001_101 });
});

test('sfmc-sdk reads REST over TLS by host name', async () => {
  const { emulator, peer } = await configured();
  const context = await peer.ask('get', { path: '/platform/v1/tokenContext' });
  const { access_token: accessToken } = await peer.ask('getAccessToken');

  expect(context).toMatchObject({ organization: { id: 510_001_101 } });
  const asked = emulator.requests.last('tokenContext');
  expect(asked?.headers).toMatchObject({ host: HOSTS.rest, authorization: `Bearer ${String(accessToken)}` });
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test('sfmc-sdk reads a list page by page', async () => {
  const { emulator, peer } = await configured();
  const all = await peer.ask('getBulk', { path: '/asset/v1/content/assets', pageSize: 5 });
  const { count, items } = fieldsOf(all);

  expect(items).toHaveLength(Number(count));
  const pages = emulator.requestsTo('assets').map(({ query }) => query['$page']);
  expect(pages.length).toBeGreaterThan(1);
  expect(pages).toEqual(pages.map((_, index) => String(index + 1)));
});

test('sfmc-sdk gets another token when the first one has expired', async () => {
  const { emulator, peer } = await configured();
  await peer.ask('get', { path: '/platform/v1/tokenContext' });
  emulator.expireAccessTokens();
  const context = await peer.ask('get', { path: '/platform/v1/tokenContext' });

  expect(context).toHaveProperty('organization');
  expect(emulator.requestsTo('tokenContext').map(({ status }) => status)).toEqual([202, 401, 202]);
  expect(emulator.requestsTo('token').map(({ status }) => status)).toEqual([200, 200]);
});

test('sfmc-sdk retrieves by SOAP, page by page', async () => {
  const { emulator, peer } = await configured();
  const options = { options: { BatchSize: 10 } };
  const retrieved = await peer.ask('soapRetrieveBulk', { type: 'DataFolder', properties: ['ID', 'Name'], options });

  const { Results } = retrieved;
  expect(Array.isArray(Results) && Results.length).toBeGreaterThan(20);
  expect(Results).toContainEqual(expect.objectContaining({ Name: 'Content Builder' }));
  expect(emulator.requestsTo('soap').length).toBeGreaterThan(2);
});

test('case S1: sfmc-sdk gets another token when SOAP says Token Expired', async () => {
  const { emulator, peer } = await configured();
  const asking = { type: 'DataExtension', properties: ['CustomerKey'], options: {} };
  await peer.ask('soapRetrieveBulk', asking);
  emulator.expireAccessTokens();

  expect(await peer.ask('soapRetrieveBulk', asking)).toMatchObject({ OverallStatus: 'OK' });
  expect(emulator.requestsTo('soap').map(({ status }) => status)).toEqual([200, 500, 200]);
  expect(emulator.requestsTo('token').map(({ status }) => status)).toEqual([200, 200]);
});

test('sfmc-sdk gets nowhere without the certificate of the authority', async () => {
  const { emulator, peer } = await configured({ trusted: false });

  await expect(peer.ask('getAccessToken')).rejects.toThrow(/certificate/i);
  expect(emulator.requests).toHaveLength(0);
});
