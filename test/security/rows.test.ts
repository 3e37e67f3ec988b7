import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROWS } from './rows';

const TESTS = join(__dirname, '..');

/** What begins a test's name: the call itself, the second call of `test.each`, or a row of its table. */
const BEGINNING = /(?:\b(?:attack|test)\(|\)\(|^\s*\[)\s*['"`]([A-Z]\d+[a-z]?)\b/gm;

/** The first word of every test's name, where it is a row's number. */
function testedRows(): Set<string> {
  const rows = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(join(TESTS, file), 'utf8').matchAll(BEGINNING)]);
  return new Set(rows.map(([, row = '']) => row));
}

test('every row of the attack list has a test whose name begins with its number', () => {
  const tested = testedRows();
  expect(ROWS.filter((row) => !tested.has(row))).toEqual([]);
});
