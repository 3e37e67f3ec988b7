import { describe, expect, test } from '@jest/globals';
import { walkPages } from '../../../../src/api/paging/walk-pages';
import { ApiError } from '../../../../src/errors';
import type { Query } from '../../../../src/api/host-pinning';

const PATH = '/asset/v1/content/assets';

/** Reads to the end, or as far as it goes: the numbers of the pages that were asked for, and of those that were given. */
async function walk(
  answerOf: (page: number) => unknown,
  { path = PATH, query = {}, most = Number.POSITIVE_INFINITY }: { path?: string; query?: Query; most?: number } = {},
): Promise<{ asked: number[]; given: number }> {
  const asked: number[] = [];
  const pages = walkPages({ path, query }, (asking) => {
    asked.push(Number(asking.query['$page']));
    return Promise.resolve().then(() => answerOf(Number(asking.query['$page'])));
  });
  let given = 0;
  for (; given < most; given += 1) if ((await pages.next()).done === true) break;
  return { asked, given };
}

function items(count: number, first = 0): { id: number }[] {
  return Array.from({ length: count }, (_, index) => ({ id: first + index }));
}

/** A list of so many items as the asset API pages it. */
function listOf(count: number, pageSize: number): (page: number) => object {
  return (page) => {
    const first = (page - 1) * pageSize;
    return { count, page, pageSize, links: {}, items: items(Math.max(0, Math.min(pageSize, count - first)), first) };
  };
}

describe('a list', () => {
  test.each([
    ['of no item', 0, 50, [1]],
    ['of one page to the brim', 50, 50, [1]],
    ['of one more', 51, 50, [1, 2]],
    ['of three pages', 150, 50, [1, 2, 3]],
  ])('%s is read with no call too many', async (_what, count, pageSize, asked) => {
    expect(await walk(listOf(count, pageSize))).toEqual({ asked, given: asked.length });
  });

  test('begins at the $page of the query', async () => {
    expect((await walk(listOf(150, 50), { query: { $page: 2 } })).asked).toEqual([2, 3]);
    expect((await walk(listOf(150, 50), { query: { $page: '3' } })).asked).toEqual([3]);
  });

  test('that begins late, with pages cut smaller than the answer names, is read to its end', async () => {
    const cut = (page: number): object => ({ ...listOf(210, 50)(page), pageSize: 100 });
    const { asked, given } = await walk(cut, { query: { $page: 3, $pageSize: 100 } });
    expect([asked, given]).toEqual([[3, 4, 5, 6], 3]);
  });

  test('that begins behind its end ends, also where the server gives its last page again and again', async () => {
    const clamped = (page: number): object => ({ ...listOf(120, 50)(3), page });
    expect((await walk(clamped, { query: { $page: 10 }, most: 20 })).asked.length).toBeLessThanOrEqual(3);
  });

  test('whose pages are cut smaller than was asked for goes by the size that the answer names', async () => {
    expect((await walk(listOf(110, 50), { query: { $pageSize: 500 } })).asked).toEqual([1, 2, 3]);
  });

  test('goes by the size that was asked for, or else by the items, where the answer names none', async () => {
    const unnamed = (page: number): object => ({ ...listOf(6, 2)(page), pageSize: undefined });
    expect((await walk(unnamed, { query: { $pageSize: 2 } })).asked).toEqual([1, 2, 3]);
    expect((await walk(unnamed)).asked).toEqual([1, 2, 3]);
  });

  test('without a count goes on to the first empty page, which is not given', async () => {
    const uncounted = (page: number): object => ({ entry: page < 4 ? items(2, page) : [] });
    expect(await walk(uncounted)).toEqual({ asked: [1, 2, 3, 4], given: 3 });
  });

  test('that is empty before its count says so ends there', async () => {
    const shrunk = (page: number): object => ({ count: 100, page, pageSize: 10, items: page === 1 ? items(10) : [] });
    expect(await walk(shrunk)).toEqual({ asked: [1, 2], given: 1 });
  });

  test('may be a bare array', async () => {
    expect((await walk(() => items(3))).asked).toEqual([1]);
    const paged = (page: number): unknown => (page === 1 ? items(3) : []);
    expect(await walk(paged, { query: { $pageSize: 3 } })).toEqual({ asked: [1, 2], given: 1 });
  });

  test.each(['email', 'push', 'sms'])('of %s definitions counts its page only', async (channel) => {
    const definitions = (page: number): object => {
      const count = page < 3 ? 50 : 20;
      return { count, page, pageSize: 50, definitions: items(count, page * 50) };
    };
    const path = `/messaging/v1/${channel}/definitions`;
    expect((await walk(definitions, { path })).asked).toEqual([1, 2, 3]);
    expect((await walk(definitions, { path: `${path}?status=active` })).asked).toEqual([1, 2, 3]);
  });

  test.each([undefined, null, 'text', 7, {}, { count: 5 }, { items: 'no list' }])(
    'that is not a list (%j) is one page',
    async (answer) => expect(await walk(() => answer)).toEqual({ asked: [1], given: 1 }),
  );
});

