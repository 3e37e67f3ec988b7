import { randomUUID } from 'node:crypto';
import type { JsonObject, Json } from '../json';
import { readPage, readPageOfSize } from '../list-query';
import { invalidParameter } from '../rest-error';

/** How many records fit on a page. */
export interface PageSizes {
  /** When the request names no size. */
  readonly initial: number;
  readonly max: number;
  /** Another size that is asked for is passed over, as some legacy routes do. */
  readonly fixed?: boolean;
}

/** What the options say about pages. */
export interface PagingRules {
  /** What `$skip` counts. */
  readonly legacySkip: 'pages' | 'rows';
  /** Whether `totalResults` is right. */
  readonly legacyTotalResults: 'exact' | 'larger';
  /** What the last page names as its size. */
  readonly lastPageSize: 'asked' | 'received';
}

/** The part of a list that a request asks for. */
export interface PageWindow {
  readonly page: number;
  readonly pageSize: number;
  /** The index of the first record of the page. */
  readonly start: number;
}

/** A page that was found. */
export interface FoundPage extends PageWindow {
  readonly records: readonly JsonObject[];
  /** How many there are on all pages. */
  readonly total: number;
  readonly path: string;
  readonly rules: PagingRules;
}

/** How a list is asked for its pages, and how it answers. */
interface PagingDialect {
  readonly read: (parameters: ReadonlyMap<string, string>, sizes: PageSizes, context: ReadContext) => PageWindow;
  readonly write: (found: FoundPage) => Json;
}

interface ReadContext {
  readonly rules: PagingRules;
  /** Every record of the list, for a dialect that pages by the id of one. */
  readonly records: readonly JsonObject[];
}

/** The name of the member that a cursor points to. */
const CURSOR_MEMBER = 'eventID';
/** How much too large `totalResults` is where it is wrong. */
const TOTAL_EXCESS = 3;

/** `$page` and `$pageSize`. */
const byPage: PagingDialect['read'] = (parameters, sizes) => {
  const page = readPage(parameters.get('$page'));
  const pageSize = readPageOfSize('$pageSize', parameters.get('$pagesize'), sizes);
  return { page, pageSize, start: (page - 1) * pageSize };
};

/** `$top` and `$skip`, which counts from 0. */
const bySkip: PagingDialect['read'] = (parameters, sizes, { rules }) => {
  const pageSize = readPageOfSize('$top', parameters.get('$top'), sizes);
  const skip = parameters.get('$skip') ?? '0';
  if (!/^\d{1,9}$/.test(skip)) throw invalidParameter('$skip', 'It must be a whole number from 0.');
  const start = rules.legacySkip === 'pages' ? Number(skip) * pageSize : Number(skip);
  return { page: Math.floor(start / pageSize) + 1, pageSize, start };
};

/** `lastEventId` and `$pageSize`: what comes after the record with that id. */
const byLastEventId: PagingDialect['read'] = (parameters, sizes, { records }) => {
  const pageSize = readPageOfSize('$pageSize', parameters.get('$pagesize'), sizes);
  const last = parameters.get('lasteventid') ?? '0';
  if (!/^\d{1,15}$/.test(last)) throw invalidParameter('lastEventId', 'It must be the number of an event.');
  const start = records.filter((record, index) => Number(eventIdOf(record, index)) <= Number(last)).length;
  return { page: 1, pageSize, start };
};

/** `pageToken`, or `nextPageToken` as it stands in the answer, and `$pageSize`. */
const byPageToken: PagingDialect['read'] = (parameters, sizes) => {
  const pageSize = readPageOfSize('$pageSize', parameters.get('$pagesize'), sizes);
  const token = parameters.get('pagetoken') ?? parameters.get('nextpagetoken');
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isSafeInteger(start) || start < 0) throw invalidParameter('pageToken', 'It must be from an answer.');
  return { page: Math.floor(start / pageSize) + 1, pageSize, start };
};

/** The number that a cursor points to: the record's own, or its place in the list. */
function eventIdOf(record: JsonObject, index: number): Json {
  return record[CURSOR_MEMBER] ?? index + 1;
}

function items(found: FoundPage, links?: JsonObject): JsonObject {
  const { total, page, records } = found;
  return { count: total, page, pageSize: namedPageSize(found), ...(links && { links }), items: records };
}

/** The page size that an answer names: the asked one or, where the rules say so, the length of a short last page. */
function namedPageSize({ start, pageSize, records, total, rules }: FoundPage): number {
  const isLast = records.length > 0 && start + records.length >= total;
  return rules.lastPageSize === 'received' && isLast ? records.length : pageSize;
}

