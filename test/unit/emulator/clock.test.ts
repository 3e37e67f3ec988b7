import { expect, test } from '@jest/globals';
import { createClock } from '../../../src/emulator/clock';
import { Propagated } from '../../../src/emulator/world/propagated';

test('a clock starts as real time and can be moved', () => {
  const clock = createClock();
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  clock.advance(3_600_000);
  expect(Math.abs(clock.now() - Date.now() - 3_600_000)).toBeLessThan(1_000);
});

test('a frozen clock stops until it is moved', () => {
  const clock = createClock();
  clock.freeze();
  clock.set(1_000);
  expect(clock.now()).toBe(1_000);
  clock.advance(-400);
  expect(clock.now()).toBe(600);
});

test('a clock that was set runs on', () => {
  const clock = createClock();
  clock.set(1_000);
  expect(clock.now()).toBeGreaterThanOrEqual(1_000);
  expect(clock.now()).toBeLessThan(61_000);
});

test('a clock refuses an invalid time', () => {
  expect(() => createClock().advance(Number.NaN)).toThrow(TypeError);
});

test('a propagated setting has an effect later and is shown at once', () => {
  const clock = createClock();
  clock.freeze();
  const setting = new Propagated('old', 300, clock.now);
  setting.set('new');
  expect([setting.seen, setting.latest]).toEqual(['old', 'new']);
  clock.advance(299);
  expect(setting.seen).toBe('old');
  clock.advance(1);
  expect(setting.seen).toBe('new');
});

test('several changes have an effect in their order', () => {
  const clock = createClock();
  clock.freeze();
  const setting = new Propagated(0, 100, clock.now);
  for (const value of [1, 2, 3]) {
    setting.set(value);
    clock.advance(60);
  }
  expect(setting.seen).toBe(2);
  clock.advance(40);
  expect(setting.seen).toBe(3);
});
