import type { Request } from 'express';
import { compare, matches } from './condition';
import type { Condition } from './condition';
import type { FieldCatalogue, FieldPath } from './fields';
import { valueAt } from './fields';
import { parseFilter } from './parse-filter';
import type { JsonObject } from '../../data/json';
import { invalidParameter } from '../../data/input-error';

/** A field to sort by. */
export interface Ordering {
  readonly path: FieldPath;
  readonly descending: boolean;
}

/** What a collection offers: its fields, how it sorts when not told, and how much of it fits on a page. */
export interface Collection {
  readonly catalogue: FieldCatalogue;
  /** In the form of `$orderBy`; empty for the order in which the records stand. */
  readonly defaultOrder: string;
  readonly defaultPageSize: number;
  readonly maxPageSize: number;
}

/** Which part of a collection is asked for, and how it is to be shown. */
export interface ListQuery {
  readonly page: number;
  readonly pageSize: number;
  readonly condition: Condition | undefined;
  readonly order: readonly Ordering[];
  /** The fields to show; undefined means all. */
  readonly fields: readonly FieldPath[] | undefined;
}

/**
 * The parameters of a request's query string, by lower-case name: the documentation spells both `$pageSize` and
 * `$pagesize`. Read from the URL, because what `req.query` holds depends on the application's query parser.
 *
 * @throws RestError 400 for a parameter that is given twice
 */
export function queryParameters(req: Request): ReadonlyMap<string, string> {
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
 * Reads `$page`, `$pageSize`, `$filter`, `$orderBy` and `$fields`.
 *
 * A page size above the collection's maximum is cut down to it without an error, and the answer's `pageSize` tells. A
 * page behind the last one is empty. Unknown names in `$fields` are passed over.
 *
 * @throws RestError 400 that names the parameter
 */
export function readListQuery(parameters: ReadonlyMap<string, string>, collection: Collection): ListQuery {
  return {
    page: readPage(parameters.get('$page')),
    pageSize: readPageSize('$pageSize', parameters.get('$pagesize'), collection),
    ...readSelection(parameters, collection),
  };
}

/** The part of a list query that is the same however a list is paged: `$filter`, `$orderBy` and `$fields`. */
export function readSelection(
  parameters: ReadonlyMap<string, string>,
  { catalogue, defaultOrder }: Pick<Collection, 'catalogue' | 'defaultOrder'>,
): Omit<ListQuery, 'page' | 'pageSize'> {
  const filter = parameters.get('$filter');
  const order = parameters.get('$orderby') ?? defaultOrder;
  return {
    condition: filter === undefined ? undefined : parseFilter(filter, catalogue),
    order: order === '' ? [] : readOrder('$orderBy', order, catalogue),
    fields: readFields(parameters.get('$fields')?.split(','), catalogue),
  };
}

/** The number of a page: 1 when not given. */
export function readPage(value: string | undefined, name = '$page'): number {
  return value === undefined ? 1 : positiveInteger(name, value);
}

/** The size of a page within what the collection allows. */
export function readPageSize(name: string, value: string | undefined, collection: Collection): number {
  return readPageOfSize(name, value, { initial: collection.defaultPageSize, max: collection.maxPageSize });
}

/** The size of a page: the initial one when none is asked for, never above the maximum. */
export function readPageOfSize(
  name: string,
  value: string | undefined,
  { initial, max, fixed = false }: { readonly initial: number; readonly max: number; readonly fixed?: boolean },
): number {
  const asked = value === undefined ? initial : positiveInteger(name, value);
  return fixed ? initial : Math.min(asked, max);
}

/** The paths behind field names; undefined, which means all, when none is given. */
export function readFields(
  names: readonly string[] | undefined,
  catalogue: FieldCatalogue,
): readonly FieldPath[] | undefined {
  const given = names?.map((name) => name.trim()).filter((name) => name !== '');
  if (given === undefined || given.length === 0) return undefined;
  return given.map((name) => catalogue.node(name)).filter((path) => path !== undefined);
}

/** Reads `name asc,createdDate desc`; the direction may be left out. */
export function readOrder(name: string, value: string, catalogue: FieldCatalogue): Ordering[] {
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

/** The records that meet the query's condition, sorted, and of these the asked page. `count` is before paging. */
export function select<R extends JsonObject>(records: readonly R[], query: ListQuery): { count: number; items: R[] } {
  const { page, pageSize } = query;
  const found = arrange(records, query);
  return { count: found.length, items: found.slice((page - 1) * pageSize, page * pageSize) };
}

/** The records that meet a condition, sorted. */
export function arrange<R extends JsonObject>(
  records: readonly R[],
  { condition, order }: Pick<ListQuery, 'condition' | 'order'>,
): R[] {
  const found = condition === undefined ? [...records] : records.filter((record) => matches(record, condition));
  return found.sort((a, b) => {
    for (const { path, descending } of order) {
      const difference = compare(valueAt(a, path), valueAt(b, path));
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
}

function positiveInteger(name: string, value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw invalidParameter(name, 'It must be a whole number from 1.');
  return Number(value);
}