test('no page is read before it is asked for', async () => {
  expect(await walk(listOf(500, 50), { most: 0 })).toEqual({ asked: [], given: 0 });
  expect(await walk(listOf(500, 50), { most: 2 })).toEqual({ asked: [1, 2], given: 2 });
});

describe('an answer without end', () => {
  test.each([
    ['is the same page again and says so', () => ({ count: 200, page: 1, pageSize: 50, items: items(50) })],
    ['is the same page again', () => ({ count: 200, pageSize: 50, items: items(50) })],
    ['is the same page again without a count', () => ({ items: items(50) })],
    ['says the same of each page', (page: number) => ({ page, items: items(1) })],
  ])('that %s ends the list, and is given once', async (_what, answer) => {
    expect(await walk(answer)).toEqual({ asked: [1, 2], given: 1 });
  });

  test('that goes round in a circle ends the list', async () => {
    expect(await walk((page) => ({ items: items(2, page % 3) }))).toEqual({ asked: [1, 2, 3, 4], given: 3 });
  });

  test.each([
    ['has no count', (page: number) => ({ page, items: items(1, page) })],
    ['counts one more each time', (page: number) => ({ count: page + 1, page, pageSize: 1, items: items(1, page) })],
  ])('that %s is an error in the end', async (_what, answer) => {
    await expect(walk(answer)).rejects.toMatchObject({ code: 'invalid_response' });
    expect((await walk(answer, { most: 10_000 })).asked).toHaveLength(10_000);
  });

  test('is not what a list of many small pages is', async () => {
    expect((await walk(listOf(20_001, 2))).asked).toHaveLength(10_001);
  });

  test('is not what pages are that look alike and say which they are', async () => {
    const alike = (page: number): object => ({ count: 3, page, pageSize: 1, items: [{ assetType: { id: 208 } }] });
    expect((await walk(alike)).asked).toEqual([1, 2, 3]);
  });
});

describe('$page', () => {
  test.each([0, -1, 1.5, 'x', Number.NaN, '', 'Infinity'])('%p is refused', async ($page) => {
    await expect(walk(listOf(1, 1), { query: { $page } })).rejects.toThrow(TypeError);
  });

  test.each([`${PATH}?$page=2`, `${PATH}?x=1&%24page=2`])('in the path is refused: %s', async (path) => {
    await expect(walk(listOf(1, 1), { path })).rejects.toThrow(/options\.query/);
  });
});

describe('case P3: a list whose totals are', () => {
  test('two of which one is the page’s own is read to the end', async () => {
    const list = listOf(120, 50);
    const { asked, given } = await walk((page) => ({ ...list(page), count: 50, totalCount: 120 }));
    expect([asked, given]).toEqual([[1, 2, 3], 3]);
  });

  test('larger than what there is ends at a 404, and throws nothing', async () => {
    const { given } = await walk((page) => {
      if (page > 2) throw new ApiError({ status: 404 }, { method: 'GET', path: PATH });
      return { ...listOf(120, 50)(page), count: 150 };
    });
    expect(given).toBe(2);
  });
});

test('case P3: an empty page that names another cursor is not the last one', async () => {
  const answers = [{ items: items(2), nextPageToken: 'a' }, { items: [], nextPageToken: 'b' }, { items: items(1, 2) }];
  let calls = 0;
  const { given } = await walk(() => answers[calls++]);
  expect([calls, given]).toEqual([3, 3]);
});
