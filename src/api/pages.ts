import { MarketingCloudError } from '../errors';
import { asObject, own } from '../protocol/own';
import type { Query } from './target';

/** A list without a `count` ends here, and so does one whose `count` goes on growing. */
const MOST_PAGES = 10_000;
/** Where the lists are whose `count` is that of the page. */
const COUNTS_THE_PAGE = /^\/messaging\/v1\/(?:email|push|sms)\/definitions(?:[/?]|$)/i;

/**
 * The answers of a list, page by page: `$page` is counted up from the one in the query, or from 1. A page is read when
 * it is asked for. The last one is where `count` is reached or, without a `count`, before the first that is empty.
 *
 * @throws TypeError when `$page` is no whole number from 1, or stands in the path
 * @throws MarketingCloudError `invalid_response` when `$page` has no effect, or the list does not end
 */
export async function* pagesOf(
  path: string,
  query: Query,
  read: (query: Query) => Promise<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  if (/[?&](?:\$|%24)page=/i.test(path)) throw new TypeError('Give $page in options.query, not in the path.');
  const first = Number(query['$page'] ?? 1);
  if (!Number.isSafeInteger(first) || first < 1) throw new TypeError('$page must be a whole number from 1.');
  let most = MOST_PAGES;
  let before: unknown[] = [];
  for (let page = first; page < first + most; page += 1) {
    const answer = await read({ ...query, $page: page });
    const { list, size, count, number } = outline(answer, Number(query['$pageSize']));
    if (page > first && list.length === 0) return;
    if (page > first && number !== page && JSON.stringify(list) === JSON.stringify(before)) throw endless();
    yield answer;
    if (list.length === 0) return;
    if (COUNTS_THE_PAGE.test(path) ? count !== size : count !== undefined && page * size >= count) return;
    if (page === first && count !== undefined) most = Math.max(most, 2 * Math.ceil(count / size));
    before = list;
  }
  throw endless();
}

interface Outline {
  readonly list: unknown[];
  readonly size: number;
  readonly count: number | undefined;
  /** Which page the answer says it is. */
  readonly number: number | undefined;
}

function outline(answer: unknown, askedSize: number): Outline {
  const fields = asObject(answer) ?? {};
  const whole = (name: string, from: number): number | undefined => {
    const value = own(fields, name);
    return Number.isSafeInteger(value) && (value as number) >= from ? (value as number) : undefined;
  };
  const list = listOf(answer, fields);
  const size = whole('pageSize', 1) ?? (askedSize >= 1 ? askedSize : Math.max(list.length, 1));
  return { list, size, count: whole('count', 0), number: whole('page', 0) };
}

/** What is listed: most APIs call it `items`, some otherwise. */
function listOf(answer: unknown, fields: Readonly<Record<string, unknown>>): unknown[] {
  const candidates: unknown[] = [answer, own(fields, 'items'), ...Object.values(fields)];
  return candidates.find((candidate) => Array.isArray(candidate)) ?? [];
}

function endless(): MarketingCloudError {
  return new MarketingCloudError('invalid_response', {
    response: { status: 200 },
    message: 'The list does not end, or has no pages.',
    hint: 'Check that the API takes $page; a larger $pageSize makes fewer pages.',
  });
}
