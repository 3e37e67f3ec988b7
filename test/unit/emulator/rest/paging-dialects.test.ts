import { describe, expect, test } from '@jest/globals';
import type { ListDialect } from '../../../../src/emulator/options';
import { LIST_DEFINITIONS, LIST_PATHS } from '../../../../src/emulator/rest/lists/list-definitions';
import { PAGING_DIALECTS } from '../../../../src/emulator/rest/lists/paging-dialects';
import type { ListRules } from '../../../../src/emulator/rest/lists/paging-dialects';
import { everyScope, restApp } from './rest-app';

type Fields = Readonly<Record<string, unknown>>;

const scopes = [...new Set([...everyScope, ...LIST_DEFINITIONS.flatMap(({ read }) => read)])];
const client = (rules?: Partial<ListRules>) => restApp(rules).as({ scopes });
const aNumber = expect.any(Number) as unknown;
const text = expect.any(String) as unknown;

async function get(path: string, query: Record<string, string | number> = {}, rules?: Partial<ListRules>) {
  const response = await client(rules).get(path, query);
  expect(response.status).toBe(200);
  return response.body as Fields;
}

const lengthOf = (body: Fields, member: string) => (body[member] as unknown[]).length;

describe('case P1: a legacy list', () => {
  const path = '/legacy/v1/beta2/data/campaign';

  test('has totalResults, itemsPerPage, startIndex and entry, and nothing else', async () => {
    const body = await get(path);
    expect(body).toEqual({ startIndex: 0, itemsPerPage: 50, totalResults: 64, entry: expect.any(Array) as unknown });
    expect(lengthOf(body, 'entry')).toBe(50);
  });

  test('counts pages from 0 with $skip, and has fewer than itemsPerPage on the last', async () => {
    const second = await get(path, { $top: 50, $skip: 1 });
    expect(second).toMatchObject({ startIndex: 50, itemsPerPage: 50, totalResults: 64 });
    expect(lengthOf(second, 'entry')).toBe(14);
    expect(lengthOf(await get(path, { $top: 50, $skip: 2 }), 'entry')).toBe(0);
  });

  test('counts rows with $skip with legacySkip: rows', async () => {
    const body = await get(path, { $skip: 60 }, { legacySkip: 'rows' });
    expect([body['startIndex'], lengthOf(body, 'entry')]).toEqual([60, 4]);
  });

  test('ignores a $top other than 50, except for messages', async () => {
    expect(await get(path, { $top: 10 })).toMatchObject({ itemsPerPage: 50 });
    expect(await get('/legacy/v1/beta/mobile/message', { $top: 10 })).toMatchObject({ itemsPerPage: 10 });
  });

  test('has a too large totalResults with legacyTotalResults: larger', async () => {
    const body = await get(path, { $skip: 1 }, { legacyTotalResults: 'larger' });
    expect(body).toMatchObject({ totalResults: 67 });
    expect(lengthOf(body, 'entry')).toBe(14);
  });
});

describe('case P2: the last page', () => {
  test('names the requested size', async () => {
    const body = await get('/automation/v1/queries', { $page: 3, $pageSize: 5 });
    expect([body['count'], body['page'], body['pageSize'], lengthOf(body, 'items')]).toEqual([12, 3, 5, 2]);
  });

  test.each([
    '/automation/v1/queries',
    '/hub/v1/campaigns',
    '/asset/v1/content/assets',
    '/interaction/v1/interactions',
  ])('of %s names the length of its items where the option says so', async (path) => {
    const rules = { lastPageSize: 'received' } as const;
    const { count, pageSize } = await get(path, { $pageSize: 5 }, rules);
    expect(pageSize).toBe(5);
    const page = Math.ceil(Number(count) / 5);
    const last = await get(path, { $pageSize: 5, $page: page }, rules);
    expect(last).toMatchObject({ count, page, pageSize: Number(count) % 5 });
    expect(lengthOf(last, 'items')).toBe(Number(count) % 5);
  });

  test('of the file locations always names the number of records, as recorded', async () => {
    expect(await get('/automation/v1/ftplocations')).toMatchObject({ count: 2, page: 1, pageSize: 2 });
  });
});

