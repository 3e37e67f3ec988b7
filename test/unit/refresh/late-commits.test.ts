import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

test('any number of grants may wait for the vault without a warning of Node’s', async () => {
  const program = join(__dirname, '../../support/late-commits-child.ts');
  const child = promisify(execFile)(process.execPath, ['-r', 'esbuild-register', program, '50']);
  expect(await child).toEqual({ stdout: '50', stderr: '' });
}, 30_000);
