import { randomUUID } from 'node:crypto';
import type { JsonObject, Json } from '../../data/json';
import type { ListDialect, Settings } from '../../options';
import { parsePage, parsePageSizeWithin } from '../query/list-query';
import { invalidParameter } from '../../data/input-error';

/** The page sizes of a list. */
export interface PageSizes {
  /** The size when the request names none. */
  readonly initial: number;
  readonly max: number;
  /** The requested size is ignored, as on some legacy routes. */
  readonly fixed?: boolean;
}

/** The emulator's options for lists. */
export type ListRules = Pick<Settings, 'legacySkip' | 'legacyTotalResults' | 'lastPageSize' | 'listDialects'>;

/** The page that a request asks for. */
export interface PageWindow {
  readonly page: number;
  readonly pageSize: number;
  /** The index of the first record of the page. */
  readonly start: number;
}

/** A page with its records. */
export interface FoundPage extends PageWindow {
  readonly records: readonly JsonObject[];
  /** The number of records on all pages. */
  readonly total: number;
  readonly path: string;
  readonly rules: ListRules;
}

/** How requests name a page of a list, and how the list answers. */
interface PagingDialect {
  readonly read: (parameters: ReadonlyMap<string, string>, sizes: PageSizes, context: ReadContext) => PageWindow;
  readonly write: (found: FoundPage) => Json;
}

interface ReadContext {
  readonly rules: ListRules;
  /** Every record of the list, for a dialect whose cursor is the id of a record. */
  readonly records: readonly JsonObject[];
}

/** The member that holds the cursor. */
const CURSOR_MEMBER = 'eventID';
/** How much `totalResults` exceeds the real number with the option `legacyTotalResults: 'larger'`. */
const TOTAL_EXCESS = 3;

/** `$page` and `$pageSize`. */
const byPage: PagingDialect['read'] = (parameters, sizes) => {
  const page = parsePage(parameters.get('$page'));
  const pageSize = parsePageSizeWithin('$pageSize', parameters.get('$pagesize'), sizes);
  return { page, pageSize, start: (page - 1) * pageSize };
};

/** `$top` and `$skip`, from 0. */
const bySkip: PagingDialect['read'] = (parameters, sizes, { rules }) => {
  const pageSize = parsePageSizeWithin('$top', parameters.get('$top'), sizes);
  const skip = parameters.get('$skip') ?? '0';
  if (!/^\d{1,9}$/.test(skip)) throw invalidParameter('$skip', 'It must be a whole number from 0.');
  const start = rules.legacySkip === 'pages' ? Number(skip) * pageSize : Number(skip);
  return { page: Math.floor(start / pageSize) + 1, pageSize, start };
};

/** `lastEventId` and `$pageSize`: the records after the one with that id. */
const byLastEventId: PagingDialect['read'] = (parameters, sizes, { records }) => {
  const pageSize = parsePageSizeWithin('$pageSize', parameters.get('$pagesize'), sizes);
  const last = parameters.get('lasteventid') ?? '0';
  if (!/^\d{1,15}$/.test(last)) throw invalidParameter('lastEventId', 'It must be the number of an event.');
  const start = records.filter((record, index) => Number(getEventId(record, index)) <= Number(last)).length;
  return { page: 1, pageSize, start };
};

/** `pageToken` (or `nextPageToken`, its name in the answer) and `$pageSize`. */
const byPageToken: PagingDialect['read'] = (parameters, sizes) => {
  const pageSize = parsePageSizeWithin('$pageSize', parameters.get('$pagesize'), sizes);
  const token = parameters.get('pagetoken') ?? parameters.get('nextpagetoken');
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isSafeInteger(start) || start < 0) throw invalidParameter('pageToken', 'It must be from an answer.');
  return { page: Math.floor(start / pageSize) + 1, pageSize, start };
};

/** Returns the cursor of a record: its own event id, or its position in the list from 1. */
function getEventId(record: JsonObject, index: number): Json {
  return record[CURSOR_MEMBER] ?? index + 1;
}