describe('case P3: a list', () => {
  test('of automations has 25 on a page', async () => {
    const body = await get('/automation/v1/automations');
    expect(body).toEqual({ count: 32, page: 1, pageSize: 25, items: expect.any(Array) as unknown });
    expect(lengthOf(body, 'items')).toBe(25);
  });

  test('of transactional definitions counts the page, and has at most 100', async () => {
    const path = '/messaging/v1/email/definitions';
    const first = await get(path, { $pageSize: 500 });
    expect(first).toEqual({ requestId: text, definitions: expect.any(Array), count: 100, page: 1, pageSize: 100 });
    expect(await get(path, { $pageSize: 100, $page: 2 })).toMatchObject({ count: 4, page: 2, pageSize: 100 });
  });

  test('of campaign assets has totalCount and entities', async () => {
    const { items } = await get('/hub/v1/campaigns');
    const [campaign] = items as { id: string }[];
    const body = await get(`/hub/v1/campaigns/${campaign?.id ?? ''}/assets`, { $pageSize: 10 });
    expect(body).toEqual({ page: 1, pageSize: 10, totalCount: 32, entities: expect.any(Array) as unknown });
    expect((body['entities'] as Fields[])[0]).toMatchObject({ campaignId: Number(campaign?.id) });
  });

  test('of campaigns links to itself and to the next page', async () => {
    const first = await get('/hub/v1/campaigns', { $pageSize: 40 });
    expect(first).toMatchObject({
      count: 64,
      links: { self: {}, next: { href: '/v1/campaigns?$page=2&$pagesize=40' } },
    });
    expect((await get('/hub/v1/campaigns', { $pageSize: 40, $page: 2 }))['links']).not.toHaveProperty('next');
  });

  test('of messages that were not sent continues after its lastEventID', async () => {
    const path = '/messaging/v1/email/messages';
    const seen: unknown[] = [];
    let last = 0;
    for (;;) {
      const body = await get(path, { type: 'notSent', $pagesize: 60, lastEventId: last });
      const messages = body['messages'] as { eventID: number }[];
      if (messages.length === 0) break;
      expect(body).toMatchObject({ count: messages.length, lastEventID: messages.at(-1)?.eventID });
      seen.push(...messages.map(({ eventID }) => eventID));
      last = Number(body['lastEventID']);
    }
    expect([seen.length, new Set(seen).size]).toEqual([130, 130]);
  });

  test('of requests to delete contacts has pageNumber and operations, and no count', async () => {
    const path = '/contacts/v1/contacts/analytics/deleterequests';
    const body = await get(path, { $page: 3 });
    expect(body).toMatchObject({ pageNumber: 3, pageSize: 20, resultMessages: [] });
    expect(lengthOf(body, 'operations')).toBe(4);
    expect(Object.keys(body).filter((name) => /count|total|items/i.test(name))).toEqual([]);
  });

  test('of sending domains has its numbers as text', async () => {
    expect(await get('/messaging/v1/domainverification', { $pagesize: 2 })).toMatchObject({
      page: '1',
      pageSize: '2',
      count: '5',
      items: [{ domainType: text }, { domainType: text }],
    });
  });

  test.each(['/hub/v1/nestedtags', '/platform/v1/ens-callbacks', '/automation/v1/dataextracttypes'])(
    'at %s is a bare array for every page',
    async (path) => {
      const whole = await get(path);
      expect(Array.isArray(whole)).toBe(true);
      expect(await get(path, { $page: 7, $pageSize: 1 })).toEqual(whole);
    },
  );

  test('of audit events is a page, or an array of one page by listDialects', async () => {
    const path = '/data/v1/audit/auditEvents';
    const page = { count: 61, page: 2, pageSize: 50, items: expect.any(Array) as unknown };
    expect(await get(path, { $page: 2 })).toEqual(page);
    expect(await get(path, { $page: 2 }, { listDialects: { [path]: 'arrayOfPage' } })).toEqual([page]);
  });
});

