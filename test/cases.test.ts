import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** A code where a title names it: `defect 4: …`, or `defect 24, case P3: …`. */
const CODE = /\b(?:defect (\d+)|case ([A-Z]\d))(?=[:,)]| )/g;

/** The rows of docs/cases.md as tests write them: `defect 4`, `case R1`. */
function listed(): string[] {
  const page = readFileSync(join(__dirname, '../docs/cases.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+|[A-Z]\d) +\|/gm)].map(([, code = '']) => code);
  return rows.map((code) => (/^\d/.test(code) ? `defect ${code}` : `case ${code}`));
}

/** The codes that tests name. */
function tested(): Set<string> {
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  const codes = files
    .filter((file) => file !== 'cases.test.ts')
    .flatMap((file) => [...readFileSync(join(__dirname, file), 'utf8').matchAll(CODE)]);
  return new Set(codes.map(([, defect, reported]) => (defect === undefined ? `case ${reported}` : `defect ${defect}`)));
}

test('every row of the list of cases has a test, and every test that names one has a row', () => {
  const [rows, names] = [listed(), tested()];
  expect(rows.length).toBe(54);
  expect(rows.filter((row) => !names.has(row))).toEqual([]);
  expect([...names].filter((name) => !rows.includes(name))).toEqual([]);
});
