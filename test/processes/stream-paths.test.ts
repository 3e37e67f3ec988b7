import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { StreamReport } from '../support/stream-paths-child';

const run = promisify(execFile);
const CHILD = join(__dirname, '../support/stream-paths-child.ts');

/** Binaries of other lines of Node; there are some for Linux on x64 only. */
const RUNTIMES = [20, 22, 24, 26]
  .filter((major) => !process.version.startsWith(`v${major}.`))
  .map((major) => ({ name: `Node ${major}`, binary: join(__dirname, `../../node_modules/node${major}/bin/node`) }))
  .filter(({ binary }) => existsSync(binary));

describe.each([{ name: 'this Node', binary: process.execPath }, ...RUNTIMES])('in $name', ({ binary }) => {
  test('defect 1, defect 2, defect 27: no stream path ends the process, hangs or keeps a connection', async () => {
    // The child ends by itself, or a connection is left open.
    const { stdout } = await run(binary, ['-r', 'esbuild-register', CHILD], { timeout: 170_000 });
    const { failures, uncaught, paths } = JSON.parse(stdout) as StreamReport;
    expect({ failures, uncaught }).toEqual({ failures: [], uncaught: [] });
    expect(paths).toBeGreaterThan(100);
  }, 180_000);
});
