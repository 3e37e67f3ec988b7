import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageOf } from './package-of';
import { NAME, ROOT, run } from './stage';
import type { Checked, Program } from './type-check';

/** TypeScript 7 is a native program without an API in JavaScript. It is installed on Linux on x64 only. */
const COMPILER = join(ROOT, 'node_modules/typescript70/lib/tsc');
export const HAS_TYPESCRIPT_7 = existsSync(COMPILER);

const PROBLEM = /^(.+?)\((\d+),\d+\): error (TS\d+: .*(?:\n {2}.*)*)/gm;
const GLOBAL_PROBLEM = /^error (TS\d+: .*)/gm;

/** Checks programs as `checkTypes` does, with the compiler's command line. */
export async function checkNatively(programs: readonly Program[]): Promise<ReadonlyMap<string, Checked>> {
  const checked: [string, Checked][] = [];
  for (const [at, program] of programs.entries())
    checked.push([program.name, await check(program, `tsconfig.${at}.json`)]);
  return new Map(checked);
}

async function check({ name, folder, files, options }: Program, config: string): Promise<Checked> {
  await writeFile(join(folder, config), JSON.stringify({ compilerOptions: options, files }));
  const args = ['-p', config, '--pretty', 'false', '--listFiles'];
  const { stdout } = await run(COMPILER, args, { cwd: folder, maxBuffer: 16_777_216 }).catch(
    (error: unknown) => error as { stdout: string },
  );
  const problems = [...stdout.matchAll(PROBLEM)]
    .filter(([, file = '']) => [undefined, NAME].includes(packageOf(join(folder, file))?.name))
    .map(([, file = '', line = '', text = '']) => `${file}:${line} ${text}`);
  const general = [...stdout.matchAll(GLOBAL_PROBLEM)].map(([, text = '']) => text);
  const listed = stdout.split('\n').filter((line) => line.startsWith('/'));
  if (!files.every((file) => listed.some((path) => path.endsWith(`/${file}`)))) throw new Error(`${name}: ${stdout}`);
  const packages = listed.flatMap((path) => packageOf(path)?.id() ?? []);
  return { name, problems: [...general, ...problems], packages: [...new Set(packages)].sort() };
}
