import { expect, test } from '@jest/globals';
import { BoundedMap } from '../../src/bounded-map';

test('drops the entry that was set longest ago when there are too many', () => {
  const map = new BoundedMap<string, number>({ maxEntries: 2 });
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([3, undefined, 4, 2]);
});

test('does not give an entry that is too old, and counts it no more', () => {
  let now = 0;
  const map = new BoundedMap<string, number>({ maxEntries: 10, maxAgeMs: 100, now: () => now });
  map.set('a', 1);
  now = 60;
  map.set('b', 2);
  now = 99;
  expect([map.get('a'), map.has('a'), map.size]).toEqual([1, true, 2]);
  now = 100;
  expect([map.has('a'), map.get('a'), map.get('b'), map.size]).toEqual([false, undefined, 2, 1]);
});

test('an entry that is renewed is as young as one that is set', () => {
  let now = 0;
  const map = new BoundedMap<string, number>({ maxEntries: 2, maxAgeMs: 100, now: () => now });
  map.set('a', 1);
  map.set('b', 2);
  now = 60;
  map.renew('a');
  map.renew('absent');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c'), map.get('absent')]).toEqual([1, undefined, 3, undefined]);
  now = 159;
  expect(map.get('a')).toBe(1);
  now = 160;
  expect(map.get('a')).toBeUndefined();
});

test('keeps an entry without an age until it is deleted', () => {
  const map = new BoundedMap<string, undefined>({ maxEntries: 10 });
  map.set('a', undefined);
  expect(map.has('a')).toBe(true);
  expect([map.delete('a'), map.delete('a'), map.has('a')]).toEqual([true, false, false]);
});
