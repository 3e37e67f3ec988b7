import { describe, expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator/index';
import { getChild, parseXml, type XmlElement } from '../../src/emulator/soap/xml-reader';
import { envelopeOf, retrieve, retrieveOf } from '../support/soap-client';
import { emulate, send, tokensOf } from '../unit/emulator/harness';

async function signedIn(fields: Record<string, unknown> = {}): Promise<{ emulator: Emulator; token: string }> {
  const emulator = await emulate();
  const { accessToken } = await tokensOf(emulator, { fields });
  return { emulator, token: accessToken };
}

describe('Retrieve', () => {
  test('case S2: returns lists and folders, and each list is in a folder', async () => {
    const { emulator, token } = await signedIn();
    const lists = await retrieve(emulator, token, 'List', { properties: ['ID', 'ListName', 'Category', 'Type'] });
    const folders = await retrieve(emulator, token, 'DataFolder', { properties: ['ID', 'Name', 'ContentType'] });
    expect([lists.status, folders.status]).toEqual(['OK', 'OK']);
    expect(lists.results.map(({ ListName }) => ListName)).toContain('All Subscribers');
    const ids = folders.results.map(({ ID }) => ID);
    expect(new Set(ids).size).toBe(ids.length);
    expect(lists.results.filter(({ Category }) => !ids.includes(Category ?? ''))).toEqual([]);
  });

  test('returns the folders of assets and journeys that REST names', async () => {
    const { emulator, token } = await signedIn();
    const { results } = await retrieve(emulator, token, 'DataFolder', { properties: ['ID', 'ContentType'] });
    const headers = { authorization: `Bearer ${token}` };
    const rest = emulator.baseUrl('rest');
    const assets = (await send(`${rest}/asset/v1/content/assets`, { headers })).json() as {
      items: { category: { id: number } }[];
    };
    const journeys = (await send(`${rest}/interaction/v1/interactions`, { headers })).json() as {
      items: { categoryId: number }[];
    };
    const known = new Map(results.map(({ ID, ContentType }) => [Number(ID), ContentType]));
    expect(new Set(assets.items.map(({ category }) => known.get(category.id)))).toEqual(new Set(['asset']));
    expect(new Set(journeys.items.map(({ categoryId }) => known.get(categoryId)))).toEqual(new Set(['journey']));
  });

  test('returns data extensions in the folders that REST names', async () => {
    const { emulator, token } = await signedIn();
    const { results } = await retrieve(emulator, token, 'DataExtension', { properties: ['Name', 'CategoryID'] });
    const answer = await send(`${emulator.baseUrl('rest')}/data/v1/customobjects`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { items } = answer.json() as { items: { name: string; categoryId: number }[] };
    const inRest = new Map(items.map(({ name, categoryId }) => [name, categoryId]));
    expect(results.length).toBe(inRest.size);
    expect(results.filter(({ Name = '', CategoryID }) => inRest.get(Name) !== Number(CategoryID))).toEqual([]);
  });

  test.each([
    ['DataExtension', 'DataRetentionPeriodLength,RowBasedRetention,RetainUntil,Template.CustomerKey,CategoryID'],
    ['DataExtensionField', 'CustomerKey,DataExtension.CustomerKey,DefaultValue,FieldType,MaxLength,Ordinal,Scale'],
    ['DataExtensionTemplate', 'CustomerKey,ObjectID,Name,IsSendable'],
    ['Role', 'ObjectID,CustomerKey,Name,IsSystemDefined,PermissionSets'],
    ['SendClassification', 'CustomerKey,SendClassificationType,SenderProfile.CustomerKey,DeliveryProfile.CustomerKey'],
    ['SenderProfile', 'CustomerKey,FromName,FromAddress'],
    ['AccountUserAccount', 'AccountUser.AccountUserID,Account.ID'],
    ['BusinessUnit', 'ID,Name,ParentID,ParentName,IsActive,Locale.LocaleCode,TimeZone.ID'],
  ])('of %s gives the properties that real clients ask for', async (type, properties) => {
    const { emulator, token } = await signedIn();
    const { status, results } = await retrieve(emulator, token, type, { properties: properties.split(',') });
    expect(status).toBe('OK');
    expect(results.length).toBeGreaterThan(0);
  });

  test.each(['TriggeredSendDefinition', 'EmailSendDefinition', 'Email'])(
    'knows the type %s, which has no objects',
    async (type) => {
      const { emulator, token } = await signedIn();
      const { status, results } = await retrieve(emulator, token, type, { properties: ['CustomerKey', 'Name'] });
      expect([status, results]).toEqual(['OK', []]);
    },
  );

  test('returns users with their roles, locale and time zone, and the API users of packages', async () => {
    const { emulator, token } = await signedIn();
    emulator.world.user('ravi.menon').locked = true;
    const properties = [
      ...['AccountUserID', 'UserID', 'Name', 'IsAPIUser', 'IsLocked', 'ActiveFlag', 'MustChangePassword'],
      ...['Locale.LocaleCode', 'TimeZone.ID', 'TimeZone.Name', 'Roles', 'LastSuccessfulLogin'],
    ];
    const more = '<QueryAllAccounts>true</QueryAllAccounts>';
    const { results } = await retrieve(emulator, token, 'AccountUser', { properties, more });
    const [maya, ravi] = results;
    expect(maya).toMatchObject({
      AccountUserID: '711204301',
      UserID: 'maya.lind',
      IsAPIUser: 'false',
      IsLocked: 'false',
      'Locale.LocaleCode': 'en-GB',
      'TimeZone.ID': '3',
      'TimeZone.Name': '(GMT) Dublin, Edinburgh, Lisbon, London *',
      'Roles.Role.Name': 'Administrator',
    });
    expect(ravi).toMatchObject({ UserID: 'ravi.menon', IsLocked: 'true' });
    expect(results.at(-1)).toMatchObject({ Name: 'Nightly Export app user', IsAPIUser: 'true' });
  });

  test('returns shared folders to every business unit with QueryAllAccounts', async () => {
    const { emulator, token } = await signedIn({ account_id: 510_001_101 });
    const shared = async (more: string): Promise<number> => {
      const asking = { properties: ['ID', 'ContentType', 'Client.ID'], more };
      const { results } = await retrieve(emulator, token, 'DataFolder', asking);
      return results.filter((folder) => folder['Client.ID'] === '510001000').length;
    };
    expect(await shared('')).toBe(0);
    expect(await shared('<QueryAllAccounts>true</QueryAllAccounts>')).toBeGreaterThan(0);
  });
});

describe('the header of an answer', () => {
  async function headerFor(action: string, body: string, requestHeader = ''): Promise<XmlElement | undefined> {
    const { emulator, token } = await signedIn();
    emulator.clock.advance(60_000);
    const { text } = await send(`${emulator.baseUrl('soap')}/Service.asmx`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', SOAPAction: action },
      body: envelopeOf(token, body).replace('<Header>', `<Header>${requestHeader}`),
    });
    return getChild(parseXml(text), 'Header');
  }

  test('has the action, ids of itself and of the request, the receiver, and a timestamp of five minutes', async () => {
    const messageId =
      '<a:MessageID xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">urn:uuid:1234</a:MessageID>';
    const header = await headerFor('Retrieve', retrieveOf('BusinessUnit'), messageId);
    const textOf = (name: string): string => getChild(header, name)?.text ?? '';
    expect(header?.children.map(({ name }) => name)).toEqual(['Action', 'MessageID', 'RelatesTo', 'To', 'Security']);
    expect(getChild(header, 'Action')?.namespace).toBe('http://schemas.xmlsoap.org/ws/2004/08/addressing');
    expect(textOf('Action')).toBe('RetrieveResponse');
    expect(textOf('MessageID')).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(textOf('RelatesTo')).toBe('urn:uuid:1234');
    expect(textOf('To')).toBe('http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous');
    const security = getChild(header, 'Security');
    expect(security?.namespace).toBe(
      'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
    );
    const timestamp = getChild(security, 'Timestamp');
    const [created = '', expires = ''] = ['Created', 'Expires'].map((name) => getChild(timestamp, name)?.text);
    expect(created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(expires) - Date.parse(created)).toBe(5 * 60_000);
  });

  test.each([
    ['Create', '<CreateRequest/>', 'CreateResponse'],
    ['Describe', '<DefinitionRequestMsg/>', 'DescribeResponse'],
    ['Perform', '<PerformRequestMsg/>', 'PerformResponse'],
    ['Nothing', '<X/>', 'http://schemas.xmlsoap.org/ws/2004/08/addressing/fault'],
  ])('of %s is there too', async (action, body, named) => {
    const header = await headerFor(action, body);
    expect(getChild(header, 'Action')?.text).toBe(named);
    expect(getChild(header, 'RelatesTo')?.text).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
  });
});
