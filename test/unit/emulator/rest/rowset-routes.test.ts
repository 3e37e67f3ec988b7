import { describe, expect, test } from '@jest/globals';
import { documentation, insufficientPrivileges, restApp } from './rest-app';

const rowset = (key: string) => `/data/v1/customobjectdata/key/${key}/rowset`;
const upsert = (key: string) => `/hub/v1/dataevents/key:${key}/rowset`;

interface Rowset {
  readonly links: { readonly self: string; readonly next?: string; readonly previous?: string };
  readonly requestToken: string;
  readonly tokenExpireDateUtc: string;
  readonly customObjectId: string;
  readonly count: number;
  readonly items?: readonly { readonly keys: Cells; readonly values: Cells }[];
}
type Cells = Readonly<Record<string, string>>;

const read = (response: { body: unknown }) => response.body as Rowset;

describe('reading rows', () => {
  test('returns keys and values apart, in lower case, as text', async () => {
    const response = await restApp().as().get(rowset('Orders'));

    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ customObjectKey: 'Orders', page: 1, pageSize: 2500, top: 0 });
    expect(read(response).items?.[0]).toEqual({
      keys: { orderid: '510001-O-00001' },
      values: {
        subscriberkey: expect.stringMatching(/^510001-S-\d{4}$/) as unknown,
        total: expect.stringMatching(/^\d+\.\d\d$/) as unknown,
        items: expect.stringMatching(/^\d$/) as unknown,
        orderdate: expect.stringMatching(/^\d{1,2}\/\d{1,2}\/202[456] \d{1,2}:\d\d:\d\d [AP]M$/) as unknown,
        paid: expect.stringMatching(/^(True|False)$/) as unknown,
      },
    });
  });

  test('has three pages of 2,500 for the orders', async () => {
    const client = restApp().as();
    const pages = await Promise.all(
      [1, 2, 3].map((page) => client.get(rowset('Orders'), { $page: page, $pageSize: 9999 })),
    );
    const ids = pages.flatMap((page) => read(page).items?.map((row) => row.keys['orderid']));
    expect(ids).toHaveLength(read(await client.get(rowset('Orders'))).count);
    expect(ids.length).toBeGreaterThan(5000);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('repeats the request for another page by its request token', async () => {
    const client = restApp().as();
    const question = { $filter: 'items gte 5', $orderBy: 'total desc', $fields: 'total', $pageSize: 10 };
    const first = read(await client.get(rowset('Orders'), question));
    expect(first.links).toEqual({
      self: `/v1/customobjectdata/token/${first.requestToken}/rowset?$page=1`,
      next: `/v1/customobjectdata/token/${first.requestToken}/rowset?$page=2`,
    });

    const second = await client.get(`/data${first.links.next ?? ''}`);
    expect(second.body).toMatchObject({
      requestToken: first.requestToken,
      page: 2,
      pageSize: 10,
      count: first.count,
      links: { self: first.links.next, previous: first.links.self },
      items: read(await client.get(rowset('Orders'), { ...question, $page: 2 })).items,
    });
    const totals = [...(first.items ?? []), ...(read(second).items ?? [])].map((row) => Number(row.values['total']));
    expect(totals).toHaveLength(20);
    expect(totals).toEqual([...totals].sort((a, b) => b - a));
  });

  test('expires a request token after a day, and refuses it in another business unit', async () => {
    const { as, clock } = restApp();
    const first = read(await as().get(rowset('Orders'), { $pageSize: 1 }));
    const next = `/data${first.links.next ?? ''}`;
    expect((await as({ mid: 510002 }).get(next)).status).toBe(404);

    const expiry = Date.parse(`${first.tokenExpireDateUtc}Z`);
    expect(expiry).toBe(clock.ms + 24 * 60 * 60 * 1000);
    clock.ms = expiry - 1;
    expect((await as().get(next)).status).toBe(200);
    clock.ms = expiry;
    expect((await as().get(next)).status).toBe(404);
  });

  test('has no items when there are no rows', async () => {
    const response = await restApp().as().get(rowset('Suppressions'));
    expect(response.body).toMatchObject({ count: 0, customObjectKey: 'Suppressions' });
    expect(response.body).not.toHaveProperty('items');
    expect(read(response).links).not.toHaveProperty('next');
  });

  test('returns different rows in each business unit', async () => {
    const { as } = restApp();
    for (const key of ['Subscribers', 'Orders', 'Order%20Lines', 'Preferences']) {
      const [one, two] = [await as({ mid: 510001 }).get(rowset(key)), await as({ mid: 510002 }).get(rowset(key))].map(
        read,
      );
      const starts = (rows: Rowset | undefined) =>
        new Set(rows?.items?.map((row) => Object.values(row.keys)[0]?.split('-')[0]));
      expect([starts(one), starts(two)]).toEqual([new Set(['510001']), new Set(['510002'])]);
      expect(one?.customObjectId).not.toBe(two?.customObjectId);
    }
  });

  test('shows all the keys of a row', async () => {
    const { items } = read(await restApp().as().get(rowset('Order%20Lines'), { $fields: 'product' }));
    expect(Object.keys(items?.[0]?.keys ?? {})).toEqual(['orderid', 'line']);
    expect(Object.keys(items?.[0]?.values ?? {})).toEqual(['product']);
  });

  test('answers 404 for an unknown data extension', async () => {
    const response = await restApp().as().get(rowset('Customers'));
    expect(response.status).toBe(404);
    expect(response.body).toEqual({
      message: 'Data extension Customers was not found.',
      errorcode: 30003,
      documentation,
    });
  });

  test('answers 403 without data_extensions_read, whether or not the data extension exists', async () => {
    const client = restApp().as({ scopes: ['data_extensions_write', 'journeys_read'] });
    for (const key of ['Orders', 'Customers']) {
      const response = await client.get(rowset(key));
      expect([response.status, response.body]).toEqual([403, insufficientPrivileges]);
    }
  });
});

