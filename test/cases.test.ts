import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** A code where a title names it: `defect 4: …`, or `defect 24, case P3: …`. */
const CODE = /\b(?:defect (\d+)|case ([A-Z]\d)|symptom (\d+))(?=[:,)]| )/g;

/** The first cells of a page's tables, where they are codes. */
function rowsOf(page: string): string[] {
  const text = readFileSync(join(__dirname, '../docs', page), 'utf8');
  return [...text.matchAll(/^\| (\d+|[A-Z]\d) +\|/gm)].map(([, code = '']) => code);
}

/** The rows as tests write them: `defect 4` and `case R1` of docs/cases.md, `symptom 4` of docs/troubleshooting.md. */
function listed(): string[] {
  return [
    ...rowsOf('cases.md').map((code) => (/^\d/.test(code) ? `defect ${code}` : `case ${code}`)),
    ...rowsOf('troubleshooting.md').map((code) => `symptom ${code}`),
  ];
}

/** The codes that tests name. */
function tested(): Set<string> {
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  const codes = files
    .filter((file) => file !== 'cases.test.ts')
    .flatMap((file) => [...readFileSync(join(__dirname, file), 'utf8').matchAll(CODE)]);
  return new Set(
    codes.map(([, defect, reported, symptom]) => {
      if (symptom !== undefined) return `symptom ${symptom}`;
      return defect === undefined ? `case ${reported}` : `defect ${defect}`;
    }),
  );
}

test('every row of the lists of cases and symptoms has a test, and every test that names one has a row', () => {
  const [rows, names] = [listed(), tested()];
  expect(rows.length).toBe(79);
  expect(rows.filter((row) => !names.has(row))).toEqual([]);
  expect([...names].filter((name) => !rows.includes(name))).toEqual([]);
});