function writeItems(found: FoundPage, links?: JsonObject): JsonObject {
  const { total, page, records } = found;
  return { count: total, page, pageSize: getNamedPageSize(found), ...(links && { links }), items: records };
}

/** Returns the page size that an answer names: the requested one or, by the option, the length of the last page. */
function getNamedPageSize({ start, pageSize, records, total, rules }: FoundPage): number {
  const isLast = records.length > 0 && start + records.length >= total;
  return rules.lastPageSize === 'received' && isLast ? records.length : pageSize;
}

/**
 * The dialects of lists, by name. Which list has which dialect is in `list-definitions.ts`. A new dialect is one entry
 * here and its name in `ListDialect` of `options.ts`.
 *
 * Sources: public recorded answers, Salesforce's reference, and `sfmc-sdk` for `$skip` and the transactional `count`.
 */
const DIALECTS = {
  /** Content Builder and Journey Builder. */
  items: { read: byPage, write: (found) => writeItems(found, {}) },
  /** Automation Studio: without `links`. */
  itemsWithoutLinks: { read: byPage, write: (found) => writeItems(found) },
  /** Campaigns: with links to this page and the next. */
  linkedItems: { read: byPage, write: (found) => writeItems(found, createLinks(found)) },
  /** Domain verification: the numbers are text. */
  textNumbers: {
    read: byPage,
    write: (found) => ({
      page: String(found.page),
      pageSize: String(getNamedPageSize(found)),
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
  /** Transactional definitions: `count` is the number on this page. */
  definitions: {
    read: byPage,
    write: (found) => ({
      requestId: randomUUID(),
      definitions: found.records,
      count: found.records.length,
      page: found.page,
      pageSize: getNamedPageSize(found),
    }),
  },
  /** The assets of a campaign. */
  entities: {
    read: byPage,
    write: (found) => ({
      page: found.page,
      pageSize: getNamedPageSize(found),
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
      PageSize: getNamedPageSize(found),
      Instances: found.records,
    }),
  },
  /** Messages that were not sent: the next page begins after `lastEventID`. */
  lastEventId: {
    read: byLastEventId,
    write: ({ records, pageSize, start }) => {
      const messages = records.map((one, index) => ({ ...one, [CURSOR_MEMBER]: getEventId(one, start + index) }));
      const count = messages.length;
      return { lastEventID: messages.at(-1)?.[CURSOR_MEMBER], messages, count, pageSize, requestId: randomUUID() };
    },
  },
  /** A page and the token of the next one; no list is known to use it. */
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
  /** Requests to delete contacts: the answer has no count. */
  operations: {
    read: byPage,
    write: (found) => ({
      pageNumber: found.page,
      pageSize: getNamedPageSize(found),
      operations: found.records,
      requestServiceMessageID: randomUUID(),
      resultMessages: [],
      serviceMessageID: randomUUID(),
    }),
  },
  /** A bare array of all records; the requested page is ignored. */
  array: { read: () => ({ page: 1, pageSize: Number.MAX_SAFE_INTEGER, start: 0 }), write: ({ records }) => records },
  /** An array whose only entry is the page, as Salesforce's reference shows audit events. */
  arrayOfPage: { read: byPage, write: (found) => [writeItems(found)] },
} as const satisfies Readonly<Record<ListDialect, PagingDialect>>;

/** The names of all dialects. */
export const PAGING_DIALECTS: readonly string[] = Object.keys(DIALECTS);

/** Returns the dialect of this name. */
export function getPagingDialect(name: ListDialect): PagingDialect {
  return DIALECTS[name];
}

/** Creates the links to this page and the next. Their paths lack the first segment, as those of rowsets do. */
function createLinks({ page, pageSize, start, records, total, path }: FoundPage): JsonObject {
  const shortPath = path.replace(/^\/[^/]+/, '');
  const linkTo = (number: number) => ({ href: `${shortPath}?$page=${number}&$pagesize=${pageSize}` });
  return { self: linkTo(page), ...(start + records.length < total && { next: linkTo(page + 1) }) };
}
