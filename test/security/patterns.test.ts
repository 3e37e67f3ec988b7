import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { growthOf } from '../support/regex/ambiguity';
import { hardTexts } from '../support/regex/inputs';
import { regexLiteralsIn, regexMakersIn } from '../support/regex/literals';

const SRC = join(__dirname, '../../src');
const LENGTH = 102_400;
const MOST_MS = 50;

/** Every regular expression of the sources, each once, with the places where it stands. */
const patterns = new Map<string, { readonly regex: RegExp; readonly places: string[] }>();
for (const { place, regex } of regexLiteralsIn(SRC, ['emulator'])) {
  const known = patterns.get(String(regex)) ?? { regex, places: [] };
  known.places.push(place);
  patterns.set(String(regex), known);
}

/** A match in a context of its own, where it can be broken off: a bad one may take for ever. */
const script = new Script('regex.lastIndex = 0; regex.exec(text)');

/** The CPU time in milliseconds that a match takes; of three tries the best, since a collection of garbage counts too. */
function cpuMsOf(regex: RegExp, text: string): number {
  const context = createContext({ regex, text });
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3; tries += 1) {
    const before = process.cpuUsage();
    try {
      script.runInContext(context, { timeout: 500 });
    } catch {
      // Broken off: the time until then is what counts.
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
    if (best < MOST_MS) break;
  }
  return best;
}

/** The first text that a regular expression needs too long for, if there is one: how it begins. */
function slowText(regex: RegExp, length = LENGTH): string | undefined {
  return hardTexts(regex, length)
    .find((text) => cpuMsOf(regex, text) >= MOST_MS)
    ?.slice(0, 40);
}

test('S5 every regular expression takes less than 50 ms of CPU time for 100 KB of hard input', () => {
  expect(patterns.size).toBeGreaterThan(30);
  const slow = [...patterns.values()].map(({ regex, places }) => [String(regex), places, slowText(regex)]);
  expect(slow.filter(([, , text]) => text !== undefined)).toEqual([]);
}, 60_000);

test('S5b no regular expression is ambiguous, so that each takes linear time', () => {
  const found = [...patterns.values()].map(({ regex, places }) => [String(regex), places, growthOf(regex)]);
  expect(found.filter(([, , growth]) => growth !== 'linear')).toEqual([]);
});

test('S5c no regular expression is built at run time, where it could not be checked', () => {
  expect(regexMakersIn(SRC, ['emulator'])).toEqual([]);
});

describe('the check itself', () => {
  test.each([
    [/\/+$/, 'polynomial'],
    [/^\s+|\s+$/, 'polynomial'],
    [/#.*$/, 'polynomial'],
    [/^\w*\d*$/, 'polynomial'],
    [/^[^:]*:.*:.*$/, 'polynomial'],
    [/^(a+)+$/, 'exponential'],
    [/^(?:a|b|ab)*c/, 'exponential'],
    [/^(\w+\s?)+:/, 'exponential'],
  ] as const)('finds %s to be %s, and a text that is too hard for it', (regex, growth) => {
    expect(growthOf(regex)).toBe(growth);
    expect(slowText(regex)).toBeDefined();
  });

  test.each([/(?<!\/)\/+$/, /#.*$/s, /^\/+$/, /^[^:]*:.*$/, /^(?:\.[a-z]+)*$/, /^(?:\d{1,3}\.){3}$/, /\bword\b/])(
    'finds %s to be linear',
    (regex) => {
      expect(growthOf(regex)).toBe('linear');
      expect(slowText(regex)).toBeUndefined();
    },
  );
});
