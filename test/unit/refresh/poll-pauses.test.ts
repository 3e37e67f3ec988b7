import { expect, test } from '@jest/globals';
import { PollPauses } from '../../../src/refresh/poll-pauses';

test('pauses grow from about 20 ms to about 100', () => {
  const pauses = new PollPauses();
  const given = Array.from({ length: 10 }, () => pauses.next(1));
  expect(given[0]).toBeLessThanOrEqual(25);
  expect(given.at(-1)).toBeGreaterThanOrEqual(75);
  expect(Math.max(...given)).toBeLessThanOrEqual(125);
});

test('a late answer lengthens a pause, except the first', () => {
  const pauses = new PollPauses();
  expect(pauses.next(500)).toBeLessThanOrEqual(25);
  expect(pauses.next(400)).toBe(1_600);
  expect(pauses.next(1)).toBeLessThanOrEqual(125);
});
