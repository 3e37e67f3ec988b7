import type { FieldPath } from './fields';
import { getValue } from './fields';
import type { Json, JsonObject } from '../../data/json';

/** The operator that compares a field with values. */
export type Operator = 'eq' | 'neq' | 'lt' | 'lte' | 'gt' | 'gte' | 'like' | 'in' | 'isNull' | 'isNotNull';

/** A filter as a tree: a comparison, or conditions of which all or any must be true. */
export type Condition =
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | {
      readonly kind: 'test';
      readonly path: FieldPath;
      readonly operator: Operator;
      readonly values: readonly string[];
    };

/** Returns whether a record matches a condition. Text is compared without letter case, as in Marketing Cloud's database. */
export function matches(record: JsonObject, condition: Condition): boolean {
  if (condition.kind === 'all') return condition.of.every((part) => matches(record, part));
  if (condition.kind === 'any') return condition.of.some((part) => matches(record, part));

  const value = getValue(record, condition.path);
  const missing = value === undefined || value === null || value === '';
  if (condition.operator === 'isNull') return missing;
  if (condition.operator === 'isNotNull') return !missing;
  if (missing) return condition.operator === 'neq';
  return holds(value, condition.operator, condition.values);
}

function holds(value: Json, operator: Operator, values: readonly string[]): boolean {
  const wanted = values[0] ?? '';
  switch (operator) {
    case 'eq':
      return equal(value, wanted);
    case 'neq':
      return !equal(value, wanted);
    case 'in':
      return values.some((one) => equal(value, one));
    case 'like':
      return like(toLowerText(value), wanted);
    case 'lt':
      return compareWithText(value, wanted) < 0;
    case 'lte':
      return compareWithText(value, wanted) <= 0;
    case 'gt':
      return compareWithText(value, wanted) > 0;
    case 'gte':
      return compareWithText(value, wanted) >= 0;
    default:
      return false;
  }
}

function equal(value: Json, wanted: string): boolean {
  if (typeof value === 'number') return wanted.trim() !== '' && value === Number(wanted);
  return toLowerText(value) === wanted.toLowerCase();
}

/** Returns NaN, for which every comparison is false, when a number is compared with an empty text. */
function compareWithText(value: Json, wanted: string): number {
  if (typeof value === 'number') return wanted.trim() === '' ? NaN : value - Number(wanted);
  return compare(value, wanted);
}

/** Without `%` the pattern must occur somewhere; with it, `%` is any text and the pattern must match the whole text. */
function like(haystack: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('%');
  if (parts.length === 1) return haystack.includes(pattern.toLowerCase());

  const first = parts.shift() ?? '';
  const last = parts.pop() ?? '';
  if (!haystack.startsWith(first) || !haystack.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts) {
    const at = haystack.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= haystack.length - last.length;
}

/** Compares two values: numbers and dates by value, text without letter case. An absent value is before any other. */
export function compare(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [toLowerText(a), toLowerText(b)];
  const [leftTime, rightTime] = [parseTime(left), parseTime(right)];
  if (leftTime !== undefined && rightTime !== undefined) return leftTime - rightTime;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Converts a value to lower-case text; lists and objects give an empty text. */
function toLowerText(value: Json): string {
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value).toLowerCase();
}

const ISO_DATE = /^\d{4}-\d\d-\d\d(t\d\d:\d\d(:\d\d(\.\d{1,7})?)?(z|[+-]\d\d:\d\d)?)?$/;

/** Parses a date to milliseconds. A date without a zone is in server time: Central Standard Time, all year round. */
function parseTime(text: string): number | undefined {
  const match = ISO_DATE.exec(text);
  if (match === null) return undefined;
  const [, time, , , zone] = match;
  const full = time === undefined ? `${text}T00:00:00-06:00` : zone === undefined ? `${text}-06:00` : text;
  const parsed = Date.parse(full.toUpperCase());
  return Number.isNaN(parsed) ? undefined : parsed;
}
