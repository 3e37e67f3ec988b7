import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { emulate } from '../support/scene';

const run = promisify(execFile);
const support = (file: string): string => join(__dirname, '..', 'support', file);

/** All of them take minutes: elsewhere a part of them shows the same growth. */
const TIMES = process.env['CI'] === undefined ? 5_000 : 100_000;
const FLAT_BYTES = 5 * 1_048_576;

test(`T4 the heap stays flat over ${TIMES} sign-ins, refreshes and ends of grants`, async () => {
  const { stdout } = await run(process.execPath, [
    ...['--expose-gc', '-r', 'esbuild-register'],
    support('endurance-child.ts'),
    String(TIMES),
  ]);
  const { heaps, tokenCalls } = JSON.parse(stdout) as { heaps: [number, number]; tokenCalls: number };
  expect(tokenCalls).toBe(2 * TIMES);
  expect(heaps[1] - heaps[0]).toBeLessThan(FLAT_BYTES);
}, 1_200_000);

test('T5 when the server closes, nothing of the package keeps the process alive, and the app’s own fetch is as it was', async () => {
  const emulator = await emulate();
  const options = JSON.stringify({ ...emulator.strategyOptions(), scope: ['offline'] });
  const child = fork(support('closing-child.ts'), [options], { execArgv: ['-r', 'esbuild-register'] });
  const [{ login }] = (await once(child, 'message')) as [{ login: string }];
  const callback = new URL(await emulator.signIn(login));
  child.send(callback.pathname + callback.search);
  const [[report], [code]] = (await Promise.all([once(child, 'message'), once(child, 'exit')])) as [
    [{ status: number; left: readonly string[]; fetchHasOtherAgent: boolean }],
    [number],
  ];
  // Its output, and the channel to this process.
  const left = report.left.filter((resource) => !/^(?:Pipe|TTY)Wrap$/.test(resource));
  expect({ ...report, left, code }).toEqual({ status: 200, left: [], code: 0, fetchHasOtherAgent: false });
}, 30_000);
