import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startEmulator, type Emulator } from 'passport-marketing-cloud/emulator';
import type { Peer } from '../support/peers/peer-process';
import { HOSTS, startTrustingPeer, temporaryFolder } from '../support/peers/trusting-peer';

const TOP = 510_001_000;
const EUROPE = 510_001_101;

let emulator: Emulator;
let folder: string;
let peer: Peer;

/** One emulator with TLS, and one mcdev in a process that trusts its authority: both take a while to start. */
beforeAll(async () => {
  emulator = await startEmulator({ https: true });
  folder = await temporaryFolder();
  peer = await startTrustingPeer('mcdev', emulator, {
    // Its sessions are kept in the folder of the test, and it looks for no update.
    XDG_CONFIG_HOME: folder,
    HOME: folder,
    NO_UPDATE_NOTIFIER: '1',
  });
  const { clientID, clientSecret } = emulator.strategyOptions({ app: 'server-to-server' });
  await peer.ask('configure', {
    port: emulator.port,
    folder,
    eid: TOP,
    businessUnits: { _ParentBU_: TOP, Europe: EUROPE },
    client_id: clientID,
    client_secret: clientSecret,
    auth_url: `https://${HOSTS.auth}/`,
  });
}, 60_000);

afterAll(async () => {
  await peer.stop();
  await emulator.close();
});

beforeEach(() => {
  emulator.requests.clear();
});

/** The keys of everything of a type, and the files that mcdev wrote of it. */
async function retrieve(
  type: string,
  businessUnit = 'Europe',
): Promise<{ readonly keys: readonly string[]; readonly files: readonly string[] }> {
  const { keys, ...outcome } = await peer.ask('retrieve', { businessUnit, type });
  expect(outcome).toEqual({ exitCode: 0, errors: [] });
  expect([...emulator.requests].filter(({ status }) => status !== 200)).toEqual([]);
  const written = await readdir(join(folder, 'retrieve/emulator', businessUnit, type), { recursive: true });
  return { keys: keys as string[], files: written.filter((file) => file.endsWith('-meta.json')) };
}

async function readRetrieved(file: string, businessUnit = 'Europe'): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, 'retrieve/emulator', businessUnit, file), 'utf8'));
}

test('mcdev retrieves data extensions with their fields', async () => {
  const { keys, files } = await retrieve('dataExtension');

  expect(keys).toEqual(['Subscribers', 'Orders', 'Order Lines', 'Preferences', 'Suppressions']);
  expect(files).toHaveLength(keys.length);
  expect(await readRetrieved('dataExtension/Orders.dataExtension-meta.json')).toMatchObject({
    CustomerKey: 'Orders',
    DataRetentionPeriodLength: 6,
    r__folder_Path: 'Data Extensions/Master Data',
    Fields: expect.arrayContaining([
      expect.objectContaining({ Name: 'orderid', FieldType: 'Text', IsPrimaryKey: true }),
      expect.objectContaining({ Name: 'total', FieldType: 'Decimal', Scale: 2 }),
    ]),
  });
});

test('mcdev retrieves users with their roles and business units', async () => {
  const { keys, files } = await retrieve('user', '_ParentBU_');

  expect(keys).toEqual(expect.arrayContaining(['maya.lind', 'ravi.menon', 'tom.berg']));
  expect(files).toHaveLength(keys.length);
  expect(await readRetrieved('user/maya.lind.user-meta.json', '_ParentBU_')).toMatchObject({
    UserID: 'maya.lind',
    Email: 'maya.lind@alpine-outfitters.example',
    c__RoleNamesGlobal: ['Administrator'],
    c__AssociatedBusinessUnits: expect.arrayContaining([TOP, EUROPE]),
    c__LocaleCode: 'en-GB',
    c__TimeZoneName: '(GMT) Dublin, Edinburgh, Lisbon, London *',
  });
});

test('mcdev retrieves folders with their paths', async () => {
  const { keys, files } = await retrieve('folder');

  expect(keys.length).toBeGreaterThan(20);
  expect(files.length).toBeGreaterThan(20);
  expect(files).toContain('Data Extensions/Master Data.folder-meta.json');
});

test('mcdev retrieves assets, each with its content', async () => {
  const { keys, files } = await retrieve('asset');

  expect(keys.length).toBeGreaterThan(30);
  expect(files).toHaveLength(keys.length);
});

test('mcdev retrieves query activities, with the data extensions that they write to', async () => {
  const { keys, files } = await retrieve('query');

  expect(keys).toHaveLength(12);
  expect(files).toHaveLength(12);
  expect(await readRetrieved('query/segment-01.query-meta.json')).toMatchObject({
    key: 'segment-01',
    r__dataExtension_key: expect.stringMatching(/^(?:Preferences|Suppressions|Subscribers)$/),
  });
  expect(await readdir(join(folder, 'retrieve/emulator/Europe/query'))).toContain('segment-01.query-meta.sql');
});

test('mcdev retrieves automations, with the activities in their steps', async () => {
  const { keys, files } = await retrieve('automation');

  expect(keys).toHaveLength(32);
  expect(files).toHaveLength(32);
  expect(await readRetrieved('automation/nightly-import-01.automation-meta.json')).toMatchObject({
    key: 'nightly-import-01',
    steps: [{ activities: [{ r__type: 'query', r__key: expect.stringMatching(/^segment-\d\d$/) }] }],
  });
});

test('mcdev retrieves journeys', async () => {
  const { keys, files } = await retrieve('journey');

  expect(keys).toHaveLength(9);
  expect(files).toHaveLength(9);
  expect(emulator.requestsTo('interactions').length).toBeGreaterThan(9);
});

test('mcdev retrieves transactional emails, as many as one page holds', async () => {
  const { keys, files } = await retrieve('transactionalEmail', '_ParentBU_');

  // The count of that list is local to the page, so mcdev takes the first page for the whole.
  expect(keys).toHaveLength(100);
  expect(files).toHaveLength(100);
  const file = 'transactionalEmail/receipt-01.transactionalEmail-meta.json';
  expect(await readRetrieved(file, '_ParentBU_')).toMatchObject({
    definitionKey: 'receipt-01',
    subscriptions: { r__dataExtension_key: 'Subscribers', r__list_PathName: 'My Subscribers/All Subscribers' },
    r__sendClassification_key: 'Default Transactional',
    r__asset_key: expect.any(String),
  });
});

test.each(['role', 'list', 'event', 'sendClassification', 'senderProfile'])('mcdev retrieves %s', async (type) => {
  const { keys, files } = await retrieve(type, '_ParentBU_');

  expect(keys.length).toBeGreaterThan(0);
  expect(files).toHaveLength(keys.length);
});

test('mcdev finds the business units of its credentials', async () => {
  expect(await peer.ask('findBusinessUnits')).toEqual({
    exitCode: 0,
    errors: [],
    businessUnits: { _ParentBU_: TOP, Alpine_Outfitters_Europe: EUROPE, Alpine_Outfitters_Wholesale: 510_001_102 },
  });
});
