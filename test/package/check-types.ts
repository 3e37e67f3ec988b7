import { join } from 'node:path';
import { NAME, ROOT, run } from './stage';
import type { Checked, Program } from './type-check';

const SCRIPT = join(__dirname, 'type-check.ts');

/** Checks programs with a compiler of this repository: `typescript` or `typescript59`. */
export async function checkTypes(
  compiler: string,
  programs: readonly Program[],
): Promise<ReadonlyMap<string, Checked>> {
  const args = [join(ROOT, 'node_modules', compiler, 'lib/typescript.js'), NAME, JSON.stringify(programs)];
  const { stdout } = await run(process.execPath, ['-r', require.resolve('esbuild-register'), SCRIPT, ...args], {
    maxBuffer: 16_777_216,
  });
  return new Map((JSON.parse(stdout) as Checked[]).map((checked) => [checked.name, checked]));
}
