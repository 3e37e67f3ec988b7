import { hash } from 'node:crypto';
import { ApiError, MarketingCloudError } from '../../errors';
import { asObject } from '../../own-properties';
import { getDialectByPath, parsePage, type PageFacts } from './parse-page';
import type { NextByNumber, PagingDialect } from './paging-dialects';
import type { Query } from '../host-pinning';

/** What one page is asked for by. */
export interface PageRequest {
  readonly query: Query;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
}

/** A list to walk. With a body it is asked for by POST, and `body.page` says which page. */
export interface Listing extends PageRequest {
  readonly path: string;
}

/** A list that goes on and on ends here, unless its total says that it is longer. */
const MAX_PAGES = 10_000;
const BY_PAGE: NextByNumber = { parameter: '$page', first: 1 };

/**
 * Walks the answers of a list, page by page, each read when it is asked for. `$page` of the query, or `page` of
 * `body.page`, says where to begin. The list ends where the items received reach its total, where a page is empty, short
 * or the same as one before, and after one page where the answer fits no dialect.
 *
 * @throws TypeError when the number of the page is no whole number, or stands in the path
 * @throws MarketingCloudError `invalid_response` when the list does not end
 */
export async function* walkPages(
  listing: Listing,
  read: (request: PageRequest) => Promise<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  const known = getDialectByPath(listing.path);
  let step = firstStep(listing, known);
  const progress = new Progress(step.number);
  for (let index = 0; index < progress.maxPages; index += 1) {
    const answer = await read(step.request).catch((error: unknown) => {
      // Some lists answer 404 behind their last page, also where their total counts items that this user does not see.
      if (index > 0 && isNotFound(error)) return END;
      throw error;
    });
    if (answer === END) return;
    const facts = parsePage(answer, progress.dialect ?? known);
    if (index > 0 && facts !== undefined && progress.countsItems(facts, step.number)) {
      step = nextStep(listing, step, facts, progress);
      continue;
    }
    if (index > 0 && (facts === undefined || progress.isRepeated(facts, step.number))) return;
    yield answer;
    if (facts === undefined || progress.isLast(facts, listing)) return;
    if (isSameCursor(facts, step)) return;
    step = nextStep(listing, step, facts, progress);
  }
  throw endless();
}

const END = Symbol('end of the list');

/** What has been received of a list. */
class Progress {
  dialect: PagingDialect | undefined;
  total: number | undefined;
  maxPages = MAX_PAGES;
  readonly #firstNumber: number | undefined;
  readonly #seen = new Set<string>();
  /** Whether the number of a page turned out to be that of its first item. */
  isByItem = false;
  /** How many items there have been, with those before the first page. */
  received = 0;
  /** Whether those before the first page are a guess: its number may count items, or the server's pages be smaller. */
  #isGuess = false;
  #delivered = 0;
  #firstStart: number | undefined;
  #fullSize = 0;

  constructor(firstNumber: number | undefined) {
    this.#firstNumber = firstNumber;
  }

