import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const run = promisify(execFile);
const ROOT = join(__dirname, '..');
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');
/** The scripts that `npm run test:all` runs, each with a part of the test files. */
const RUNS = ['test:often', 'test:rest', 'test:services'];

/** The test files that a script of package.json runs, as paths from the repository's root. */
async function filesOf(script: string): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  const command = scripts[script] ?? '';
  expect(command).toMatch(/^jest /);
  const { stdout } = await run(
    'sh',
    ['-c', `"$0" "$1" --listTests ${command.slice('jest '.length)}`, process.execPath, JEST],
    { cwd: ROOT },
  );
  return stdout
    .trim()
    .split('\n')
    .map((path) => path.slice(ROOT.length + 1));
}

describe('the test scripts', () => {
  test('run each test file, and each in one of them', async () => {
    const all = await readdir(join(ROOT, 'test'), { recursive: true });
    const expected = all.filter((path) => /\.test\.ts$/.test(path)).map((path) => `test/${path}`);
    const listed = (await Promise.all(RUNS.map(filesOf))).flat();
    expect(expected).toContain('test/test-runs.test.ts');
    expect(listed.sort()).toEqual(expected.sort());
  }, 120_000);

  test('show how far they are where the output is not a terminal', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcg-runs-'));
    try {
      await writeFile(join(folder, 'package.json'), '{}');
      for (let file = 1; file <= 21; file += 1) {
        await writeFile(join(folder, `${file}.test.js`), `test('', () => expect(${file}).not.toBe(4));`);
      }
      const args = [JEST, '--runInBand', '--reporters', join(__dirname, 'support/progress-reporter.mjs')];
      const { stderr } = await run(process.execPath, args, { cwd: folder }).catch(
        (error: unknown) => error as { stderr: string },
      );
      const lines = stderr.split('\n').filter((line) => line.startsWith('-- '));
      expect(lines.map((line) => line.replace(/\d+ min \d+ s/, '…'))).toEqual([
        expect.stringMatching(/^-- 10 of 21 test files, (?:1 failed, )?…$/),
        '-- 20 of 21 test files, 1 failed, …',
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 120_000);
});
