import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const TESTS = join(__dirname, '..');
const LIST = join(TESTS, '../docs/security/attacks.md');

/** The start of a test's title: in the call itself, in the second call of `test.each`, or in a row of its table. */
const TITLE = /(?:\b(?:attack|test)\(|\)\(|^\s*\[)\s*['"`]([A-Z]\d+[a-z]?)\b/gm;

/** A row of the list: its code, and the files of its last column. */
const ROW = /^\| ([A-Z]\d+[a-z]?) +\|.*\| ((?:`[^`|]+`(?:, )?)+) +\|$/gm;

/** `code file` for each title that begins with a code. */
function tested(): Set<string> {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  return new Set(
    files.flatMap((file) =>
      [...readFileSync(join(TESTS, file), 'utf8').matchAll(TITLE)].map(
        ([, code = '']) => `${code} ${file.replace(/\.test\.ts$/, '')}`,
      ),
    ),
  );
}

/** `code file` for each file that a row names. */
function listed(): string[] {
  return [...readFileSync(LIST, 'utf8').matchAll(ROW)].flatMap(([, code = '', files = '']) =>
    files.split(', ').map((file) => `${code} ${file.replaceAll('`', '')}`),
  );
}

describe('the list of attacks', () => {
  test('has a row for every code in a test title, with the file it stands in', () => {
    const rows = listed();
    expect([...tested()].filter((title) => !rows.includes(title))).toEqual([]);
  });

  test('has a test for every row', () => {
    const [rows, titles] = [listed(), tested()];
    expect(rows.length).toBeGreaterThan(200);
    expect(rows.filter((row) => !titles.has(row))).toEqual([]);
  });

  test('names each code once', () => {
    const rows: string[] = readFileSync(LIST, 'utf8').match(/^\| [A-Z]\d+[a-z]? /gm) ?? [];
    expect(rows.filter((row, index) => rows.indexOf(row) !== index)).toEqual([]);
    expect(new Set(listed().map((row) => row.split(' ')[0])).size).toBe(rows.length);
  });
});