describe('a list with another dialect', () => {
  const shapes: Readonly<Record<ListDialect, unknown>> = {
    items: { count: aNumber, page: 1, pageSize: aNumber, links: {}, items: [] },
    itemsWithoutLinks: { count: aNumber, page: 1, pageSize: aNumber, items: [] },
    linkedItems: { count: aNumber, page: 1, pageSize: aNumber, links: { self: { href: text } }, items: [] },
    textNumbers: { count: text, page: '1', pageSize: text, items: [] },
    legacy: { startIndex: 0, itemsPerPage: aNumber, totalResults: aNumber, entry: [] },
    definitions: { requestId: text, definitions: [], count: aNumber, page: 1, pageSize: aNumber },
    entities: { page: 1, pageSize: aNumber, totalCount: aNumber, entities: [] },
    capitals: { Count: aNumber, Page: 1, PageSize: aNumber, Instances: [] },
    lastEventId: { lastEventID: aNumber, messages: [], count: aNumber, pageSize: aNumber },
    nextPageToken: { items: [] },
    operations: { pageNumber: 1, pageSize: aNumber, operations: [] },
    array: [],
    arrayOfPage: [{ count: aNumber, page: 1, pageSize: aNumber, items: [] }],
  };

  /** An answer with its lists of records emptied. */
  function emptied(value: unknown): unknown {
    const json = JSON.stringify(value, (name, part: unknown) =>
      Array.isArray(part) && !(name === '' && isPage(part[0])) ? [] : part,
    );
    return JSON.parse(json) as unknown;
  }

  const isPage = (value: unknown) => typeof value === 'object' && value !== null && 'items' in value;
  const ways = PAGING_DIALECTS.flatMap((dialect) =>
    ['/asset/v1/content/assets', '/interaction/v1/interactions', '/automation/v1/queries'].map(
      (path) => [dialect as ListDialect, path] as const,
    ),
  );

  test.each(ways)('answers as %s at %s', async (dialect, path) => {
    const body = await get(path, {}, { listDialects: { [path]: dialect } });
    expect(emptied(body)).toMatchObject(shapes[dialect] as Fields);
  });

  test('is requested in that dialect too', async () => {
    const path = '/asset/v1/content/assets';
    const legacy = await get(path, { $top: 20, $skip: 2 }, { listDialects: { [path]: 'legacy' } });
    expect([legacy['startIndex'], lengthOf(legacy, 'entry')]).toEqual([40, 17]);
    const rules = { listDialects: { [path]: 'lastEventId' } } as const;
    const first = await get(path, { $pageSize: 50 }, rules);
    const second = await get(path, { $pageSize: 50, lastEventId: Number(first['lastEventID']) }, rules);
    expect([lengthOf(first, 'messages'), lengthOf(second, 'messages')]).toEqual([50, 7]);
    const tokens = { listDialects: { [path]: 'nextPageToken' } } as const;
    const { nextPageToken } = await get(path, { $pageSize: 50 }, tokens);
    const last = await get(path, { $pageSize: 50, nextPageToken: String(nextPageToken) }, tokens);
    expect([lengthOf(last, 'items'), Object.keys(last)]).toEqual([7, ['items']]);
  });

  test('has it for the asset query, whose page is in the body', async () => {
    const path = '/asset/v1/content/assets/query';
    expect(LIST_PATHS).toContain(path);
    const app = client({ listDialects: { [path]: 'capitals' } });
    const response = await app.post(path).send({ page: { page: 2, pageSize: 40 } });
    expect(emptied(response.body)).toEqual({ Count: 57, Page: 2, PageSize: 40, Instances: [] });
  });
});
