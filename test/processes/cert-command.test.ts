import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cert-command-'));
});
afterAll(() => rm(folder, { recursive: true }));

function cert(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, ['-r', 'esbuild-register', join(ROOT, 'src/cli/main.ts'), 'cert', ...args], {
    cwd: ROOT,
    env: { ...process.env, XDG_DATA_HOME: folder, LOCALAPPDATA: folder },
  });
}

test('two processes at the same time print the same certificate, which one of them has created', async () => {
  const runs = await Promise.all([cert(), cert()]);
  const [created, found] = runs.map(({ stdout }) => stdout).sort();
  expect(created).toMatch(/^Created /);
  expect(found).toMatch(/^Found /);
  expect(created?.replace('Created', 'Found')).toBe(found);
  expect(runs.map(({ stderr }) => stderr)).toEqual(['', '']);
});

test('cert says where the certificate is and how to trust it everywhere, and never prints the key', async () => {
  const { stdout } = await cert('--directory', join(folder, 'it’s here'));
  const path = join(folder, 'it’s here', 'certificate.pem');
  expect(stdout).toContain(`https://127.0.0.1: ${path}\nValid until `);
  for (const client of ['macOS (', 'Windows (', 'Linux, Chrome', 'Firefox:', 'Node and curl:']) {
    expect(stdout).toContain(client);
  }
  expect(stdout).toContain(`certutil -user -addstore Root "${path}"`);
  expect(stdout).toContain(`-i '${path}'`);
  const [, secret = ''] = readFileSync(join(folder, 'it’s here', 'key.pem'), 'utf8').split('\n');
  expect(stdout).not.toContain(secret);
});

test.each([
  [['--help'], 0, /Usage: passport-marketing-cloud cert \[--directory D\]/],
  [['--dir', 'x'], 2, /--dir/],
  [['--directory', join(__filename, 'x')], 1, /^passport-marketing-cloud: localHttps\(\) cannot keep .* directory\.$/m],
] as const)('cert %j ends with %i', async (args, code, text) => {
  const ended = await cert(...args).catch((error: unknown) => error as { code: number; stderr: string });
  expect('code' in ended ? ended.code : 0).toBe(code);
  expect('stdout' in ended && code === 0 ? ended.stdout : ended.stderr).toMatch(text);
});
