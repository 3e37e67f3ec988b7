import { describe, expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator/index';
import { retrieve, retrieveAll, type Retrieved } from '../support/soap-client';
import { emulate, send, tokensOf } from '../unit/emulator/harness';

const EUROPE = 510_001_101;
const SUBSCRIBER = ['ID', 'SubscriberKey', 'EmailAddress', 'Status', 'CreatedDate', 'UnsubscribedDate', 'Client.ID'];

function simple(name: string, property: string, operator: string, ...values: readonly string[]): string {
  const written = values.map((value) => `<Value>${value}</Value>`).join('');
  return `<${name} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="SimpleFilterPart"><Property>${property}</Property><SimpleOperator>${operator}</SimpleOperator>${written}</${name}>`;
}

async function signedIn(fields: Record<string, unknown> = {}): Promise<{ emulator: Emulator; token: string }> {
  const emulator = await emulate();
  const { accessToken } = await tokensOf(emulator, { fields });
  return { emulator, token: accessToken };
}

describe('subscribers', () => {
  test('are more than 2,500, which is the maximum of an answer, each of them once', async () => {
    const { emulator, token } = await signedIn();
    const answers = await retrieveAll(emulator, token, 'Subscriber', { properties: SUBSCRIBER });
    expect(answers.map(({ status }) => status)).toEqual([...answers.slice(1).map(() => 'MoreDataAvailable'), 'OK']);
    expect(answers.slice(0, -1).every(({ results }) => results.length === 2_500)).toBe(true);
    const all = answers.flatMap(({ results }) => results);
    expect(all.length).toBeGreaterThan(2_500);
    for (const property of ['ID', 'SubscriberKey', 'EmailAddress']) {
      expect(new Set(all.map((subscriber) => subscriber[property])).size).toBe(all.length);
    }
    const statuses = new Set(all.map(({ Status }) => Status));
    expect([...statuses].sort()).toEqual(['Active', 'Bounced', 'Held', 'Unsubscribed']);
    expect(
      all.every(({ Status, UnsubscribedDate }) => (Status === 'Unsubscribed') === (UnsubscribedDate !== undefined)),
    ).toBe(true);
    expect(all[0]).toMatchObject({ SubscriberKey: '510001000-S-0001', 'Client.ID': '510001000' });
    expect(all[0]?.['CreatedDate']).toMatch(/^202[45]-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?$/);
  });

  test('are the same in every emulator, and differ between business units', async () => {
    const [one, same, other] = await Promise.all([signedIn(), signedIn(), signedIn({ account_id: EUROPE })]);
    const first = async ({ emulator, token }: typeof one): Promise<Retrieved['results']> =>
      (await retrieve(emulator, token, 'Subscriber', { properties: SUBSCRIBER })).results;
    expect(await first(same)).toEqual(await first(one));
    const keys = (await first(other)).map(({ SubscriberKey }) => SubscriberKey);
    expect(keys.filter((key) => key?.startsWith(`${EUROPE}-S-`) !== true)).toEqual([]);
  });

  test('include those that REST shows in the data extension', async () => {
    const { emulator, token } = await signedIn();
    const rows = await send(`${emulator.baseUrl('rest')}/data/v1/customobjectdata/key/Subscribers/rowset`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { items } = rows.json() as { items: { keys: { subscriberkey: string }; values: { emailaddress: string } }[] };
    const { results } = await retrieve(emulator, token, 'Subscriber', {
      properties: ['SubscriberKey', 'EmailAddress'],
    });
    const emails = new Map(results.map(({ SubscriberKey, EmailAddress }) => [SubscriberKey, EmailAddress]));
    expect(items.length).toBeGreaterThan(100);
    expect(items.filter(({ keys, values }) => emails.get(keys.subscriberkey) !== values.emailaddress)).toEqual([]);
  });

  test('are filtered before they are paged', async () => {
    const { emulator, token } = await signedIn();
    const all = (await retrieveAll(emulator, token, 'Subscriber', { properties: SUBSCRIBER })).flatMap(
      ({ results }) => results,
    );
    const matchesFilter = ({ Status = '', CreatedDate = '' }: Record<string, string>): boolean =>
      ['Held', 'Bounced'].includes(Status) && CreatedDate >= '2025-01-01T00:00:00.000';
    const filter = `<Filter xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="ComplexFilterPart">${simple('LeftOperand', 'Status', 'IN', 'Held', 'Bounced')}<LogicalOperator>AND</LogicalOperator>${simple('RightOperand', 'CreatedDate', 'greaterThanOrEqual', '2025-01-01')}</Filter>`;
    const more = `${filter}<Options><BatchSize>100</BatchSize></Options>`;
    const answers = await retrieveAll(emulator, token, 'Subscriber', { properties: SUBSCRIBER, more });
    expect(answers.length).toBeGreaterThan(2);
    expect(answers.slice(0, -1).every(({ results }) => results.length === 100)).toBe(true);
    expect(answers.flatMap(({ results }) => results)).toEqual(all.filter(matchesFilter));
  });
});

describe('data extensions', () => {
  const properties = ['CustomerKey', 'IsSendable', 'SendableDataExtensionField.Name', 'SendableSubscriberField.Name'];

  test('are those of the business unit that REST knows', async () => {
    const { emulator, token } = await signedIn({ account_id: EUROPE });
    const all = await retrieve(emulator, token, 'DataExtension', { properties: [...properties, 'Client.ID'] });
    expect(all.results.map(({ CustomerKey }) => CustomerKey)).toEqual([
      'Subscribers',
      'Orders',
      'Order Lines',
      'Preferences',
      'Suppressions',
    ]);
    expect(new Set(all.results.map((one) => one['Client.ID']))).toEqual(new Set([String(EUROPE)]));
    const sendable = await retrieve(emulator, token, 'DataExtension', {
      properties,
      more: simple('Filter', 'IsSendable', 'equals', 'true'),
    });
    expect(sendable.results[0]).toEqual({
      PartnerKey: '',
      ObjectID: '',
      CustomerKey: 'Subscribers',
      IsSendable: 'true',
      'SendableDataExtensionField.PartnerKey': '',
      'SendableDataExtensionField.ObjectID': '',
      'SendableDataExtensionField.Name': 'subscriberkey',
      'SendableSubscriberField.Name': '_SubscriberKey',
    });
    expect(sendable.results).toHaveLength(3);
  });

  test('of all business units are visible to the top-level one only', async () => {
    const more = '<QueryAllAccounts>true</QueryAllAccounts>';
    const top = await signedIn();
    const below = await signedIn({ account_id: EUROPE });
    const count = async ({ emulator, token }: typeof top): Promise<number> =>
      (await retrieve(emulator, token, 'DataExtension', { properties, more })).results.length;
    expect([await count(top), await count(below)]).toEqual([15, 5]);
  });

  test('have the rows that REST reads and writes', async () => {
    const { emulator, token } = await signedIn();
    const written = await send(`${emulator.baseUrl('rest')}/hub/v1/dataevents/key:Preferences/rowset`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify([{ keys: { subscriberkey: 'K&1' }, values: { newsletter: true, language: 'de-DE' } }]),
    });
    expect(written.status).toBe(200);
    const { status, results } = await retrieve(emulator, token, 'DataExtensionObject[preferences]', {
      properties: ['SubscriberKey', 'newsletter', 'language'],
      more: simple('Filter', 'subscriberkey', 'equals', 'K&amp;1'),
    });
    expect([status, results.length]).toEqual(['OK', 1]);
    expect(results[0]).toMatchObject({ Type: 'DataExtensionObject', 'Properties.Property.Value': 'de-DE' });
  });

  test('with thousands of rows are paged, and compared by the types of their columns', async () => {
    const { emulator, token } = await signedIn();
    const asking = { properties: ['orderid', 'total', 'orderdate', 'paid'] };
    const all = await retrieveAll(emulator, token, 'DataExtensionObject[Orders]', asking);
    const count = all.flatMap(({ results }) => results).length;
    expect(count).toBeGreaterThan(5_000);
    expect(all).toHaveLength(3);
    const parts = ['equals', 'notEquals'].map(async (operator) => {
      const more = simple('Filter', 'paid', operator, 'true');
      return (await retrieveAll(emulator, token, 'DataExtensionObject[Orders]', { ...asking, more })).flatMap(
        ({ results }) => results,
      );
    });
    const [paid = [], unpaid = []] = await Promise.all(parts);
    expect(paid.length + unpaid.length).toBe(count);
    expect(new Set(unpaid.map((row) => row['Properties.Property.Value']))).toEqual(new Set(['False']));
    const dear = simple('Filter', 'total', 'greaterThan', '99.5');
    expect(
      (await retrieveAll(emulator, token, 'DataExtensionObject[Orders]', { ...asking, more: dear })).flatMap(
        ({ results }) => results,
      ).length,
    ).toBeGreaterThan(count / 2);
  });
});
