import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';

const ROOT = join(__dirname, '..', '..');
const FOLDER = join(ROOT, 'node_modules', '.cache', `bench-${process.pid}`);
const PROGRAMS = ['apps/app', 'link/link', 'stand-in/server', 'vaults/vault'];
/** As little work as there can be: the figures are of no use here. */
const LITTLE = ['--rounds', '1', '--effort', '0.004', '--sign-ins', '500', '--scale', '5000'];

const PEERS = ['passport-oauth2', 'openid-client', 'grant', 'hand-written'];

beforeAll(async () => {
  const entry = (file: string, out: string): { in: string; out: string } => ({ in: join(ROOT, 'bench', file), out });
  await build({
    entryPoints: [entry('main.ts', 'command/main'), ...PROGRAMS.map((name) => entry(`${name}.ts`, name))],
    outdir: FOLDER,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
  });
});

afterAll(() => rm(FOLDER, { recursive: true, force: true }));

/** The rows of the Markdown tables that the command prints, without the heads. */
async function bench(...args: readonly string[]): Promise<string[][]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(FOLDER, 'command/main.js'), ...args]);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:---)? /.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
}

describe('npm run bench', () => {
  test.each([
    ['sign-in', ['passport-marketing-cloud', ...PEERS]],
    ['round-trips', ['passport-marketing-cloud', ...PEERS]],
    ['roll-over', ['passport-marketing-cloud', 'hand-written']],
    ['heap', ['passport-marketing-cloud', ...PEERS]],
  ])(
    '%s signs in at every contestant and prints finite numbers',
    async (name, contestants) => {
      const rows = await bench(name, ...LITTLE);
      expect(rows.map(([contestant]) => contestant)).toEqual(contestants);
      expect(rows.flat().filter((cell) => /NaN|Infinity|undefined/.test(cell))).toEqual([]);
    },
    120_000,
  );

  test.each(['guard', 'storm', 'grant-bytes', 'scale'])(
    '%s prints finite numbers for each service that is installed',
    async (name) => {
      const rows = await bench(name, ...LITTLE);
      expect(rows.flat().filter((cell) => /NaN|Infinity|undefined/.test(cell))).toEqual([]);
    },
    120_000,
  );

  test('names the benchmarks, options and contestants that it knows', async () => {
    await expect(bench('sign-out')).rejects.toThrow('There is no benchmark sign-out: sign-in, guard,');
    await expect(bench('--rounds', 'many')).rejects.toThrow('--rounds must be a positive number');
    await expect(bench('--contestants', 'nobody')).rejects.toThrow('--contestants must be names of passport-');
  });
});
