import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Emulator } from 'passport-marketing-cloud/emulator';
import { signIn } from '../support/attack';
import { Browser } from '../support/browser';
import { emulate } from '../support/peers/emulate';
import { fieldsOf, textOf, type Fields } from '../support/peers/fields';
import { startPeer, type Peer } from '../support/peers/peer-process';

const TENANT = 'mcemulator-alpine-outfitters';
const RETRIEVE = { client: 'soap', method: 'retrieve', args: ['DataExtension', ['Name']] };
const CONTEXT = { client: 'rest', method: 'get', args: ['/platform/v1/tokenContext'] };
const SCOPE = [
  'offline',
  'documents_and_images_read',
  'data_extensions_read',
  'data_extensions_write',
  'list_and_subscribers_read',
];

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

interface Scene {
  readonly emulator: Emulator;
  readonly peer: Peer;
  readonly browser: Browser;
  readonly grantId: string;
  /** The base URLs that the SDK has to use. */
  readonly baseUrl: (service: 'auth' | 'rest' | 'soap') => string;
}

/** The process for plain http; over TLS each emulator has an authority of its own, which a process trusts from its start. */
let plainPeer: Peer | undefined;

async function peerFor(emulator: Emulator, https: boolean): Promise<Peer> {
  if (https) return startPeer('sfmc-sdk-adapter', { NODE_EXTRA_CA_CERTS: await authorityOf(emulator) });
  return (plainPeer ??= startPeer('sfmc-sdk-adapter'));
}

/** An app in another process, a user signed in to it, and there an SDK for their grant. */
async function scene({ https = false, options = {} }: { https?: boolean; options?: Fields } = {}): Promise<Scene> {
  const emulator = await emulate({ https });
  const { dispatcher: _ours, ...strategy } = emulator.strategyOptions();
  const peer = await peerFor(emulator, https);
  const port = https ? { port: emulator.port } : {};
  const { origin } = await peer.ask('start', { strategy: { ...strategy, scope: SCOPE }, ...port });
  const browser = new Browser(String(origin));
  await signIn(emulator, browser);
  const grantId = JSON.parse((await browser.get('/grant-id')).text) as string;
  expect(await peer.ask('sdk', { grantId, options })).toEqual({ isTheirs: true, isTheirAuth: true });
  emulator.requests.clear();
  const baseUrl: Scene['baseUrl'] = (service) =>
    https ? `https://${TENANT}.${service}.marketingcloudapis.com` : emulator.baseUrl(service);
  return { emulator, peer, browser, grantId, baseUrl };
}

async function authorityOf(emulator: Emulator): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'emulator-ca-'));
  folders.push(folder);
  const file = join(folder, 'ca.pem');
  await writeFile(file, emulator.ca ?? '');
  return file;
}

/** Expires the access tokens, once they are old enough to be the reason for a 401. */
async function expire(emulator: Emulator, peer: Peer): Promise<void> {
  await peer.ask('pass', { ms: 60_000 });
  emulator.expireAccessTokens();
}