  /** Whether a page shows, for the first time, that the number it was asked for by counts items. */
  countsItems({ start, items }: PageFacts, number: number | undefined): boolean {
    if (this.isByItem || start === undefined || number === undefined || items.length === 0) return false;
    const skipped = start - (this.#firstStart ?? 0);
    this.isByItem = skipped === number - (this.#firstNumber ?? 0) && skipped < this.#delivered;
    if (this.isByItem) {
      this.received = (this.#firstNumber ?? 0) + this.#delivered;
      this.#isGuess = false;
    }
    return this.isByItem;
  }

  /** Whether a page brings nothing new: it is empty, or has been there before and does not say that it is another one. */
  isRepeated({ items, page, total, cursor }: PageFacts, number: number | undefined): boolean {
    if (items.length === 0) return cursor === undefined;
    const isBehind = this.#isGuess && this.total !== undefined && this.received > this.total;
    const isAnother = total !== undefined && page !== undefined && page === number && !isBehind;
    return !isAnother && this.#seen.has(fingerprint(items));
  }

  /** Takes a page in, and tells whether it is the last one. */
  isLast(facts: PageFacts, { query }: Listing): boolean {
    const { dialect, items, size, total, cursor } = facts;
    if (items.length === 0 && cursor === undefined) return true;
    if (this.dialect === undefined) {
      this.dialect = dialect;
      this.#firstStart = facts.start;
      const { first } = 'first' in dialect.next ? dialect.next : BY_PAGE;
      this.received = ((this.#firstNumber ?? first) - first) * (size ?? items.length);
      this.#isGuess = this.received > 0;
      this.maxPages = Math.max(MAX_PAGES, 2 * Math.ceil((total ?? 0) / (size ?? items.length)));
      // Most arrays are whole lists; one may go on where it is as long as was asked for.
      if (facts.isBare && items.length !== Number(query[parameterIn(query, '$pageSize')])) return true;
    }
    this.#seen.add(fingerprint(items));
    this.received += items.length;
    this.#delivered += items.length;
    this.#fullSize = Math.max(this.#fullSize, size ?? 0);
    // A total below what one page has is that of the page.
    this.total = total !== undefined && total >= items.length ? total : undefined;
    const isShort = items.length < Math.min(this.#fullSize, dialect.maxSize ?? Number.POSITIVE_INFINITY);
    if (isShort && (this.total === undefined || dialect.shortIsLast === true)) return true;
    // More than all there are: what was guessed is wrong, and the list goes on to an empty page.
    return this.total !== undefined && (this.#isGuess ? this.received === this.total : this.received >= this.total);
  }
}

interface Step {
  readonly request: PageRequest;
  readonly number: number | undefined;
  readonly cursor?: string | number | undefined;
}

function firstStep(listing: Listing, known: PagingDialect | undefined): Step {
  const { path, query, body } = listing;
  if (/[?&](?:\$|%24)(?:page|skip)=/i.test(path)) throw new TypeError('Give $page in options.query, not in the path.');
  if (body !== undefined) {
    const page = asObject(body['page']) ?? {};
    return numbered(listing, BY_PAGE, toPageNumber(page['page'] ?? 1, 1, 'body.page.page'));
  }
  const next = known?.next ?? BY_PAGE;
  if ('cursor' in next) return { request: { query }, number: undefined };
  const given = query[parameterIn(query, next.parameter)];
  return numbered(listing, next, toPageNumber(given ?? next.first, next.first, next.parameter));
}

function isSameCursor({ dialect, cursor }: PageFacts, step: Step): boolean {
  return 'cursor' in dialect.next && (cursor === undefined || cursor === step.cursor);
}

function nextStep(listing: Listing, step: Step, { dialect, cursor }: PageFacts, progress: Progress): Step {
  if ('parameter' in dialect.next || listing.body !== undefined) {
    const next = 'parameter' in dialect.next ? dialect.next : BY_PAGE;
    return numbered(listing, next, progress.isByItem ? progress.received : (step.number ?? next.first) + 1);
  }
  const query: Record<string, Query[string]> = { ...listing.query };
  for (const parameter of dialect.next.parameters) query[parameterIn(query, parameter)] = cursor;
  return { request: { ...listing, query }, number: undefined, cursor };
}

function numbered({ query, body }: Listing, { parameter, presets }: NextByNumber, number: number): Step {
  if (body !== undefined) {
    return { request: { query, body: { ...body, page: { ...asObject(body['page']), page: number } } }, number };
  }
  const missing = Object.entries(presets ?? {}).filter(([name]) => query[parameterIn(query, name)] === undefined);
  return {
    request: { query: { ...query, ...Object.fromEntries(missing), [parameterIn(query, parameter)]: number } },
    number,
  };
}

/** The name of a parameter as the query has it: Marketing Cloud takes any letter case. */
function parameterIn(query: Query, name: string): string {
  return Object.keys(query).find((given) => given.toLowerCase() === name.toLowerCase()) ?? name;
}

function toPageNumber(value: unknown, least: number, name: string): number {
  const number = value === '' ? Number.NaN : Number(value);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new TypeError(`${name} must be a whole number from ${least}.`);
}

function fingerprint(items: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(items), 'base64');
}

function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.response?.status === 404;
}

function endless(): MarketingCloudError {
  return new MarketingCloudError('invalid_response', {
    response: { status: 200 },
    message: 'The list does not end.',
    hint: 'Check that the API takes $page; a larger $pageSize makes fewer pages.',
  });
}
