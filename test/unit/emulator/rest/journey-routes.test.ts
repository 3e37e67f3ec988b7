import { describe, expect, test } from '@jest/globals';
import { insufficientPrivileges, restApp } from './rest-app';

const interactions = '/interaction/v1/interactions';

interface Journey {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly status: string;
  readonly modifiedDate: string;
  readonly lastPublishedDate: string;
}

const journeysOf = (response: { body: unknown }) => (response.body as { items: Journey[] }).items;

describe('listing journeys', () => {
  test('returns nine, the last changed first', async () => {
    const response = await restApp().as().get(interactions);
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ count: 9, page: 1, pageSize: 50, links: {} });
    const dates = journeysOf(response).map((journey) => journey.modifiedDate);
    expect(dates).toHaveLength(9);
    expect(dates).toEqual([...dates].sort().reverse());
  });

  test('shows a journey as Journey Builder does', async () => {
    const journeys = journeysOf(await restApp().as().get(interactions));
    const published = journeys.find((journey) => journey.status === 'Published');
    expect(published).toMatchObject({
      definitionId: published?.id,
      version: expect.any(Number) as unknown,
      workflowApiVersion: 1,
      createdDate: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/) as unknown,
      lastPublishedDate: published?.modifiedDate,
      description: expect.stringContaining('510001') as unknown,
    });
    const draft = journeys.find((journey) => journey.status === 'Draft');
    expect(draft?.lastPublishedDate).toBe('0001-01-01T00:00:00');
  });

  test('has pages of at most fifty', async () => {
    const client = restApp().as();
    const second = await client.get(interactions, { $page: 2, $pageSize: 5 });
    expect(second.body).toMatchObject({ count: 9, page: 2, pageSize: 5 });
    expect(journeysOf(second)).toHaveLength(4);
    expect((await client.get(interactions, { $pageSize: 500 })).body).toMatchObject({ pageSize: 50 });
  });

  test.each([
    [{ status: 'draft' }, 2],
    [{ status: 'Stopped' }, 1],
    [{ nameOrDescription: 'basket' }, 1],
    [{ nameOrDescription: 'business unit' }, 9],
    [{ status: 'Published', nameOrDescription: 'win-back' }, 0],
    [{ $filter: "status eq 'Published' and name like 'order'" }, 1],
  ])('finds by %j', async (query, count) => {
    const response = await restApp().as().get(interactions, query);
    expect(response.body).toMatchObject({ count });
  });

  test('sorts by name and shows the requested fields', async () => {
    const response = await restApp().as().get(interactions, { $orderBy: 'Name ASC', $fields: 'name' });
    const names = journeysOf(response).map((journey) => journey.name);
    expect(names).toEqual([...names].sort());
    expect(Object.keys(journeysOf(response)[0] ?? {})).toEqual(['id', 'key', 'name']);
  });

  test('returns different journeys in each business unit', async () => {
    const { as } = restApp();
    const one = journeysOf(await as({ mid: 510001 }).get(interactions)).map((journey) => journey.id);
    const two = journeysOf(await as({ mid: 510002 }).get(interactions)).map((journey) => journey.id);
    expect(new Set([...one, ...two]).size).toBe(18);
  });
});

describe('getting one journey', () => {
  test('finds it by id and by key', async () => {
    const client = restApp().as();
    const [journey] = journeysOf(await client.get(interactions));
    expect((await client.get(`${interactions}/${journey?.id ?? ''}`)).body).toEqual(journey);
    expect((await client.get(`${interactions}/key:${journey?.key ?? ''}`)).body).toEqual(journey);
  });

  test('answers 404 in another business unit', async () => {
    const { as } = restApp();
    const [journey] = journeysOf(await as().get(interactions));
    const response = await as({ mid: 510002 }).get(`${interactions}/${journey?.id ?? ''}`);
    expect([response.status, response.body]).toEqual([404, expect.objectContaining({ errorcode: 30003 })]);
  });
});

test('answers 403 without journeys_read', async () => {
  const client = restApp().as({ scopes: ['data_extensions_read', 'journeys_write'] });
  for (const path of [interactions, `${interactions}/key:none`]) {
    const response = await client.get(path);
    expect([response.status, response.body]).toEqual([403, insufficientPrivileges]);
  }
});
