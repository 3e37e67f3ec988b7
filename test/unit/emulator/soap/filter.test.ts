import { describe, expect, test } from '@jest/globals';
import { parseFilter } from '../../../../src/emulator/soap/filter';
import { SoapFault, SoapRefusal } from '../../../../src/emulator/soap/soap-faults';
import type { SoapObject } from '../../../../src/emulator/soap/soap-value';
import { createPlainType } from '../../../../src/emulator/soap/soap-type';
import { parseXml } from '../../../../src/emulator/soap/xml-reader';

const THING = createPlainType({
  name: 'Thing',
  scope: 'things_read',
  properties: { Name: 'text', Size: 'number', Good: 'boolean', Since: 'date', 'Client.ID': 'number' },
  list: () => THINGS,
});

const THINGS: readonly SoapObject[] = [
  { Name: 'Alpha beta', Size: 5, Good: true, Since: new Date('2024-03-01T12:00:00Z'), 'Client.ID': 7 },
  { Name: 'alphabet', Size: 50, Good: false, Since: new Date('2024-03-02T05:59:59Z'), 'Client.ID': 7 },
  { Name: 'Gamma_100%', Size: 500, Good: true, Since: new Date('2025-01-01T00:00:00Z'), 'Client.ID': 8 },
  { Name: 'none' },
];

/** The positions of the objects that match a filter. */
function found(content: string, kind = 'SimpleFilterPart'): number[] {
  const filter = parseFilter(part('Filter', kind, content), THING);
  return THINGS.flatMap((thing, index) => (filter(thing) ? [index] : []));
}

function part(name: string, kind: string, content: string) {
  return parseXml(xmlOf(name, kind, content, ' xmlns:x="http://www.w3.org/2001/XMLSchema-instance"'));
}

function xmlOf(name: string, kind: string, content: string, declarations = ''): string {
  return `<${name}${declarations} x:type="${kind}">${content}</${name}>`;
}

function simple(property: string, operator: string, ...values: readonly string[]): string {
  const written = values.map((value) => `<Value>${value}</Value>`).join('');
  return `<Property>${property}</Property><SimpleOperator>${operator}</SimpleOperator>${written}`;
}

describe('a simple filter', () => {
  test.each([
    ['Name', 'equals', ['ALPHABET'], [1]],
    ['Name', 'notEquals', ['alphabet'], [0, 2, 3]],
    ['Name', 'greaterThan', ['b'], [2, 3]],
    ['Name', 'IN', ['none', 'ALPHABET', 'zero'], [1, 3]],
    ['Name', 'like', ['alpha%'], [0, 1]],
    ['Name', 'like', ['%beta'], [0]],
    ['Name', 'like', ['%a_a'], []],
    ['Name', 'like', ['al_habet'], [1]],
    ['Name', 'like', ['alpha'], [0, 1]],
    ['Name', 'like', ['l_habet'], [1]],
    ['Name', 'like', ['a.*'], []],
    ['Name', 'beginsWith', ['gamma_'], [2]],
    ['Name', 'endsWith', ['%'], [2]],
    ['Name', 'contains', ['BET'], [0, 1]],
    ['Name', 'existsInString', ['BET'], [0, 1]],
    ['Name', 'existsInStringAsAWord', ['beta'], [0]],
    ['Name', 'notContains', ['bet'], [2, 3]],
    ['Name', 'notExistsInString', ['bet'], [2, 3]],
    ['Size', 'equals', ['050'], [1]],
    ['Size', 'notEquals', ['50'], [0, 2, 3]],
    ['Size', 'greaterThan', ['9'], [1, 2]],
    ['Size', 'lessThan', ['50'], [0]],
    ['Size', 'greaterThanOrEqual', ['50'], [1, 2]],
    ['Size', 'lessThanOrEqual', ['50'], [0, 1]],
    ['Size', 'between', ['5', '50'], [0, 1]],
    ['Size', 'IN', ['500', '5'], [0, 2]],
    ['Size', 'like', ['5%'], [0, 1, 2]],
    ['Size', 'isNull', [], [3]],
    ['Size', 'isNotNull', [], [0, 1, 2]],
    ['Good', 'equals', ['true'], [0, 2]],
    ['Good', 'equals', ['0'], [1]],
    ['Since', 'greaterThan', ['2024-12-31T23:59:59Z'], [2]],
    ['Since', 'lessThan', ['2024-03-02'], [0, 1]],
    ['Since', 'lessThan', ['2024-03-01T23:59:59'], [0]],
    ['Since', 'equals', ['2024-03-01T23:59:59'], [1]],
    ['Since', 'greaterThanOrEqual', ['3/1/2024 11:59:59 PM'], [1, 2]],
    ['Client.ID', 'equals', ['8'], [2]],
  ])('%s %s %j finds %j', (property, operator, values, expected) => {
    expect(found(simple(property, operator, ...values))).toEqual(expected);
  });

  test('accepts DateValue for dates, and a prefix in its type', () => {
    const content = `${simple('Since', 'greaterThan')}<DateValue>2024-06-01T00:00:00</DateValue>`;
    expect(found(content, 'par:SimpleFilterPart')).toEqual([2]);
  });

  test.each([
    [simple('Colour', 'equals', 'red'), "The Filter Property 'Colour' is not a retrievable property."],
    [simple('name', 'equals', 'none'), "The Filter Property 'name' is not a retrievable property."],
    [simple('__proto__', 'equals', 'x'), "The Filter Property '__proto__' is not a retrievable property."],
    [simple('Size', 'equals', 'five'), "The value 'five' does not fit the property 'Size'."],
    [simple('Since', 'equals', 'some day'), "The value 'some day' does not fit the property 'Since'."],
    [simple('Good', 'equals', 'yes'), "The value 'yes' does not fit the property 'Good'."],
  ])('is refused: %s', (content, message) => {
    expect(() => found(content)).toThrow(new SoapRefusal(message));
  });

  test.each([
    [simple('Name', 'Equals', 'x'), /'Equals' is not a valid value for SimpleOperators/],
    [simple('Name', 'constructor', 'x'), /not a valid value for SimpleOperators/],
    ['<Property>Name</Property>', /not a valid value for SimpleOperators/],
  ])('is no request: %s', (content, message) => {
    expect(() => found(content)).toThrow(SoapFault);
    expect(() => found(content)).toThrow(message);
  });
});