describe.each([
  ['by host name over TLS', true],
  ['by path', false],
])('sfmc-sdk with a grant, %s', (_style, https) => {
  test('reads REST, one answer or page by page, with the user’s token', async () => {
    const { emulator, peer, baseUrl } = await scene({ https });
    expect(await peer.ask('call', CONTEXT)).toMatchObject({ user: { id: 711_204_301 } });
    const args = ['/data/v1/customobjectdata/key/Orders/rowset?$filter=paid eq True', 1_000];
    const { count, items } = await peer.ask('call', { client: 'rest', method: 'getBulk', args });
    expect(Number(count)).toBeGreaterThan(3_000);
    expect(items).toHaveLength(Number(count));
    const rows = [{ keys: { emailaddress: 'a@example.com' }, values: { reason: 'asked' } }];
    await peer.ask('call', {
      client: 'rest',
      method: 'post',
      args: ['hub/v1/dataevents/key:Suppressions/rowset', rows],
    });
    const { session, readable } = await peer.ask('look');
    expect(session).toMatchObject({ rest_instance_url: `${baseUrl('rest')}/`, account_id: 510_001_000 });
    const calls = emulator.requestsTo('rest');
    expect(calls.map(({ status }) => status)).toEqual(
      calls.map(({ endpoint }) => (endpoint === 'tokenContext' ? 202 : 200)),
    );
    const token = textOf(readable, 'access_token');
    expect(new Set(calls.map(({ headers }) => headers['authorization']))).toEqual(new Set([`Bearer ${token}`]));
    expect(emulator.requestsTo('token')).toHaveLength(0);
  });

  test('retrieves by SOAP to the end, with its own filters', async () => {
    const { emulator, peer } = await scene({ https });
    const retrieveBulk = async (...args: readonly unknown[]): Promise<Fields> =>
      peer.ask('call', { client: 'soap', method: 'retrieveBulk', args });
    const all = await retrieveBulk('Subscriber', ['SubscriberKey', 'Status', 'CreatedDate']);
    const results = all['Results'] as { Status: string; CreatedDate: string }[];
    expect(all['OverallStatus']).toBe('MoreDataAvailable');
    expect(results.length).toBeGreaterThan(2_500);
    const calls = emulator.requestsTo('soap').length;
    expect(calls).toBe(Math.ceil(results.length / 2_500));
    const filter = {
      leftOperand: { leftOperand: 'Status', operator: 'equals', rightOperand: 'Held' },
      operator: 'AND',
      rightOperand: { leftOperand: 'CreatedDate', operator: 'greaterThan', rightOperand: '2025-01-01T00:00:00' },
    };
    const held = await retrieveBulk('Subscriber', ['SubscriberKey', 'Status'], { filter, options: { BatchSize: 100 } });
    const matchesFilter = results.filter(
      ({ Status, CreatedDate }) => Status === 'Held' && CreatedDate > '2025-01-01T00:00:00',
    );
    expect(held['Results']).toHaveLength(matchesFilter.length);
    expect(matchesFilter.length).toBeGreaterThan(100);
    expect(emulator.requestsTo('soap').length - calls).toBe(Math.ceil(matchesFilter.length / 100));
    expect(emulator.requestsTo('token')).toHaveLength(0);
  });

  test('has a token that REST or SOAP refuses replaced, and goes on', async () => {
    const { emulator, peer } = await scene({ https });
    for (const call of [CONTEXT, RETRIEVE]) {
      await peer.ask('call', call);
      await expire(emulator, peer);
      await peer.ask('call', call);
      await peer.ask('call', call);
      // Tokens that took the place of refused ones are not replaced for a refusal: the next ones are due by the clock.
      await peer.ask('pass', { ms: 1_100_000 });
      await peer.ask('look');
    }
    const statuses = (['tokenContext', 'soap'] as const).map((endpoint) =>
      emulator.requestsTo(endpoint).map(({ status }) => status),
    );
    expect(statuses).toEqual([
      [202, 401, 202, 202],
      [200, 500, 200, 200],
    ]);
    const tokenCalls = emulator.requestsTo('token').map(({ body }) => fieldsOf(body)['grant_type']);
    expect(tokenCalls).toEqual(Array(4).fill('refresh_token'));
  });
});

test.each([
  ['REST', CONTEXT, 'tokenContext'],
  ['SOAP', { client: 'soap', method: 'retrieve', args: ['DataExtension', ['Name']] }, 'soap'],
] as const)(
  'forty %s calls at once share one refresh, those that learn late of it too',
  async (_api, call, endpoint) => {
    const { emulator, peer } = await scene();
    await expire(emulator, peer);
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    emulator.fault(endpoint, { until, timing: 'after', times: 20 });
    const many = peer.ask('many', { ...call, times: 40 });
    await emulator.requests.waitFor(endpoint, 60);
    expect(emulator.requestsTo('token')).toHaveLength(1);
    release();
    const { failures, answers } = await many;
    expect([failures, (answers as unknown[]).length]).toEqual([[], 40]);
    expect(emulator.requestsTo(endpoint)).toHaveLength(80);
    expect(emulator.requestsTo('token')).toHaveLength(1);
  },
);

