import { describe, expect, test } from '@jest/globals';
import type { MarketingCloud } from '../../src';
import type { Emulator, RecordedRequest } from '../../src/emulator';
import { grantedAt } from '../support/granted';
import { emulate } from '../support/scene';

type Asked = Readonly<Record<string, unknown>>;

const ids = (from: number, to: number): { id: number }[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => ({ id: from + index }));

/** A grant at an emulator whose REST service answers as `answer` says. */
async function listing(
  answer: (asked: Asked, request: RecordedRequest) => unknown,
): Promise<{ emulator: Emulator; grant: MarketingCloud }> {
  const emulator = await emulate();
  const { grant } = await grantedAt(emulator);
  let asked: RecordedRequest | undefined;
  emulator.fault('rest', {
    when: (request) => {
      asked = request;
      return true;
    },
    get body() {
      return asked && JSON.stringify(answer(asked.query, asked));
    },
  });
  return { emulator, grant };
}

async function walk(grant: MarketingCloud, path: string, options: object = {}): Promise<unknown[]> {
  const pages: unknown[] = [];
  for await (const page of grant.rest.pages(path, options)) pages.push(page);
  return pages;
}

/** Seven items on pages of three. */
const paged =
  (write: (page: number, items: { id: number }[]) => unknown) =>
  (asked: Asked): unknown => {
    const page = Number(asked['$page'] ?? 1);
    return write(page, ids((page - 1) * 3, Math.min(7, page * 3)));
  };

describe('a list', () => {
  test.each<[string, string, (asked: Asked) => unknown, number]>([
    [
      'whose last page names a smaller size',
      '/asset/v1/content/assets',
      paged((page, items) => ({ count: 7, page, pageSize: items.length, items })),
      3,
    ],
    [
      'of entities',
      '/hub/v1/campaigns/1/assets',
      paged((page, entities) => ({ totalCount: 7, page, pageSize: 3, entities })),
      3,
    ],
    ['with capitals', '/hub/v1/sends', paged((Page, Instances) => ({ Count: 7, Page, PageSize: 3, Instances })), 3],
    [
      'with numbers as text',
      '/messaging/v1/domainverification',
      paged((page, items) => ({ count: '7', page: String(page), pageSize: '3', items })),
      3,
    ],
    [
      'without a count',
      '/contacts/v1/contacts/analytics/deleterequests',
      paged((pageNumber, operations) => ({ pageNumber, pageSize: 3, operations, resultMessages: [] })),
      3,
    ],
    [
      'in an array of one page',
      '/data/v1/audit/auditEvents',
      paged((page, items) => [{ count: 7, page, pageSize: 3, items }]),
      3,
    ],
    [
      'whose count is that of the page',
      '/messaging/v1/email/definitions',
      paged((page, definitions) => ({ count: definitions.length, page, pageSize: 3, definitions })),
      3,
    ],
    [
      'with a page token',
      '/data/v1/things',
      (asked) => (asked['pageToken'] === 'b' ? { items: ids(3, 5) } : { items: ids(0, 3), nextPageToken: 'b' }),
      2,
    ],
    [
      'with lastEventID',
      '/messaging/v1/sms/messages/?type=notSent',
      (asked) => {
        const last = Number(asked['lastEventId'] ?? 0);
        const messages = ids(last, Math.min(7, last + 3));
        return { lastEventID: last + messages.length, messages, count: messages.length };
      },
      4,
    ],
    ['in a bare array', '/asset/v1/content/tags', () => ids(0, 4), 1],
    ['that is not a list', '/platform/v1/tokenContext', () => ({ user: 1, permissions: ['a', 'b'] }), 1],
    [
      'that comes again and again',
      '/asset/v1/content/assets',
      () => ({ count: 100, pageSize: 3, items: ids(0, 3) }),
      2,
    ],
  ])('case P2, case P3: %s is read to its end, and no further', async (_what, path, answer, calls) => {
    const { emulator, grant } = await listing(answer);
    const pages = await walk(grant, path);
    expect(emulator.requestsTo('rest')).toHaveLength(calls);
    expect(pages.length).toBeGreaterThanOrEqual(1);
    const text = JSON.stringify(pages);
    if (calls > 2) for (const { id } of ids(0, 7)) expect(text).toContain(`{"id":${id}}`);
  });

  test.each([
    ['pages', (skip: number, top: number) => skip * top],
    ['items', (skip: number) => skip],
  ])(
    'case P1: of a legacy route, whose $skip counts %s, is read to its end although its total is too large',
    async (_what, startOf) => {
      const { emulator, grant } = await listing((asked) => {
        const start = startOf(Number(asked['$skip']), Number(asked['$top']));
        return { startIndex: start, itemsPerPage: 50, totalResults: 140, entry: ids(start, Math.min(start + 50, 120)) };
      });
      const pages = (await walk(grant, '/legacy/v1/beta/mobile/code')) as { entry: { id: number }[] }[];
      expect(pages.flatMap(({ entry }) => entry.map(({ id }) => id))).toEqual(ids(0, 120).map(({ id }) => id));
      expect(emulator.requestsTo('rest').length).toBeLessThanOrEqual(4);
    },
  );

  test('case P1: of a legacy route that begins at an item is read to its end', async () => {
    const { emulator, grant } = await listing((asked) => {
      const start = Number(asked['$skip']);
      return { startIndex: start, itemsPerPage: 10, totalResults: 78, entry: ids(start, Math.min(start + 10, 78)) };
    });
    const pages = (await walk(grant, '/legacy/v1/beta/mobile/code?$top=10', { query: { $skip: 50 } })) as {
      entry: { id: number }[];
    }[];
    expect(pages.flatMap(({ entry }) => entry.map(({ id }) => id))).toEqual(ids(50, 78).map(({ id }) => id));
    expect(emulator.requestsTo('rest').length).toBeLessThanOrEqual(5);
  });

  test('case P3: that is queried by POST is paged by its body', async () => {
    const { emulator, grant } = await listing((_asked, { body }) => {
      // The body is parsed after the fault has been chosen.
      const { page, pageSize } = (body as { page?: { page: number; pageSize: number } } | undefined)?.page ?? {
        page: 1,
        pageSize: 2,
      };
      return { count: 5, page, pageSize, items: ids((page - 1) * 2, Math.min(5, page * 2)) };
    });
    const body = { page: { page: 1, pageSize: 2 }, query: { property: 'name' } };
    expect(await walk(grant, '/asset/v1/content/assets/query', { method: 'POST', body })).toHaveLength(3);
    expect(emulator.requestsTo('rest').map(({ method, query, body: sent }) => [method, query, sent])).toEqual(
      [1, 2, 3].map((page) => ['POST', {}, { ...body, page: { page, pageSize: 2 } }]),
    );
  });
});
