import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

/** Starts the program, and gives how many processes got ready and what they all warned of. */
async function run(...args: readonly string[]): Promise<{ ready: number; warnings: string[] }> {
  const program = join(__dirname, '../support/cluster-program.ts');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-r', 'esbuild-register', program, ...args]);
  return { ready: stdout.match(/ready/g)?.length ?? 0, warnings: stderr.split(/(?=\(node:\d+\))/).filter(Boolean) };
}

test('A8 each worker of a cluster without a shared vault warns once at its start, and names the risk and the fix', async () => {
  const { ready, warnings } = await run('2');
  expect(ready).toBe(2);
  const pids = warnings.map((warning) => /^\(node:(\d+)\)/.exec(warning)?.[1]);
  expect([pids.length, new Set(pids).size]).toEqual([2, 2]);
  for (const warning of warnings) {
    expect(warning).toMatch(/\[MARKETING_CLOUD_VAULT_PER_PROCESS\] PassportMarketingCloudWarning/);
    expect(warning).toMatch(/two processes may refresh the same token/);
    expect(warning).toMatch(/RedisVault or PostgresVault/);
  }
}, 60_000);

test('a cluster with a shared vault is not warned, and neither is a process that stands alone', async () => {
  expect(await run('2', 'shared')).toEqual({ ready: 2, warnings: [] });
  expect(await run('0')).toEqual({ ready: 1, warnings: [] });
}, 60_000);
