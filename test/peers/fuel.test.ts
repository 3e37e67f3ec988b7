import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Emulator } from 'passport-marketing-cloud/emulator';
import { emulate } from '../support/peers/emulate';
import { fieldsOf, type Fields } from '../support/peers/fields';
import { startPeer, type Peer } from '../support/peers/peer-process';
import { HOSTS, startTrustingPeer } from '../support/peers/trusting-peer';

const peer = startPeer('fuel');
let emulator: Emulator;

beforeEach(async () => {
  emulator = await emulate({ soapBatchSize: 3 });
  await configure(peer, emulator.baseUrl('auth'));
});

async function configure(fuel: Peer, authOrigin: string, more: Fields = {}): Promise<void> {
  const { clientID, clientSecret } = emulator.strategyOptions({ app: 'server-to-server' });
  await fuel.ask('configure', { clientId: clientID, clientSecret, authOrigin, ...more });
}

/** The answer's `Results`. */
function resultsOf(answer: Fields): Fields[] {
  const { Results } = answer;
  return Array.isArray(Results) ? Results.map(fieldsOf) : [];
}

describe('fuel-rest', () => {
  test('reads REST at the base URL of the token answer', async () => {
    const { status, body } = await peer.ask('restGet', { uri: '/asset/v1/content/assets?$pageSize=5' });

    expect([status, fieldsOf(body)['pageSize']]).toEqual([200, 5]);
    expect(emulator.requests.last('assets')?.headers['authorization']).toMatch(/^Bearer .{512}$/);
  });

  test('gets another token when the first one has expired, under the real host names', async () => {
    // It finds the path of a repeated call behind the `.com/` of the host.
    emulator = await emulate({ https: true });
    const trusting = await startTrustingPeer('fuel', emulator);
    await configure(trusting, `https://${HOSTS.auth}`, { port: emulator.port });
    await trusting.ask('restGet', { uri: '/platform/v1/endpoints' });
    emulator.expireAccessTokens();
    const { status } = await trusting.ask('restGet', { uri: '/platform/v1/endpoints' });

    expect(status).toBe(200);
    expect(emulator.requestsTo('endpoints').map((request) => request.status)).toEqual([200, 401, 200]);
    expect(emulator.requestsTo('token')).toHaveLength(2);
  });
});

describe('fuel-soap', () => {
  test('retrieves lists, and continues where there are more', async () => {
    const properties = ['ID', 'ListName'];
    const first = await peer.ask('soapRetrieve', { type: 'List', properties, options: {} });
    const options = { continueRequest: first['RequestID'] };
    const second = await peer.ask('soapRetrieve', { type: 'List', properties, options });

    expect([first['OverallStatus'], second['OverallStatus']]).toEqual(['MoreDataAvailable', 'OK']);
    const names = [...resultsOf(first), ...resultsOf(second)].map(({ ListName }) => ListName);
    expect(names).toEqual(['All Subscribers', 'Newsletter', 'Events', 'Members', 'Product News']);
  });

  test('filters folders', async () => {
    const filter = { leftOperand: 'ContentType', operator: 'equals', rightOperand: 'dataextension' };
    const properties = ['ID', 'Name', 'ParentFolder.ID'];
    const found = await peer.ask('soapRetrieve', { type: 'DataFolder', properties, options: { filter } });

    expect(resultsOf(found)[0]).toMatchObject({ Name: 'Data Extensions', ParentFolder: { ID: '0' } });
  });

  test('is told which type or property is unknown', async () => {
    const unknownType = peer.ask('soapRetrieve', { type: 'DeliveryProfile', properties: ['ID'], options: {} });
    await expect(unknownType).rejects.toThrow('Unable to find a handler for object type');
    const asking = { type: 'DataExtensionObject[Orders]', properties: ['colour'], options: {} };
    await expect(peer.ask('soapRetrieve', asking)).rejects.toThrow('Invalid column name');
  });

  test('creates, updates and deletes, and is told what went wrong', async () => {
    const subscriber = { EmailAddress: 'new@example.com', SubscriberKey: 'new' };
    const write = (action: string): Promise<Fields> =>
      peer.ask('soapWrite', { action, type: 'Subscriber', properties: subscriber });
    const [created] = resultsOf(await write('create'));
    expect(created).toMatchObject({ StatusCode: 'OK', StatusMessage: 'Created Subscriber.', OrdinalID: '0' });
    expect(Number(created?.['NewID'])).toBeGreaterThan(0);
    await expect(write('create')).rejects.toThrow(/The subscriber is already on the list.*12014/);
    expect(resultsOf(await write('update'))).toMatchObject([{ StatusMessage: 'Updated Subscriber.' }]);
    expect(resultsOf(await write('delete'))).toMatchObject([{ StatusMessage: 'Subscriber deleted' }]);
  });

  test('describes a type', async () => {
    const { ObjectDefinition } = await peer.ask('soapDescribe', { type: 'Subscriber' });
    const { ObjectType, Properties } = fieldsOf(ObjectDefinition);

    expect(ObjectType).toBe('Subscriber');
    expect(Properties).toContainEqual(expect.objectContaining({ Name: 'EmailAddress', DataType: 'String' }));
  });

  test('says Token Expired when the token has expired', async () => {
    const asking = { type: 'List', properties: ['ID'], options: {} };
    await peer.ask('soapRetrieve', asking);
    emulator.expireAccessTokens();

    await expect(peer.ask('soapRetrieve', asking)).rejects.toThrow('Token Expired');
  });
});

describe('sfmc-fuelsdk-node', () => {
  const run = async (object: string, method: string, options: Fields): Promise<Fields[]> =>
    resultsOf(await peer.ask('sdk', { object, method, options }));

  test('gets lists and folders', async () => {
    expect(await run('list', 'get', { props: ['ID', 'ListName'] })).toHaveLength(3);
    const filter = { leftOperand: 'Name', operator: 'equals', rightOperand: 'Content Builder' };
    const folders = await run('folder', 'get', { props: ['ID', 'Name', 'ContentType'], filter });
    expect(folders).toMatchObject([{ Name: 'Content Builder', ContentType: 'asset' }]);
  });

  test('makes a data extension, and writes and reads its rows', async () => {
    const columns = [
      { Name: 'Id', FieldType: 'Number', IsPrimaryKey: 'true' },
      { Name: 'City', FieldType: 'Text' },
    ];
    const definition = { props: { Name: 'Shops', CustomerKey: 'shops' }, columns };
    expect(await run('dataExtension', 'post', definition)).toMatchObject([
      { StatusMessage: 'Data Extension created.' },
    ]);
    const row = { CustomerKey: 'shops', props: { Id: '7', City: 'Northport' } };
    expect(await run('dataExtensionRow', 'post', row)).toMatchObject([{ StatusCode: 'OK' }]);
    const filter = { leftOperand: 'Id', operator: 'equals', rightOperand: '7' };
    const rows = await run('dataExtensionRow', 'get', { Name: 'shops', props: ['Id', 'City'], filter });
    expect(rows).toMatchObject([
      {
        Properties: {
          Property: [
            { Name: 'id', Value: '7' },
            { Name: 'city', Value: 'Northport' },
          ],
        },
      },
    ]);
    expect(await run('dataExtensionRow', 'delete', { CustomerKey: 'shops', props: { Id: '7' } })).toMatchObject([
      { StatusCode: 'OK' },
    ]);
    expect(await run('dataExtensionRow', 'get', { Name: 'shops', props: ['Id'], filter })).toEqual([]);
  });
});
