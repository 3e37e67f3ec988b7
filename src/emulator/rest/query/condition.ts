import type { FieldPath } from './fields';
import { valueAt } from './fields';
import type { Json, JsonObject } from '../../data/json';

/** How a simple condition compares a field with its values. */
export type Operator = 'eq' | 'neq' | 'lt' | 'lte' | 'gt' | 'gte' | 'like' | 'in' | 'isNull' | 'isNotNull';

/** A filter as a tree: one comparison, or several that must all, or of which any must, hold. */
export type Condition =
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | {
      readonly kind: 'test';
      readonly path: FieldPath;
      readonly operator: Operator;
      readonly values: readonly string[];
    };

/** Whether a record meets a condition. Text is compared as Marketing Cloud's database does: letter case does not matter. */
export function matches(record: JsonObject, condition: Condition): boolean {
  if (condition.kind === 'all') return condition.of.every((part) => matches(record, part));
  if (condition.kind === 'any') return condition.of.some((part) => matches(record, part));

  const value = valueAt(record, condition.path);
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

/** NaN, with which no comparison holds, when a number is asked about text. */
function compareWithText(value: Json, wanted: string): number {
  if (typeof value === 'number') return wanted.trim() === '' ? NaN : value - Number(wanted);
  return compare(value, wanted);
}

/** Without `%` the text must occur somewhere; with it, `%` stands for anything and the rest must fit from end to end. */
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

/** Orders two values: numbers and dates by size, text without regard to letter case, nothing before anything. */
export function compare(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [toLowerText(a), toLowerText(b)];
  const [leftTime, rightTime] = [parseTime(left), parseTime(right)];
  if (leftTime !== undefined && rightTime !== undefined) return leftTime - rightTime;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Lower-case text; lists and objects have none. */
function toLowerText(value: Json): string {
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value).toLowerCase();
}

const isoDate = /^\d{4}-\d\d-\d\d(t\d\d:\d\d(:\d\d(\.\d{1,7})?)?(z|[+-]\d\d:\d\d)?)?$/;

/** Dates without a zone are in the time of Marketing Cloud's servers: Central Standard Time, all year round. */
function parseTime(text: string): number | undefined {
  const match = isoDate.exec(text);
  if (match === null) return undefined;
  const [, time, , , zone] = match;
  const full = time === undefined ? `${text}T00:00:00-06:00` : zone === undefined ? `${text}-06:00` : text;
  const parsed = Date.parse(full.toUpperCase());
  return Number.isNaN(parsed) ? undefined : parsed;
}
