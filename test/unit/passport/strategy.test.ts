import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { Strategy } from '../../../src';

const SECRET = 'CANARY-of-the-client';

/** Every value that can be reached by properties, symbols and getters. */
function reachable(root: object): unknown[] {
  const seen = new Set<unknown>([root]);
  for (const value of seen) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue;
    for (let one: object | null = value; one !== null; one = Object.getPrototypeOf(one) as object | null) {
      for (const key of Reflect.ownKeys(one)) {
        try {
          seen.add(Reflect.get(one, key, value));
        } catch {
          // A getter that wants another receiver.
        }
      }
    }
    if (seen.size > 100_000) break;
  }
  return [...seen];
}

test.each([
  ['a string', SECRET],
  ['a list', [SECRET, `${SECRET}-staged`]],
])('no property, symbol or getter of a strategy leads to its secret, given as %s', (_kind, clientSecret) => {
  const strategy = new Strategy({
    subdomain: 'mcx',
    clientID: 'id',
    clientSecret,
    callbackURL: 'https://app.example.com/cb',
    customHeaders: { 'x-key': SECRET },
  });
  expect(reachable(strategy).filter((value) => typeof value === 'string' && value.includes(SECRET))).toEqual([]);
  expect(inspect(strategy, { depth: 10, showHidden: true, getters: true })).not.toContain(SECRET);
  expect(inspect(Object.create(strategy), { depth: 10, showHidden: true, getters: true })).not.toContain(SECRET);
});
