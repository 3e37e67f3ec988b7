import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Emulator } from 'passport-marketing-cloud/emulator';
import { emulate } from '../support/peers/emulate';
import { fieldsOf, textOf } from '../support/peers/fields';
import { startPeer, type Peer } from '../support/peers/peer-process';

const REST_HOST = 'mcemulator-alpine-outfitters.rest.marketingcloudapis.com';
const AUTH_HOST = 'mcemulator-alpine-outfitters.auth.marketingcloudapis.com';

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

/** An emulator with TLS, and sfmc-sdk in a process that trusts its authority. */
async function configured({ trusted = true } = {}): Promise<{ emulator: Emulator; peer: Peer }> {
  const emulator = await emulate({ https: true });
  const folder = await mkdtemp(join(tmpdir(), 'emulator-ca-'));
  folders.push(folder);
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, emulator.ca ?? '');
  const peer = startPeer('sfmc-sdk', trusted ? { NODE_EXTRA_CA_CERTS: ca } : {});
  const { clientID, clientSecret } = emulator.strategyOptions({ app: 'server-to-server' });
  await peer.ask('configure', {
    port: emulator.port,
    client_id: clientID,
    client_secret: clientSecret,
    account_id: 510_001_101,
    auth_url: `https://${AUTH_HOST}/`,
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
    rest_instance_url: `https://${REST_HOST}/`,
  });
  expect(token).not.toHaveProperty('refresh_token');
  const asked = emulator.requests.last('token');
  expect(asked?.headers['host']).toBe(AUTH_HOST);
  expect(asked?.body).toMatchObject({ grant_type: 'client_credentials', account_id: 510_001_101 });
});

test('sfmc-sdk reads REST over TLS by host name', async () => {
  const { emulator, peer } = await configured();
  const context = await peer.ask('get', { path: '/platform/v1/tokenContext' });
  const { access_token: accessToken } = await peer.ask('getAccessToken');

  expect(context).toMatchObject({ organization: { id: 510_001_101 } });
  const asked = emulator.requests.last('tokenContext');
  expect(asked?.headers).toMatchObject({ host: REST_HOST, authorization: `Bearer ${String(accessToken)}` });
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

test('sfmc-sdk gets nowhere without the certificate of the authority', async () => {
  const { emulator, peer } = await configured({ trusted: false });

  await expect(peer.ask('getAccessToken')).rejects.toThrow(/certificate/i);
  expect(emulator.requests).toHaveLength(0);
});
