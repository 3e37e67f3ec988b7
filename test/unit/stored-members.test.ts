import { expect, test } from '@jest/globals';
import { isNumber, isText, isTexts, optional, parseStored, type Checks } from '../../src/stored-members';

interface Ticket {
  readonly seat: string;
  readonly price: number;
  readonly extras?: readonly string[] | undefined;
}

const CHECKS: Checks<Ticket> = { seat: isText, price: isNumber, extras: optional(isTexts) };

test('a record gives the members that are asked for, and nothing that it inherits', () => {
  const stored = { seat: '4A', price: 12, other: true };
  const ticket = parseStored(stored, CHECKS);
  expect({ ...ticket }).toEqual({ seat: '4A', price: 12 });
  expect(Object.getPrototypeOf(ticket)).toBeNull();
  expect(parseStored(Object.create({ seat: '4A', price: 12 }) as object as Record<string, unknown>, CHECKS)).toBe(
    undefined,
  );
});

test.each([
  ['lacks one', { seat: '4A' }],
  ['has one of another type', { seat: '4A', price: '12' }],
  ['has an optional one of another type', { seat: '4A', price: 12, extras: ['lunch', 1] }],
  ['has null in an optional one', { seat: '4A', price: 12, extras: null }],
])('a record that %s is none', (_what, stored) => {
  expect(parseStored(stored, CHECKS)).toBeUndefined();
});
