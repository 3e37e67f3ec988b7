import { SoapRefusal, unreadable } from './soap-faults';
import type { ObjectList, SoapObject, SoapValue } from './soap-value';
import type { SoapType } from './soap-type';
import { parseValue } from './parse-object';
import { getText, getTypeName } from './xml-query';
import { getChild, getChildren, type XmlElement } from './xml-reader';

/** Returns whether an object matches a filter. */
export type Filter = (object: SoapObject) => boolean;

/** A value in the form in which it is compared: a number (also for dates and booleans) or lower-case text. */
type Comparable = string | number;
type Operator = (value: Comparable, wanted: readonly Comparable[]) => boolean;

const first = (wanted: readonly Comparable[]): Comparable => wanted[0] ?? '';
const contains: Operator = (value, wanted) => String(value).includes(String(first(wanted)));

/** The operators that compare values. `isNull` and `isNotNull` do not compare. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  equals: (value, wanted) => value === first(wanted),
  notEquals: (value, wanted) => value !== first(wanted),
  greaterThan: (value, wanted) => value > first(wanted),
  lessThan: (value, wanted) => value < first(wanted),
  greaterThanOrEqual: (value, wanted) => value >= first(wanted),
  lessThanOrEqual: (value, wanted) => value <= first(wanted),
  between: (value, [from = '', to = from]) => value >= from && value <= to,
  IN: (value, wanted) => wanted.includes(value),
  like: (value, wanted) => toPattern(String(first(wanted))).test(String(value)),
  beginsWith: (value, wanted) => String(value).startsWith(String(first(wanted))),
  endsWith: (value, wanted) => String(value).endsWith(String(first(wanted))),
  contains,
  existsInString: contains,
  existsInStringAsAWord: (value, wanted) =>
    String(value)
      .split(/\W+/)
      .includes(String(first(wanted))),
  notContains: (value, wanted) => !contains(value, wanted),
  notExistsInString: (value, wanted) => !contains(value, wanted),
};
/** The names of all simple operators, for the WSDL. */
export const SIMPLE_OPERATORS: readonly string[] = ['isNull', 'isNotNull', ...Object.keys(OPERATORS)];
/** The names of the operators that join filters, for the WSDL. */
export const LOGICAL_OPERATORS: readonly string[] = ['AND', 'OR'];

/** The operators that compare as text, for every kind of property. */
const TEXT_OPERATORS: ReadonlySet<string> = new Set([
  ...['like', 'beginsWith', 'endsWith', 'contains', 'existsInString', 'existsInStringAsAWord'],
  ...['notContains', 'notExistsInString'],
]);
/** The operators that an absent value matches. */
const MATCHED_BY_ABSENT: ReadonlySet<string> = new Set(['notEquals', 'notContains', 'notExistsInString']);

/**
 * Parses a `Filter`: a `SimpleFilterPart`, or a `ComplexFilterPart` that joins two or more parts by AND or OR.
 *
 * @throws SoapFault for a part that the WSDL does not allow, SoapRefusal for a property that the type does not have
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/complexfilterpart.html
 */
export function parseFilter(part: XmlElement, type: SoapType): Filter {
  const kind = getTypeName(part);
  switch (kind) {
    case 'SimpleFilterPart':
      return parseSimple(part, type);
    case 'ComplexFilterPart':
      return parseComplex(part, type);
    case '':
      throw unreadable(`The specified type is abstract: name='FilterPart', at <${part.name}>.`);
    default:
      throw unreadable(`The specified type was not recognized: name='${kind}', at <${part.name}>.`);
  }
}

function parseComplex(part: XmlElement, type: SoapType): Filter {
  const operands = [
    ...getChildren(part, 'LeftOperand'),
    ...getChildren(part, 'RightOperand'),
    ...getChildren(getChild(part, 'AdditionalOperands'), 'Operand'),
  ].map((operand) => parseFilter(operand, type));
  const operator = getText(part, 'LogicalOperator');
  if (operator === 'AND') return (object) => operands.every((operand) => operand(object));
  if (operator === 'OR') return (object) => operands.some((operand) => operand(object));
  throw createInvalidValueFault(operator, 'LogicalOperators');
}

function parseSimple(part: XmlElement, type: SoapType): Filter {
  const propertyName = getText(part, 'Property');
  const property = type.findProperty(propertyName);
  const kind = property === undefined ? undefined : type.properties[property];
  if (property === undefined || kind === undefined || kind === 'objects') {
    throw new SoapRefusal(type.refuseFilter(propertyName));
  }
  const name = getText(part, 'SimpleOperator');
  if (name === 'isNull') return (object) => isAbsent(object[property]);
  if (name === 'isNotNull') return (object) => !isAbsent(object[property]);
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined) throw createInvalidValueFault(name, 'SimpleOperators');
  const compared = TEXT_OPERATORS.has(name) ? 'text' : kind;
  const wanted = [...getChildren(part, 'Value'), ...getChildren(part, 'DateValue')].map(({ text }) => {
    const value = parseValue(compared, text);
    if (value === undefined) throw new SoapRefusal(`The value '${text}' does not fit the property '${propertyName}'.`);
    return toComparable(value);
  });
  return (object) => {
    const value = object[property];
    return value === undefined || (typeof value === 'object' && 'objects' in value)
      ? MATCHED_BY_ABSENT.has(name)
      : operator(toComparable(value), wanted);
  };
}

function createInvalidValueFault(value: string, of: string): Error {
  return unreadable(`Instance validation error: '${value}' is not a valid value for ${of}.`);
}

function isAbsent(value: SoapValue | undefined): boolean {
  return value === undefined || value === '';
}

function toComparable(value: Exclude<SoapValue, ObjectList>): Comparable {
  if (typeof value === 'string') return value.toLowerCase();
  return value instanceof Date ? value.getTime() : Number(value);
}

/** Converts a pattern of SQL: `%` is any text, `_` one character. Without `%` it matches anywhere, which clients rely on. */
function toPattern(like: string): RegExp {
  const escaped = (like.includes('%') ? like : `%${like}%`).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/%+/g, '[^]*').replace(/_/g, '[^]')}$`);
}