describe('upserting rows', () => {
  const row = { keys: { SubscriberKey: '510001-S-0001' }, values: { City: 'Hilltop' } };

  test('changes the row with the key and adds the others', async () => {
    const client = restApp().as();
    const before = read(await client.get(rowset('Subscribers')));
    const added = {
      keys: { subscriberkey: '510001-S-9999' },
      values: { emailaddress: 'new@example.com', joined: '2026-01-31T13:05:09-06:00' },
    };
    const response = await client.post(upsert('Subscribers')).send([row, added]);
    expect([response.status, response.body]).toEqual([200, [row, added]]);

    const after = read(await client.get(rowset('Subscribers')));
    expect(after.count).toBe(before.count + 1);
    expect(after.items?.[0]).toEqual({
      keys: before.items?.[0]?.keys,
      values: { ...before.items?.[0]?.values, city: 'Hilltop' },
    });
    expect(after.items?.at(-1)).toEqual({
      keys: { subscriberkey: '510001-S-9999' },
      values: { emailaddress: 'new@example.com', firstname: '', city: '', joined: '1/31/2026 1:05:09 PM' },
    });
  });

  test('finds the data extension by its id, in its own business unit only', async () => {
    const { as } = restApp();
    const { customObjectId } = read(await as().get(rowset('Subscribers')));
    const path = `/hub/v1/dataevents/${customObjectId}/rowset`;
    expect((await as().post(path).send([row])).status).toBe(200);
    expect((await as({ mid: 510002 }).post(path).send([row])).status).toBe(404);
  });

  test.each([
    ['2026-01-31', '1/31/2026 12:00:00 AM'],
    ['1/31/2026 1:05 PM', '1/31/2026 1:05:00 PM'],
    ['2026-01-31T00:00:00Z', '1/30/2026 6:00:00 PM'],
  ])('reads the date %s as %s', async (given, shown) => {
    const client = restApp().as();
    await client.post(upsert('Subscribers')).send([{ ...row, values: { joined: given } }]);
    expect(read(await client.get(rowset('Subscribers'))).items?.[0]?.values['joined']).toBe(shown);
  });

  test('saves nothing when a value is invalid, and names it', async () => {
    const client = restApp().as();
    const { count, customObjectId } = read(await client.get(rowset('Orders')));
    const response = await client.post(upsert('Orders')).send([
      { keys: { orderid: 'new-1' }, values: { items: 3 } },
      {
        keys: { orderid: 'new-2' },
        values: { items: 'three', paid: 'perhaps', orderdate: 'soon', total: '1e9', colour: 'red' },
      },
    ]);
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({
      message: `Unable to save rows for data extension ID ${customObjectId}`,
      errorcode: 10006,
      additionalErrors: ['items', 'paid', 'orderdate', 'total', 'colour'].map((name) => ({
        message: expect.stringContaining(`[${name}]`),
        errorcode: 10000,
      })),
    });
    expect(read(await client.get(rowset('Orders'))).count).toBe(count);
  });

  test.each(['nobody', '@example.com', 'a@b', 'a b@example.com', 'a@b@example.com'])(
    'refuses %s as an email address',
    async (address) => {
      const response = await restApp()
        .as()
        .post(upsert('Suppressions'))
        .send([{ keys: { EmailAddress: address } }]);
      expect(response.body).toMatchObject({ errorcode: 10006 });
    },
  );

  test('refuses a row without its primary key', async () => {
    const response = await restApp()
      .as()
      .post(upsert('Order%20Lines'))
      .send([{ keys: { orderid: 'x' }, values: {} }]);
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ message: "Primary key 'line' does not exist.", errorcode: 10000 });
  });

  test.each([
    ['an object', { keys: {} }],
    ['an empty list', []],
    ['a row without keys', [{ values: {} }]],
    ['values that are no object', [{ keys: { subscriberkey: 'x' }, values: 1 }]],
  ])('refuses %s', async (_what, body) => {
    const response = await restApp().as().post(upsert('Subscribers')).send(body);
    expect([response.status, response.body]).toEqual([400, expect.objectContaining({ errorcode: 10001 })]);
  });

  test('refuses a reference without key: that is not an id', async () => {
    const response = await restApp().as().post('/hub/v1/dataevents/Subscribers/rowset').send([row]);
    expect(response.body).toMatchObject({ message: expect.stringContaining('Parameter {Subscribers}') as unknown });
  });

  test('answers 403 without data_extensions_write and 404 for an unknown data extension', async () => {
    const { as } = restApp();
    expect(
      (
        await as({ scopes: ['data_extensions_read'] })
          .post(upsert('Subscribers'))
          .send([row])
      ).status,
    ).toBe(403);
    expect((await as().post(upsert('Customers')).send([row])).body).toMatchObject({ errorcode: 30003 });
  });
});
