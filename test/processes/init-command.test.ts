import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');
const MAIN = join(ROOT, 'src/cli/main.ts');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'init-command-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the command in the folder of this test. */
async function init(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['-r', require.resolve('esbuild-register'), MAIN, 'init', ...args];
  return await promisify(execFile)(process.execPath, command, { cwd: folder }).then(
    (output) => ({ code: 0, ...output }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
}

function readManifest(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<string, unknown>;
}

test('init writes an app into a new folder, with its name, and says what to do next', async () => {
  const { stdout, stderr } = await init('My App');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/cd "My App"\n +npm install\n +npm start .*http:\/\/127\.0\.0\.1:3000.*\n +npm test\n/);
  expect(stdout).toContain('copy .env.example to .env');
  const { version } = readManifest(ROOT);
  expect(readManifest(join(folder, 'My App'))).toMatchObject({
    name: 'my-app',
    dependencies: { 'passport-marketing-cloud': `^${String(version)}` },
  });
  expect(readdirSync(join(folder, 'My App')).sort()).toEqual(
    [
      ...['.dockerignore', '.env.example', '.gitignore', 'Dockerfile', 'README.md', 'package.json', 'src'],
      'tsconfig.json',
    ].sort(),
  );
});

test('a folder with .git alone counts as empty; the next time it is full, and nothing in it changes', async () => {
  mkdirSync(join(folder, '.git'));
  expect((await init()).code).toBe(0);
  await writeFile(join(folder, 'README.md'), 'of the user');
  const { code, stderr } = await init('.');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^passport-marketing-cloud: this folder is not empty \(.+, …\); give a new one: .* init my-app$/m,
  );
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('of the user');
});

test('a folder with the name of a dependency does not become the package’s name', async () => {
  expect((await init('express')).code).toBe(0);
  expect(readManifest(join(folder, 'express'))['name']).toBe('marketing-cloud-app');
});

test.each([
  [['--help'], 0, /^Usage: passport-marketing-cloud init \[folder\]/],
  [['one', 'two'], 2, /init takes one folder, not 2/],
  [[''], 2, /empty name for the folder/],
  [['--force'], 2, /--force/],
  [[join(__filename, 'below-a-file')], 1, /cannot write to .* \(ENOTDIR\); give another folder/],
] as const)('init %j ends with %i', async (args, code, text) => {
  const ended = await init(...args);
  expect(ended.code).toBe(code);
  expect(ended.stdout + ended.stderr).toMatch(text);
  expect(readdirSync(folder)).toEqual([]);
});

test('the app gets the versions that this repository tests', () => {
  type Ranges = Readonly<Record<string, string>>;
  const app = JSON.parse(readFileSync(join(ROOT, 'template/_package.json'), 'utf8')) as Record<string, Ranges>;
  const { 'passport-marketing-cloud': _own, ...dependencies } = app['dependencies'] ?? {};
  expect(readManifest(ROOT)['devDependencies']).toMatchObject({ ...dependencies, ...app['devDependencies'] });
  expect(app['engines']).toEqual(readManifest(ROOT)['engines']);
});