/**
 * The dialects of lists, by name. A new one is a line here; which list speaks which is in `resources.ts`.
 *
 * Sources: public recorded answers, Salesforce's reference, and `sfmc-sdk` for `$skip` and the transactional `count`.
 */
const DIALECTS = {
  /** Content Builder and Journey Builder. */
  items: { read: byPage, write: (found) => items(found, {}) },
  /** Automation Studio: without `links`. */
  itemsWithoutLinks: { read: byPage, write: (found) => items(found) },
  /** Campaigns: with links to this page and the next. */
  linkedItems: { read: byPage, write: (found) => items(found, linksOf(found)) },
  /** Domain verification: the numbers are text. */
  textNumbers: {
    read: byPage,
    write: (found) => ({
      page: String(found.page),
      pageSize: String(namedPageSize(found)),
      count: String(found.total),
      items: found.records,
    }),
  },
  /** `/legacy/v1/…`. */
  legacy: {
    read: bySkip,
    write: ({ start, pageSize, total, records, rules }) => ({
      startIndex: start,
      itemsPerPage: pageSize,
      totalResults: rules.legacyTotalResults === 'larger' ? total + TOTAL_EXCESS : total,
      entry: records,
    }),
  },
  /** Transactional definitions: `count` is how many are on this page. */
  definitions: {
    read: byPage,
    write: (found) => ({
      requestId: randomUUID(),
      definitions: found.records,
      count: found.records.length,
      page: found.page,
      pageSize: namedPageSize(found),
    }),
  },
  /** What belongs to a campaign. */
  entities: {
    read: byPage,
    write: (found) => ({
      page: found.page,
      pageSize: namedPageSize(found),
      totalCount: found.total,
      entities: found.records,
    }),
  },
  /** Integrated sends. */
  capitals: {
    read: byPage,
    write: (found) => ({
      Count: found.total,
      Page: found.page,
      PageSize: namedPageSize(found),
      Instances: found.records,
    }),
  },
  /** Messages that were not sent: the next page begins behind `lastEventID`. */
  lastEventId: {
    read: byLastEventId,
    write: ({ records, pageSize, start }) => {
      const messages = records.map((one, index) => ({ ...one, [CURSOR_MEMBER]: eventIdOf(one, start + index) }));
      const count = messages.length;
      return { lastEventID: messages.at(-1)?.[CURSOR_MEMBER], messages, count, pageSize, requestId: randomUUID() };
    },
  },
  /** A page and the token of the next one; no list is known to speak it. */
  nextPageToken: {
    read: byPageToken,
    write: ({ records, start, total }) => {
      const next = start + records.length;
      return {
        items: records,
        ...(next < total && { nextPageToken: Buffer.from(String(next)).toString('base64url') }),
      };
    },
  },
  /** Requests to delete contacts: nothing says how many there are. */
  operations: {
    read: byPage,
    write: (found) => ({
      pageNumber: found.page,
      pageSize: namedPageSize(found),
      operations: found.records,
      requestServiceMessageID: randomUUID(),
      resultMessages: [],
      serviceMessageID: randomUUID(),
    }),
  },
  /** A bare array of everything, whatever page is asked for. */
  array: { read: () => ({ page: 1, pageSize: Number.MAX_SAFE_INTEGER, start: 0 }), write: ({ records }) => records },
  /** An array whose only entry is the page, as the reference shows audit events. */
  arrayOfPage: { read: byPage, write: (found) => [items(found)] },
} as const satisfies Readonly<Record<string, PagingDialect>>;

/** A dialect of lists, such as `legacy`. */
export type PagingDialectName = keyof typeof DIALECTS;

/** The names of all dialects. */
export const PAGING_DIALECTS: readonly string[] = Object.keys(DIALECTS);

/** The dialect of this name. */
export function pagingDialect(name: PagingDialectName): PagingDialect {
  return DIALECTS[name];
}

/** Links lack the first part of the path, as those of rowsets do. */
function linksOf({ page, pageSize, start, records, total, path }: FoundPage): JsonObject {
  const shortPath = path.replace(/^\/[^/]+/, '');
  const linkTo = (number: number) => ({ href: `${shortPath}?$page=${number}&$pagesize=${pageSize}` });
  return { self: linkTo(page), ...(start + records.length < total && { next: linkTo(page + 1) }) };
}
