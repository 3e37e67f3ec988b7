/** How one kind of Marketing Cloud's lists is paged. Members of answers are found in any letter case. */
export interface PagingDialect {
  /** Paths of lists that are known by their path; others are known by the members of their answers. */
  readonly path?: RegExp;
  /** Members that may hold the items. */
  readonly items: readonly string[];
  /** Members that say which page it is, how many items a full page has, and how many items there are in all. */
  readonly page?: readonly string[];
  readonly size?: readonly string[];
  readonly total?: readonly string[];
  /** Members that say how many items come before the page: they tell whether its number counts pages or items. */
  readonly start?: readonly string[];
  /** A page of so many items is never a short one, for any size that the answer names. */
  readonly maxSize?: number;
  /** A short page is the last one, for any total that the answer names. */
  readonly shortIsLast?: boolean;
  readonly next: NextByNumber | NextByCursor;
}

/** The next page is asked for by its number. */
export interface NextByNumber {
  readonly parameter: string;
  readonly first: number;
  /** Parameters that are sent unless the query has them. */
  readonly presets?: Readonly<Record<string, number>>;
}

/** The next page is asked for by the value of a member of the answer before. */
export interface NextByCursor {
  readonly cursor: string;
  readonly parameters: readonly string[];
}

const BY_PAGE: NextByNumber = { parameter: '$page', first: 1 };
const PAGE = ['page', 'pageNumber'];
const SIZE = ['pageSize'];
const TOTAL = ['count', 'totalCount', 'totalResults', 'total'];

/**
 * The dialects of Marketing Cloud's lists, most special first. An answer that fits none is one page.
 *
 * Sources: recorded answers, the REST reference, and sfmc-sdk's `getBulk`.
 */
export const PAGING_DIALECTS: readonly PagingDialect[] = [
  // Legacy lists: $skip counts pages from 0, or items, as startIndex shows; some take no other $top than 50, and
  // totalResults may be too large.
  {
    path: /^\/legacy\/v1\//i,
    ...{ items: ['entry', 'items'], size: ['itemsPerPage'], total: ['totalResults'], start: ['startIndex'] },
    ...{ maxSize: 50, shortIsLast: true },
    next: { parameter: '$skip', first: 0, presets: { $top: 50 } },
  },
  // Definitions of transactional messages: count is that of the page, which has 100 items at most.
  {
    path: /^\/messaging\/v1\/(?:email|push|sms)\/definitions(?:[/?]|$)/i,
    ...{ items: ['definitions', 'items'], page: PAGE, size: SIZE, maxSize: 100 },
    next: BY_PAGE,
  },
  // Messages not sent: count is that of the page; lastEventID says where the next one begins.
  {
    path: /^\/messaging\/v1\/(?:email|push|sms)\/messages(?:[/?]|$)/i,
    items: ['messages', 'items'],
    next: { cursor: 'lastEventID', parameters: ['lastEventId'] },
  },
  { items: ['messages', 'items'], next: { cursor: 'lastEventID', parameters: ['lastEventId'] } },
  // Page tokens. No recorded answer has one; they are sent back under the names that other APIs use.
  { items: ['items'], next: { cursor: 'nextPageToken', parameters: ['pageToken', 'nextPageToken'] } },
  { items: ['items'], next: { cursor: 'nextToken', parameters: ['nextToken'] } },
  // Everything else: items of assets, rows, journeys and automations (25 a page), entities of campaign assets, Instances
  // of integrated sends (with capitals), operations of contact deletes (no count), domain verification (numbers as strings).
  {
    items: ['items', 'entities', 'instances', 'operations', 'definitions', 'entry', 'messages'],
    ...{ page: PAGE, size: [...SIZE, 'itemsPerPage'], total: TOTAL },
    next: BY_PAGE,
  },
];