describe('a complex filter', () => {
  const good = simple('Good', 'equals', 'true');
  const small = simple('Size', 'lessThan', '100');
  const none = simple('Name', 'equals', 'none');
  const complex = (left: string, operator: string, right: string): string =>
    `${left}<LogicalOperator>${operator}</LogicalOperator>${right}`;
  const left = (content: string, kind = 'SimpleFilterPart'): string => xmlOf('LeftOperand', kind, content);
  const right = (content: string, kind = 'SimpleFilterPart'): string => xmlOf('RightOperand', kind, content);

  test('joins two parts by AND or OR', () => {
    expect(found(complex(left(good), 'AND', right(small)), 'ComplexFilterPart')).toEqual([0]);
    expect(found(complex(left(good), 'OR', right(small)), 'ComplexFilterPart')).toEqual([0, 1, 2]);
  });

  test('can be nested on both sides, each part with its own operator', () => {
    const both = complex(left(good), 'AND', right(small));
    const either = complex(left(none), 'OR', right(both, 'ComplexFilterPart'));
    expect(found(either, 'ComplexFilterPart')).toEqual([0, 3]);
    const other = complex(
      left(both, 'ComplexFilterPart'),
      'OR',
      right(complex(left(none), 'AND', right(good)), 'ComplexFilterPart'),
    );
    expect(found(other, 'ComplexFilterPart')).toEqual([0]);
  });

  test('accepts additional operands', () => {
    const more = `<AdditionalOperands>${xmlOf('Operand', 'SimpleFilterPart', none)}</AdditionalOperands>`;
    expect(found(complex(left(small), 'OR', right(good)) + more, 'ComplexFilterPart')).toEqual([0, 1, 2, 3]);
    expect(found(complex(left(small), 'AND', right(good)) + more, 'ComplexFilterPart')).toEqual([]);
  });

  test.each([
    [complex(left(good), 'XOR', right(small)), 'ComplexFilterPart', /'XOR' is not a valid value for LogicalOperators/],
    [
      complex(left(good), 'AND', right(small, '')),
      'ComplexFilterPart',
      /abstract: name='FilterPart', at <RightOperand>/,
    ],
    [complex(left(good, 'TagFilterPart'), 'AND', right(small)), 'ComplexFilterPart', /name='TagFilterPart'/],
    [good, '', /abstract: name='FilterPart', at <Filter>/],
  ])('that is invalid is refused', (content, kind, message) => {
    expect(() => found(content, kind)).toThrow(SoapFault);
    expect(() => found(content, kind)).toThrow(message);
  });
});
