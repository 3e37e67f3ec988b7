import { SoapRefusal, unreadable } from './soap-errors';
import type { ObjectList, SoapObject, SoapValue } from './soap-object';
import type { SoapObjectType } from './soap-object-type';
import { readValue } from './values';
import { textIn, typeNameOf } from './xml-lookup';
import { childOf, childrenOf, type XmlElement } from './xml-reader';

/** Whether an object is among those that a filter asks for. */
export type Filter = (object: SoapObject) => boolean;

/** Values are compared as numbers (dates and booleans as well) or as text in small letters. */
type Comparable = string | number;
type Operator = (value: Comparable, wanted: readonly Comparable[]) => boolean;

const first = (wanted: readonly Comparable[]): Comparable => wanted[0] ?? '';
const contains: Operator = (value, wanted) => String(value).includes(String(first(wanted)));

/** The operators that compare; `isNull` and `isNotNull` look for a value only. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  equals: (value, wanted) => value === first(wanted),
  notEquals: (value, wanted) => value !== first(wanted),
  greaterThan: (value, wanted) => value > first(wanted),
  lessThan: (value, wanted) => value < first(wanted),
  greaterThanOrEqual: (value, wanted) => value >= first(wanted),
  lessThanOrEqual: (value, wanted) => value <= first(wanted),
  between: (value, [from = '', to = from]) => value >= from && value <= to,
  IN: (value, wanted) => wanted.includes(value),
  like: (value, wanted) => patternOf(String(first(wanted))).test(String(value)),
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
/** Their names, all of them, as the WSDL lists them. */
export const SIMPLE_OPERATORS: readonly string[] = ['isNull', 'isNotNull', ...Object.keys(OPERATORS)];
export const LOGICAL_OPERATORS: readonly string[] = ['AND', 'OR'];

/** Those that compare text, also in properties that hold something else. */
const OF_TEXT: ReadonlySet<string> = new Set([
  ...['like', 'beginsWith', 'endsWith', 'contains', 'existsInString', 'existsInStringAsAWord'],
  ...['notContains', 'notExistsInString'],
]);
/** Nothing is not equal to anything, and holds nothing. */
const TRUE_OF_NOTHING: ReadonlySet<string> = new Set(['notEquals', 'notContains', 'notExistsInString']);

/**
 * Reads a `Filter`: a `SimpleFilterPart`, or a `ComplexFilterPart` that joins two parts or more by AND or OR.
 *
 * @throws SoapFault for what the WSDL does not have, SoapRefusal for a property that the type does not have
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/complexfilterpart.html
 */
export function readFilter(part: XmlElement, type: SoapObjectType): Filter {
  const kind = typeNameOf(part);
  switch (kind) {
    case 'SimpleFilterPart':
      return readSimple(part, type);
    case 'ComplexFilterPart':
      return readComplex(part, type);
    case '':
      throw unreadable(`The specified type is abstract: name='FilterPart', at <${part.name}>.`);
    default:
      throw unreadable(`The specified type was not recognized: name='${kind}', at <${part.name}>.`);
  }
}

function readComplex(part: XmlElement, type: SoapObjectType): Filter {
  const operands = [
    ...childrenOf(part, 'LeftOperand'),
    ...childrenOf(part, 'RightOperand'),
    ...childrenOf(childOf(part, 'AdditionalOperands'), 'Operand'),
  ].map((operand) => readFilter(operand, type));
  const operator = textIn(part, 'LogicalOperator');
  if (operator === 'AND') return (object) => operands.every((operand) => operand(object));
  if (operator === 'OR') return (object) => operands.some((operand) => operand(object));
  throw notAValue(operator, 'LogicalOperators');
}

function readSimple(part: XmlElement, type: SoapObjectType): Filter {
  const asked = textIn(part, 'Property');
  const property = type.propertyOf(asked);
  const kind = property === undefined ? undefined : type.properties[property];
  if (property === undefined || kind === undefined || kind === 'objects') {
    throw new SoapRefusal(type.refuseFilter(asked));
  }
  const name = textIn(part, 'SimpleOperator');
  if (name === 'isNull') return (object) => isMissing(object[property]);
  if (name === 'isNotNull') return (object) => !isMissing(object[property]);
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined) throw notAValue(name, 'SimpleOperators');
  const compared = OF_TEXT.has(name) ? 'text' : kind;
  const wanted = [...childrenOf(part, 'Value'), ...childrenOf(part, 'DateValue')].map(({ text }) => {
    const value = readValue(compared, text);
    if (value === undefined) throw new SoapRefusal(`The value '${text}' does not fit the property '${asked}'.`);
    return comparable(value);
  });
  return (object) => {
    const value = object[property];
    return value === undefined || (typeof value === 'object' && 'objects' in value)
      ? TRUE_OF_NOTHING.has(name)
      : operator(comparable(value), wanted);
  };
}

function notAValue(value: string, of: string): Error {
  return unreadable(`Instance validation error: '${value}' is not a valid value for ${of}.`);
}

function isMissing(value: SoapValue | undefined): boolean {
  return value === undefined || value === '';
}

function comparable(value: Exclude<SoapValue, ObjectList>): Comparable {
  if (typeof value === 'string') return value.toLowerCase();
  return value instanceof Date ? value.getTime() : Number(value);
}

/** A pattern of SQL: `%` is anything, `_` one character. Without `%` the text may stand anywhere, as clients rely on. */
function patternOf(like: string): RegExp {
  const escaped = (like.includes('%') ? like : `%${like}%`).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/%+/g, '[^]*').replace(/_/g, '[^]')}$`);
}