test('a token that expires on the way through many answers is replaced there', async () => {
  const { emulator, peer } = await scene();
  let asked = 0;
  emulator.fault('soap', {
    // Strikes nothing: the second request meets a token that has just expired.
    when: () => {
      asked += 1;
      if (asked === 2) emulator.expireAccessTokens();
      return false;
    },
  });
  const args = ['DataExtensionObject[Orders]', ['orderid']];
  const { Results: results } = await peer.ask('call', { client: 'soap', method: 'retrieveBulk', args });
  expect((results as unknown[]).length).toBeGreaterThan(5_000);
  expect(emulator.requestsTo('soap').map(({ status }) => status)).toEqual([200, 500, 200, 200]);
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test('what Marketing Cloud goes on refusing is the SDK’s own error, after one refresh', async () => {
  const { emulator, peer } = await scene();
  await peer.ask('pass', { ms: 60_000 });
  emulator.fault('tokenContext', { status: 401, body: { message: 'Not Authorized', errorcode: 0 } });
  await expect(peer.ask('call', CONTEXT)).rejects.toThrow('RestError: Not Authorized');
  expect(emulator.requestsTo('tokenContext')).toHaveLength(2);
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test('requestAttempts is the app’s to choose', async () => {
  const { emulator, peer } = await scene({ options: { requestAttempts: 1 } });
  emulator.expireAccessTokens();
  await expect(peer.ask('call', CONTEXT)).rejects.toThrow('RestError: Not Authorized');
  expect(emulator.requestsTo('token')).toHaveLength(0);
});

test('a grant that is gone is an error that says so, and nothing is sent', async () => {
  const { emulator, peer, grantId } = await scene();
  await peer.ask('forget', { grantId });
  for (const call of [CONTEXT, RETRIEVE]) {
    await expect(peer.ask('call', call)).rejects.toThrow(/signed in/);
  }
  expect(emulator.requests).toHaveLength(0);
});

test('a path that leaves the base URL is not called', async () => {
  const { emulator, peer } = await scene();
  const paths = [
    'https://evil.example/x',
    '//evil.example/x',
    '/../soap/x',
    '/\\evil.example',
    ' https://evil.example',
  ];
  for (const path of [...paths, 'HTTPS:evil.example', `${emulator.baseUrl('soap')}/x`]) {
    for (const method of ['get', 'delete', 'getBulk']) {
      await expect(peer.ask('call', { client: 'rest', method, args: [path] })).rejects.toThrow('TypeError: The path');
    }
  }
  expect(emulator.requests).toHaveLength(0);
});

test('an SDK of a request is its session’s, and no secret is in any', async () => {
  const { emulator, peer, browser } = await scene();
  expect(JSON.parse((await browser.get('/context')).text)).toMatchObject({ user: { id: 711_204_301 } });
  const { printed, readable } = await peer.ask('look');
  const secrets = [textOf(readable, 'access_token'), emulator.strategyOptions().clientSecret ?? '?'];
  expect(secrets.every((secret) => secret.length > 20)).toBe(true);
  expect(readable).not.toHaveProperty('client_secret');
  for (const text of printed as string[]) for (const secret of secrets) expect(text.includes(secret)).toBe(false);
});

test.each([
  ['REST', { client: 'rest', method: 'post', args: ['/hub/v1/dataevents/key:Suppressions/rowset', []] }],
  ['SOAP', RETRIEVE],
])('case S3: no token is in an error of %s, at any depth', async (_api, call) => {
  const { emulator, peer } = await scene();
  for (const fault of [
    { status: 500, body: { message: 'no' } },
    { drop: 'before-headers' },
    { status: 403, body: '<x/>' },
  ] as const) {
    const set = emulator.fault(call.client === 'rest' ? 'rest' : 'soap', fault);
    const { name, shows } = await peer.ask('failure', call);
    expect([name, shows]).toEqual([call.client === 'rest' ? 'RestError' : 'SOAPError', false]);
    set.remove();
  }
});

test('case S2: the program of the README that uses sfmc-sdk gives folders', async () => {
  const { peer } = await scene();
  const call = { client: 'soap', method: 'retrieve', args: ['DataFolder', ['ID', 'Name'], {}] };
  const { OverallStatus: status, Results: results } = await peer.ask('call', call);
  expect(status).toBe('OK');
  expect((results as unknown[]).length).toBeGreaterThan(0);
});
