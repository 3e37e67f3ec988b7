import { describe, expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator/index';
import { getChild, getChildren } from '../../src/emulator/soap/xml-reader';
import { envelopeOf, faultOf, post, retrieve, write } from '../support/soap-client';
import { emulate, send, tokensOf } from '../unit/emulator/harness';

async function signedIn(scope?: string): Promise<{ emulator: Emulator; token: string }> {
  const emulator = await emulate();
  const { accessToken } = await tokensOf(emulator, scope === undefined ? {} : { scope });
  return { emulator, token: accessToken };
}

function objects(type: string, content: string): string {
  return `<Objects xsi:type="${type}">${content}</Objects>`;
}

function equals(property: string, value: string): string {
  return `<Filter xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="SimpleFilterPart"><Property>${property}</Property><SimpleOperator>equals</SimpleOperator><Value>${value}</Value></Filter>`;
}

const UPSERT =
  '<Options><SaveOptions><SaveOption><PropertyName>*</PropertyName><SaveAction>UpdateAdd</SaveAction></SaveOption></SaveOptions></Options>';

describe('subscribers', () => {
  const subscriber = (key: string, more = ''): string =>
    objects(
      'Subscriber',
      `<EmailAddress>${key}@example.com</EmailAddress><SubscriberKey>${key}</SubscriberKey>${more}`,
    );

  test('are created, changed and deleted, each with a result as in recorded answers', async () => {
    const { emulator, token } = await signedIn();
    const created = await write(emulator, token, 'Create', subscriber('new'));
    expect(created.status).toBe('OK');
    expect(created.results[0]).toMatchObject({
      StatusCode: 'OK',
      StatusMessage: 'Created Subscriber.',
      OrdinalID: '0',
      'Object.SubscriberKey': 'new',
    });
    expect(created.results[0]).not.toHaveProperty('ErrorCode');
    const more = equals('SubscriberKey', 'new');
    const found = await retrieve(emulator, token, 'Subscriber', { properties: ['ID', 'Status'], more });
    expect(found.results).toMatchObject([{ ID: created.results[0]?.['NewID'], Status: 'Active' }]);

    const updated = await write(emulator, token, 'Update', subscriber('new', '<Status>Unsubscribed</Status>'));
    expect(updated.results[0]).toMatchObject({
      StatusCode: 'OK',
      StatusMessage: 'Updated Subscriber.',
      OrdinalID: '0',
    });
    expect(updated.results[0]).not.toHaveProperty('NewID');
    const changed = await retrieve(emulator, token, 'Subscriber', { properties: ['Status'], more });
    expect(changed.results).toMatchObject([{ Status: 'Unsubscribed' }]);

    const deleted = await write(emulator, token, 'Delete', subscriber('new'));
    expect(deleted.results[0]).toMatchObject({ StatusCode: 'OK', StatusMessage: 'Subscriber deleted' });
    expect((await retrieve(emulator, token, 'Subscriber', { properties: ['ID'], more })).results).toEqual([]);
  });

  test('that exist are an error with its number', async () => {
    const { emulator, token } = await signedIn();
    const { status, results } = await write(emulator, token, 'Create', subscriber('510001000-S-0001'));
    expect(status).toBe('Error');
    expect(results).toMatchObject([
      {
        StatusCode: 'Error',
        StatusMessage: 'The subscriber is already on the list',
        OrdinalID: '0',
        ErrorCode: '12014',
        NewID: '0',
        'Object.SubscriberKey': '510001000-S-0001',
      },
    ]);
  });

  test('of which some fail have an error at their position', async () => {
    const { emulator, token } = await signedIn();
    const both = `${subscriber('510001000-S-0001')}${subscriber('fresh')}`;
    const { status, results } = await write(emulator, token, 'Create', both);
    expect(status).toBe('Has Errors');
    expect(results.map(({ StatusCode, OrdinalID }) => [StatusCode, OrdinalID])).toEqual([
      ['Error', '0'],
      ['OK', '1'],
    ]);
  });

  test('are changed by a Create, and created by an Update, with UpdateAdd', async () => {
    const { emulator, token } = await signedIn();
    const first = await write(emulator, token, 'Update', `${UPSERT}${subscriber('upserted')}`);
    const second = await write(emulator, token, 'Create', `${UPSERT}${subscriber('upserted')}`);
    expect([first, second].map(({ results }) => results[0]?.['StatusMessage'])).toEqual([
      'Created Subscriber.',
      'Updated Subscriber.',
    ]);
  });
});

describe('folders', () => {
  test('are created under another, renamed, and deleted when they are empty', async () => {
    const { emulator, token } = await signedIn();
    const more = equals('ContentType', 'dataextension');
    const { results } = await retrieve(emulator, token, 'DataFolder', { properties: ['ID', 'ParentFolder.ID'], more });
    const root = results.find((folder) => folder['ParentFolder.ID'] === '0')?.['ID'] ?? '';
    const folder = (name: string, parent: string): string =>
      objects('DataFolder', `<Name>${name}</Name><ParentFolder><ID>${parent}</ID></ParentFolder>`);
    const created = await write(emulator, token, 'Create', folder('Spring', root));
    const { NewID: id = '' } = created.results[0] ?? {};
    expect(created.results[0]).toMatchObject({ StatusCode: 'OK', StatusMessage: 'Folder created successfully.' });
    expect(Object.keys(created.results[0] ?? {})).not.toContain('Object.Name');
    expect((await write(emulator, token, 'Create', folder('spring', root))).status).toBe('Error');
    expect((await write(emulator, token, 'Create', folder('Lost', '1'))).status).toBe('Error');

    const inner = await write(emulator, token, 'Create', folder('April', id));
    expect((await write(emulator, token, 'Delete', objects('DataFolder', `<ID>${id}</ID>`))).status).toBe('Error');
    const renamed = objects('DataFolder', `<ID>${id}</ID><Name>Summer</Name>`);
    expect((await write(emulator, token, 'Update', renamed)).results[0]).toMatchObject({
      StatusMessage: 'Folder updated successfully.',
    });
    const shown = await retrieve(emulator, token, 'DataFolder', {
      properties: ['Name', 'ContentType', 'ParentFolder.Name'],
      more: equals('ID', inner.results[0]?.['NewID'] ?? ''),
    });
    expect(shown.results).toMatchObject([
      { Name: 'April', ContentType: 'dataextension', 'ParentFolder.Name': 'Summer' },
    ]);
    expect((await write(emulator, token, 'Delete', objects('DataFolder', `<ID>${root}</ID>`))).status).toBe('Error');
  });
});

describe('data extensions', () => {
  const definition = objects(
    'DataExtension',
    '<CustomerKey>Visits</CustomerKey><Name>Visits of the shop</Name><Fields><Field><Name>Id</Name><FieldType>Number</FieldType><IsPrimaryKey>true</IsPrimaryKey></Field><Field><Name>Seen</Name><FieldType>Date</FieldType></Field></Fields>',
  );

  test('are created with fields, and REST accepts rows for them at once', async () => {
    const { emulator, token } = await signedIn();
    const created = await write(emulator, token, 'Create', definition);
    expect(created.results[0]).toMatchObject({
      StatusMessage: 'Data Extension created.',
      NewID: '0',
      NewObjectID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const rows = `${emulator.baseUrl('rest')}/hub/v1/dataevents/key:Visits/rowset`;
    const written = await send(rows, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify([{ keys: { id: 4 }, values: { seen: '2025-01-02' } }]),
    });
    expect(written.status).toBe(200);
    const asking = { properties: ['id', 'seen'] };
    expect((await retrieve(emulator, token, 'DataExtensionObject[Visits]', asking)).results).toHaveLength(1);
    const fields = await retrieve(emulator, token, 'DataExtensionField', {
      properties: ['Name', 'FieldType', 'IsPrimaryKey', 'CustomerKey'],
      more: equals('DataExtension.CustomerKey', 'Visits'),
    });
    expect(fields.results).toMatchObject([
      { Name: 'id', FieldType: 'Number', IsPrimaryKey: 'true', CustomerKey: '[Visits].[id]' },
      { Name: 'seen', FieldType: 'Date', IsPrimaryKey: 'false' },
    ]);
  });

  test('that exist are an error; REST shows changes and deletions', async () => {
    const { emulator, token } = await signedIn();
    await write(emulator, token, 'Create', definition);
    expect((await write(emulator, token, 'Create', definition)).results[0]).toMatchObject({
      StatusCode: 'Error',
      ErrorCode: '310007',
    });
    const byKey = equals('CustomerKey', 'Visits');
    const change = '<CustomerKey>Visits</CustomerKey><Description>seen</Description><IsTestable>true</IsTestable>';
    await write(emulator, token, 'Update', objects('DataExtension', change));
    const properties = ['Name', 'Description', 'IsTestable'];
    expect((await retrieve(emulator, token, 'DataExtension', { properties, more: byKey })).results).toMatchObject([
      { Name: 'Visits of the shop', Description: 'seen', IsTestable: 'true' },
    ]);
    const shown = await send(`${emulator.baseUrl('rest')}/data/v1/customobjects/key:Visits`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(shown.json()).toMatchObject({ name: 'Visits of the shop', description: 'seen' });
    const named = objects('DataExtension', '<CustomerKey>Visits</CustomerKey>');
    expect((await write(emulator, token, 'Delete', named)).status).toBe('OK');
    expect((await write(emulator, token, 'Delete', named)).status).toBe('Error');
    expect((await retrieve(emulator, token, 'DataExtension', { properties, more: byKey })).results).toEqual([]);
  });

  test('have rows that are created, changed and deleted by their keys', async () => {
    const { emulator, token } = await signedIn();
    const row = (id: string, reason: string): string =>
      objects(
        'DataExtensionObject',
        `<CustomerKey>Suppressions</CustomerKey><Properties><Property><Name>EmailAddress</Name><Value>${id}</Value></Property><Property><Name>reason</Name><Value>${reason}</Value></Property></Properties>`,
      );
    const reasons = async (): Promise<unknown[]> => {
      const asking = { properties: ['reason'] };
      const { results } = await retrieve(emulator, token, 'DataExtensionObject[Suppressions]', asking);
      return results.map((result) => result['Properties.Property.Value']);
    };
    expect((await write(emulator, token, 'Create', row('a@example.com', 'asked'))).results[0]).toMatchObject({
      StatusMessage: 'Created DataExtensionObject',
    });
    expect((await write(emulator, token, 'Create', row('A@example.com', 'again'))).status).toBe('Error');
    expect((await write(emulator, token, 'Create', row('nobody', 'no address'))).status).toBe('Error');
    expect((await write(emulator, token, 'Update', row('b@example.com', 'not there'))).status).toBe('Error');
    expect(await reasons()).toEqual(['asked']);
    await write(emulator, token, 'Update', row('a@example.com', 'bounced'));
    await write(emulator, token, 'Update', `${UPSERT}${row('b@example.com', 'complained')}`);
    expect(await reasons()).toEqual(['bounced', 'complained']);
    const keys = '<Keys><Key><Name>EmailAddress</Name><Value>a@example.com</Value></Key></Keys>';
    const named = objects('DataExtensionObject', `<CustomerKey>Suppressions</CustomerKey>${keys}`);
    expect((await write(emulator, token, 'Delete', named)).status).toBe('OK');
    expect(await reasons()).toEqual(['complained']);
  });
});

describe('an object', () => {
  test.each([
    ['no type', '<Objects><ID>1</ID></Objects>', "Requested value 'APIObject' was not found."],
    ['a type that is shown only', objects('BusinessUnit', '<ID>1</ID>'), 'The create operation is not supported'],
    ['a value that does not fit', objects('List', '<ListName>x</ListName><Category>y</Category>'), "The value 'y'"],
    ['too little', objects('List', '<Description>x</Description>'), 'ListName is required.'],
  ])('of %s is an error', async (_what, content, message) => {
    const { emulator, token } = await signedIn();
    const { status, results } = await write(emulator, token, 'Create', content);
    expect([status, results[0]?.['StatusMessage']]).toEqual(['Error', expect.stringContaining(message)]);
    expect(Number(results[0]?.['ErrorCode'])).toBeGreaterThan(0);
  });

  test('of a type that the schema does not have is a client fault', async () => {
    const { emulator, token } = await signedIn();
    const message = `<CreateRequest xmlns="http://exacttarget.com/wsdl/partnerAPI">${objects('Gadget', '')}</CreateRequest>`;
    const { status, body } = await post(emulator, envelopeOf(token, message), { SOAPAction: 'Create' });
    expect([status, getChild(body, 'faultcode')?.text]).toEqual([500, 'soap:Client']);
    expect(faultOf(body)).toContain(
      "The specified type was not recognized: name='Gadget', namespace='http://exacttarget.com/wsdl/partnerAPI'",
    );
  });

  test('needs the scope to write', async () => {
    const { emulator, token } = await signedIn('list_and_subscribers_read');
    const { results } = await write(emulator, token, 'Create', objects('List', '<ListName>x</ListName>'));
    expect(results[0]).toMatchObject({ StatusCode: 'Error', StatusMessage: 'API Permission Failed.' });
  });
});

describe('Describe', () => {
  test('lists the properties of each requested type', async () => {
    const { emulator, token } = await signedIn();
    const asked = ['List', 'Gadget']
      .map((type) => `<ObjectDefinitionRequest><ObjectType>${type}</ObjectType></ObjectDefinitionRequest>`)
      .join('');
    const message = `<DefinitionRequestMsg xmlns="http://exacttarget.com/wsdl/partnerAPI"><DescribeRequests>${asked}</DescribeRequests></DefinitionRequestMsg>`;
    const { status, body } = await post(emulator, envelopeOf(token, message), { SOAPAction: 'Describe' });
    expect([status, body?.name]).toEqual([200, 'DefinitionResponseMsg']);
    const [list, gadget] = getChildren(body, 'ObjectDefinition');
    expect(getChild(list, 'ObjectType')?.text).toBe('List');
    const properties = getChildren(list, 'Properties').map((property) =>
      ['Name', 'DataType', 'IsRetrievable', 'IsUpdatable'].map((name) => getChild(property, name)?.text),
    );
    expect(properties).toContainEqual(['ListName', 'String', 'true', 'true']);
    expect(properties).toContainEqual(['ID', 'Int32', 'true', 'true']);
    expect(properties).toContainEqual(['CreatedDate', 'DateTime', 'true', 'true']);
    expect(getChildren(gadget, 'Properties')).toEqual([]);
    expect(getChild(body, 'RequestID')?.text).toMatch(/^[0-9a-f-]{36}$/);
  });
});
