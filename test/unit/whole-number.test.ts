import { expect, test } from '@jest/globals';
import { parsePositiveInteger, parseWholeNumber } from '../../src/whole-number';

test.each([
  [0, 0],
  [7, 7],
  ['0', 0],
  ['0010', 10],
  ['999999999999999', 999_999_999_999_999],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
])('%p is the whole number %p', (value, number) => {
  expect(parseWholeNumber(value)).toBe(number);
});

test.each([
  [-1],
  [1.5],
  [NaN],
  [Infinity],
  [Number.MAX_SAFE_INTEGER + 1],
  ['1000000000000000'],
  [''],
  ['-1'],
  ['1.0'],
  ['1e3'],
  [' 1'],
  ['٣'],
  [true],
  [null],
  [undefined],
  [[1]],
  [1n],
])('%p is no whole number', (value) => {
  expect(parseWholeNumber(value)).toBeUndefined();
  expect(parsePositiveInteger(value)).toBeUndefined();
});

test.each([[0], ['0'], ['000']])('%p is no positive integer', (value) => {
  expect(parsePositiveInteger(value)).toBeUndefined();
});
