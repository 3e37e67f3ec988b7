import { asObject } from '../../own-properties';
import { parseWholeNumber } from '../../whole-number';
import { PAGING_DIALECTS, type PagingDialect } from './paging-dialects';

/** What a dialect reads in an answer. */
export interface PageFacts {
  readonly dialect: PagingDialect;
  readonly items: readonly unknown[];
  /** Which page the answer says it is. */
  readonly page: number | undefined;
  /** How many items a full page has. */
  readonly size: number | undefined;
  readonly total: number | undefined;
  /** How many items come before, or one more. */
  readonly start: number | undefined;
  readonly cursor: string | number | undefined;
  /** An array and nothing else, of which it is unknown whether it goes on. */
  readonly isBare: boolean;
}

/** The dialect that a list speaks by its path. */
export function getDialectByPath(path: string): PagingDialect | undefined {
  return PAGING_DIALECTS.find((dialect) => dialect.path?.test(path));
}

/**
 * Reads an answer in the dialect of its list, or in the first one that fits.
 *
 * @returns undefined for an answer that is no page of a list
 */
export function parsePage(answer: unknown, dialect: PagingDialect | undefined): PageFacts | undefined {
  if (dialect !== undefined) return parseIn(dialect, answer, true);
  for (const candidate of PAGING_DIALECTS) {
    const facts = candidate.path === undefined ? parseIn(candidate, answer, false) : undefined;
    if (facts !== undefined) return facts;
  }
  return undefined;
}

/** @param isDecided the list speaks this dialect; then its last page may lack the cursor */
function parseIn(dialect: PagingDialect, answer: unknown, isDecided: boolean): PageFacts | undefined {
  if (Array.isArray(answer)) return parseArray(dialect, answer, isDecided);
  const members = getMembers(answer);
  const page = parseWholeNumber(find(members, dialect.page));
  const size = parseWholeNumber(find(members, dialect.size));
  const total = largest(members, dialect.total);
  const start = parseWholeNumber(find(members, dialect.start));
  const cursor = 'cursor' in dialect.next ? toCursor(members.get(dialect.next.cursor.toLowerCase())) : undefined;
  if ('cursor' in dialect.next && cursor === undefined && !isDecided) return undefined;
  const isPaged = [page, size, total, cursor].some((fact) => fact !== undefined);
  const items = getItems(members, dialect, isPaged);
  return items && { dialect, items, page, size: size === 0 ? undefined : size, total, start, cursor, isBare: false };
}

/** An array may be a list that is not paged, or have a page as its one element (audit events). */
function parseArray(dialect: PagingDialect, answer: readonly unknown[], isDecided: boolean): PageFacts | undefined {
  const [first, ...others] = answer;
  const inner = others.length === 0 && !Array.isArray(first) ? parseIn(dialect, first, isDecided) : undefined;
  if (inner !== undefined && (inner.page !== undefined || inner.total !== undefined)) return inner;
  if ('cursor' in dialect.next) return undefined;
  const none = { page: undefined, size: undefined, total: undefined, start: undefined, cursor: undefined };
  return { dialect, items: answer, ...none, isBare: true };
}

/** The items: those of a known member, or the one array that a paged answer has. */
function getItems(
  members: ReadonlyMap<string, unknown>,
  dialect: PagingDialect,
  isPaged: boolean,
): readonly unknown[] | undefined {
  const known = dialect.items.map((name) => members.get(name.toLowerCase())).find((value) => Array.isArray(value));
  if (known !== undefined) return known as unknown[];
  return isPaged ? ([...members.values()].find((value) => Array.isArray(value)) as unknown[] | undefined) : undefined;
}

function getMembers(answer: unknown): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(asObject(answer) ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}

function find(members: ReadonlyMap<string, unknown>, names: readonly string[] = []): unknown {
  return names.map((name) => members.get(name.toLowerCase())).find((value) => parseWholeNumber(value) !== undefined);
}

/** The largest of the totals that an answer names: one beside another may be that of the page. */
function largest(members: ReadonlyMap<string, unknown>, names: readonly string[] = []): number | undefined {
  const totals = names.flatMap((name) => parseWholeNumber(members.get(name.toLowerCase())) ?? []);
  return totals.length === 0 ? undefined : Math.max(...totals);
}

function toCursor(value: unknown): string | number | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? value : undefined;
}
