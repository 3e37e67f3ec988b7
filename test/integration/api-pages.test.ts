import { expect, test } from '@jest/globals';
import { grantedAt } from '../support/granted';
import { emulate } from '../support/scene';

interface Page {
  readonly count: number;
  readonly page: number;
  readonly pageSize: number;
  readonly items?: { readonly keys: { readonly orderid: string } }[];
}

const ORDERS = '/data/v1/customobjectdata/key/Orders/rowset';

async function granted() {
  const emulator = await emulate();
  const scope = ['offline', 'data_extensions_read', 'documents_and_images_read'];
  const { grant } = await grantedAt(emulator, { strategy: { scope } });
  const pagesAsked = (): unknown[] => emulator.requestsTo('rowset').map(({ query }) => query['$page']);
  return { emulator, grant, pagesAsked };
}

test('pages gives every answer of a list, one at a time, and can be walked again', async () => {
  const { grant, pagesAsked } = await granted();
  const pages = grant.rest.pages<Page>(ORDERS);
  expect(pagesAsked()).toEqual([]);
  const ids = new Set<string>();
  let count = 0;
  for await (const page of pages) {
    expect(pagesAsked()).toHaveLength(page.page);
    count = page.count;
    for (const { keys } of page.items ?? []) ids.add(keys.orderid);
  }
  expect(count).toBeGreaterThan(5_000);
  expect(ids.size).toBe(count);
  expect(pagesAsked()).toEqual(['1', '2', '3']);
  for await (const page of pages) {
    expect(page.page).toBe(1);
    break;
  }
  expect(pagesAsked()).toEqual(['1', '2', '3', '1']);
});

test('pages keeps the rest of the query, and begins and goes on where it says', async () => {
  const { emulator, grant } = await granted();
  const query = { $page: 2, $pageSize: 1_000, $filter: 'paid eq True', $orderBy: 'orderid desc' };
  const given: number[] = [];
  for await (const { page } of grant.rest.pages<Page>(ORDERS, { query, headers: { 'X-Trace': 'kept' } }))
    given.push(page);
  expect(given.length).toBeGreaterThan(1);
  expect(given[0]).toBe(2);
  for (const request of emulator.requestsTo('rowset')) {
    expect(request.query).toMatchObject({ $pageSize: '1000', $filter: 'paid eq True', $orderBy: 'orderid desc' });
    expect(request.headers).toMatchObject({ 'x-trace': 'kept' });
  }
});

test('pages of an empty list gives its one answer', async () => {
  const { grant } = await granted();
  const given: Page[] = [];
  for await (const page of grant.rest.pages<Page>('/data/v1/customobjectdata/key/Suppressions/rowset'))
    given.push(page);
  expect(given).toMatchObject([{ count: 0, page: 1 }]);
});

test('a token that expires between two pages is replaced on the way', async () => {
  const { emulator, grant } = await granted();
  let items = 0;
  let count = -1;
  for await (const page of grant.rest.pages<Page>(ORDERS)) {
    items += page.items?.length ?? 0;
    count = page.count;
    if (emulator.requestsTo('token').length === 0) emulator.expireAccessTokens();
  }
  expect(items).toBe(count);
  expect(emulator.requestsTo('rowset').map(({ status }) => status)).toEqual([200, 401, 200, 200]);
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test('an abort ends the walk with its reason, before the next page is asked for', async () => {
  const { grant, pagesAsked } = await granted();
  const stop = new AbortController();
  const reason = new Error('enough');
  const walk = async (): Promise<void> => {
    for await (const _page of grant.rest.pages(ORDERS, { signal: stop.signal })) stop.abort(reason);
  };
  await expect(walk()).rejects.toBe(reason);
  expect(pagesAsked()).toEqual(['1']);
});

test('an error of a page is the error of the walk', async () => {
  const { emulator, grant } = await granted();
  const walk = async (): Promise<number> => {
    let given = 0;
    for await (const _page of grant.rest.pages(ORDERS)) {
      given += 1;
      emulator.fault('rowset', { status: 500, body: { message: 'no', errorcode: 7 } });
    }
    return given;
  };
  await expect(walk()).rejects.toMatchObject({ code: 'api_error', errorcode: 7 });
});
