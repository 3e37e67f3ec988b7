import type { Request } from 'express';
import { compare, matches } from './condition';
import type { Condition } from './condition';
import type { FieldCatalogue, FieldPath } from './fields';
import { getValue } from './fields';
import { parseFilter } from './parse-filter';
import type { JsonObject } from '../../data/json';
import { invalidParameter } from '../../data/input-error';

/** A field to sort by. */
export interface Ordering {
  readonly path: FieldPath;
  readonly descending: boolean;
}

/** The fields of a collection, its default order and its page sizes. */
export interface Collection {
  readonly catalogue: FieldCatalogue;
  /** In the form of `$orderBy`; empty for the order of the records. */
  readonly defaultOrder: string;
  readonly defaultPageSize: number;
  readonly maxPageSize: number;
}

/** A parsed request for a page of a collection. */
export interface ListQuery {
  readonly page: number;
  readonly pageSize: number;
  readonly condition: Condition | undefined;
  readonly order: readonly Ordering[];
  /** The fields to show; `undefined` for all. */
  readonly fields: readonly FieldPath[] | undefined;
}

/**
 * Parses the parameters of a request's query string, by lower-case name: Salesforce's documentation has both `$pageSize`
 * and `$pagesize`. They are read from the URL, because `req.query` depends on the app's query parser.
 *
 * @throws InputError for a repeated parameter
 */
export function parseQueryParameters(req: Request): ReadonlyMap<string, string> {
  const start = req.url.indexOf('?');
  const parameters = new Map<string, string>();
  if (start < 0) return parameters;
  for (const [name, value] of new URLSearchParams(req.url.slice(start + 1))) {
    const key = name.toLowerCase();
    if (parameters.has(key)) throw invalidParameter(name, 'It is given more than once.');
    parameters.set(key, value);
  }
  return parameters;
}

/**
 * Parses `$page`, `$pageSize`, `$filter`, `$orderBy` and `$fields`.
 *
 * A page size above the collection's maximum is reduced to the maximum, which the answer's `pageSize` shows. A page after
 * the last one is empty. Unknown names in `$fields` are ignored.
 *
 * @throws InputError that names the parameter
 */
export function parseListQuery(parameters: ReadonlyMap<string, string>, collection: Collection): ListQuery {
  return {
    page: parsePage(parameters.get('$page')),
    pageSize: parsePageSize('$pageSize', parameters.get('$pagesize'), collection),
    ...parseSelection(parameters, collection),
  };
}

/** Parses the parameters that do not depend on paging: `$filter`, `$orderBy` and `$fields`. */
export function parseSelection(
  parameters: ReadonlyMap<string, string>,
  { catalogue, defaultOrder }: Pick<Collection, 'catalogue' | 'defaultOrder'>,
): Omit<ListQuery, 'page' | 'pageSize'> {
  const filter = parameters.get('$filter');
  const order = parameters.get('$orderby') ?? defaultOrder;
  return {
    condition: filter === undefined ? undefined : parseFilter(filter, catalogue),
    order: order === '' ? [] : parseOrder('$orderBy', order, catalogue),
    fields: parseFields(parameters.get('$fields')?.split(','), catalogue),
  };
}

/** Parses the number of a page. @default 1 */
export function parsePage(value: string | undefined, name = '$page'): number {
  return value === undefined ? 1 : parsePositiveInteger(name, value);
}

/** Parses the page size of a collection. */
export function parsePageSize(name: string, value: string | undefined, collection: Collection): number {
  return parsePageSizeWithin(name, value, { initial: collection.defaultPageSize, max: collection.maxPageSize });
}

/** Parses a page size: the initial one when none is given, at most the maximum, always the initial one when `fixed`. */
export function parsePageSizeWithin(
  name: string,
  value: string | undefined,
  { initial, max, fixed = false }: { readonly initial: number; readonly max: number; readonly fixed?: boolean },
): number {
  const requested = value === undefined ? initial : parsePositiveInteger(name, value);
  return fixed ? initial : Math.min(requested, max);
}

/** Converts field names to paths. Returns `undefined`, which means all fields, when no name is given. */
export function parseFields(
  names: readonly string[] | undefined,
  catalogue: FieldCatalogue,
): readonly FieldPath[] | undefined {
  const given = names?.map((name) => name.trim()).filter((name) => name !== '');
  if (given === undefined || given.length === 0) return undefined;
  return given.map((name) => catalogue.node(name)).filter((path) => path !== undefined);
}

/** Parses `name asc,createdDate desc`; the direction is optional. */
export function parseOrder(name: string, value: string, catalogue: FieldCatalogue): Ordering[] {
  return value.split(',').map((part) => {
    const [field = '', direction = 'asc', ...rest] = part.split(' ').filter((word) => word !== '');
    const path = catalogue.leaf(field);
    if (path === undefined) throw invalidParameter(name, `${field || 'Nothing'} is not a field to sort by.`);
    const lower = direction.toLowerCase();
    if ((lower !== 'asc' && lower !== 'desc') || rest.length > 0) {
      throw invalidParameter(name, `After ${field} only asc or desc may follow.`);
    }
    return { path, descending: lower === 'desc' };
  });
}

/** Filters and sorts records and returns the requested page. `count` is the number of records on all pages. */
export function select<R extends JsonObject>(records: readonly R[], query: ListQuery): { count: number; items: R[] } {
  const { page, pageSize } = query;
  const found = arrange(records, query);
  return { count: found.length, items: found.slice((page - 1) * pageSize, page * pageSize) };
}

/** Filters and sorts records. */
export function arrange<R extends JsonObject>(
  records: readonly R[],
  { condition, order }: Pick<ListQuery, 'condition' | 'order'>,
): R[] {
  const found = condition === undefined ? [...records] : records.filter((record) => matches(record, condition));
  return found.sort((a, b) => {
    for (const { path, descending } of order) {
      const difference = compare(getValue(a, path), getValue(b, path));
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
}

function parsePositiveInteger(name: string, value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw invalidParameter(name, 'It must be a whole number from 1.');
  return Number(value);
}
