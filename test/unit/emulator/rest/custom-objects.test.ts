import { describe, expect, test } from '@jest/globals';
import { itemsOf, restApp } from './rest-app';

type Fields = Readonly<Record<string, unknown>>;

const customObjects = '/data/v1/customobjects';
const rowset = '/data/v1/customobjectdata/key/Preferences/rowset';
const fieldsOf = (response: { body: unknown }) => response.body as Fields;

describe('custom objects', () => {
  test('are the data extensions, with their folder, their rows and their fields', async () => {
    const client = restApp().as();
    const response = await client.get(customObjects);
    expect(response.body).toMatchObject({ count: 5, page: 1, pageSize: 25, links: {} });
    const preferences = itemsOf(response).find(({ name }) => name === 'Preferences');
    expect(preferences).toMatchObject({
      key: 'Preferences',
      description: '',
      isSendable: true,
      sendableSubscriberField: '_SubscriberKey',
      categoryId: expect.any(Number) as unknown,
      rowCount: fieldsOf(await client.get(rowset))['count'],
      fieldCount: 3,
      createdDate: expect.stringMatching(/^202\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,2}[1-9])?$/) as unknown,
    });
    const own = `${customObjects}/${preferences?.id ?? ''}`;
    expect((await client.get(own)).body).toEqual(preferences);
    expect((await client.get(`${customObjects}/key:Preferences`)).body).toEqual(preferences);
    expect((await client.get(`${own}/fields`)).body).toMatchObject({
      id: preferences?.id,
      fields: [{ name: 'subscriberkey', type: 'Text', isPrimaryKey: true, ordinal: 0 }, {}, { isNullable: true }],
    });
  });

  test('are found by part of their name and by folder', async () => {
    const client = restApp().as();
    const orders = itemsOf(await client.get(customObjects, { $search: 'order' })) as unknown as Fields[];
    expect(orders.map(({ name }) => name)).toEqual(['Order Lines', 'Orders']);
    const folder = await client.get(`${customObjects}/category/${String(orders[0]?.['categoryId'])}`);
    expect(itemsOf(folder).map(({ name }) => name)).toEqual(['Order Lines', 'Orders']);
  });

  test('need the scope for data extensions, and answer 404 for an unknown one', async () => {
    const { as } = restApp();
    expect((await as({ scopes: ['email_read'] }).get(customObjects)).status).toBe(403);
    expect((await as().get(`${customObjects}/key:none`)).status).toBe(404);
  });
});

describe('asynchronous rows', () => {
  const rows = '/data/v1/async/dataextensions/key:Preferences/rows';

  test('are accepted with 202 and a request id, and have been saved', async () => {
    const client = restApp().as();
    const before = Number(fieldsOf(await client.get(rowset))['count']);
    const accepted = await client.put(rows).send({ items: [{ SubscriberKey: 'new-1', newsletter: true }] });
    expect([accepted.status, accepted.body]).toEqual([202, { requestId: expect.any(String), resultMessages: [] }]);
    expect(fieldsOf(await client.get(rowset))['count']).toBe(before + 1);
    const { requestId } = accepted.body as { requestId: string };
    expect((await client.get(`/data/v1/async/${requestId}/status`)).body).toEqual({
      status: {
        callDateTime: '2026-01-15T18:00:00',
        pickupDateTime: '2026-01-15T18:00:00',
        completionDateTime: '2026-01-15T18:00:00',
        hasErrors: false,
        requestStatus: 'Complete',
        resultStatus: 'OK',
      },
      requestId,
      resultMessages: [],
    });
    expect((await client.get(`/data/v1/async/${requestId}/results`)).body).toMatchObject({
      count: 1,
      items: [{ status: 'OK' }],
      requestId,
    });
  });

  test('that cannot be saved are errors in the results', async () => {
    const client = restApp().as();
    const items = [{ subscriberkey: 'twice' }, { subscriberkey: 'twice' }, { subscriberkey: 'x', shoe: 1 }];
    const { requestId } = (await client.post(rows).send({ items })).body as { requestId: string };
    const status = await client.get(`/data/v1/async/${requestId}/status`);
    expect(status.body).toMatchObject({ status: { hasErrors: true, resultStatus: 'Error' } });
    expect((await client.get(`/data/v1/async/${requestId}/results`)).body).toMatchObject({
      items: [{ status: 'OK' }, { status: 'Error' }, { status: 'Error', message: expect.stringContaining('shoe') }],
    });
  });

  test('are refused for an unknown data extension, without items, and without the scope', async () => {
    const { as } = restApp();
    const unknown = await as().put(rows.replace('Preferences', 'None')).send({ items: [] });
    expect([unknown.status, unknown.body]).toMatchObject([400, { resultMessages: [{ resultType: 'Error' }] }]);
    expect((await as().put(rows).send([])).status).toBe(400);
    expect(
      (
        await as({ scopes: ['data_extensions_read'] })
          .put(rows)
          .send({ items: [] })
      ).status,
    ).toBe(403);
  });

  test('are visible to their business unit only', async () => {
    const { as } = restApp();
    const { requestId } = (await as().put(rows).send({ items: [] })).body as { requestId: string };
    expect((await as({ mid: 510002 }).get(`/data/v1/async/${requestId}/status`)).status).toBe(404);
  });
});
