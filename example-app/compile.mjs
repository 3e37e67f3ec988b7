// Compiles the package and the example app for `npm start`: only what has changed, without checking types, which
// `npm run typecheck` does. Says what it does, since the first time takes a while.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUILD_INFO = '.tsbuildinfo';
const PARTS = [
  { name: 'the package', project: 'example-app/tsconfig.package.json', sources: 'src', output: 'dist' },
  {
    name: 'the example app',
    project: 'example-app/tsconfig.start.json',
    sources: 'example-app/src',
    output: 'example-app/build',
  },
];

/**
 * Whether TypeScript's notes on the last time are about the files that are there. It compares the sources only, so it
 * would leave alone an output that is missing, or that another command has written since.
 */
function isCurrent(root, { sources, output }) {
  const info = join(root, output, BUILD_INFO);
  if (!existsSync(info)) return false;
  const { mtimeMs } = statSync(info);
  return readdirSync(join(root, sources), { recursive: true })
    .filter((file) => /(?<!\.d)\.ts$/.test(file))
    .every((file) => {
      const written = statSync(join(root, output, file.replace(/\.ts$/, '.js')), { throwIfNoEntry: false });
      return written !== undefined && written.mtimeMs <= mtimeMs;
    });
}

/** Compiles the parts in `root`. @throws Error if the compiler fails; it has then said why */
export function compile(root, parts, print) {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  for (const part of parts) {
    const isFirst = !isCurrent(root, part);
    print(
      `Compiling ${part.name}${isFirst ? ', all of it (about ten seconds on a quiet machine)' : ', what has changed'} …`,
    );
    if (isFirst) rmSync(join(root, part.output, BUILD_INFO), { force: true });
    const { status } = spawnSync(process.execPath, [compiler, '-b', part.project], { cwd: root, stdio: 'inherit' });
    if (status !== 0) throw new Error(`${part.name} cannot be compiled.`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const startedAt = Date.now();
  // A package for tests may install another Node here, which the next command would run on.
  rmSync(join(ROOT, 'node_modules/.bin/node'), { force: true });
  try {
    compile(ROOT, PARTS, console.log);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  cpSync(join(ROOT, 'src/frame/pages'), join(ROOT, 'dist/frame/pages'), { recursive: true });
  cpSync(join(ROOT, 'src/browser'), join(ROOT, 'dist'), { recursive: true });
  console.log(`Compiled in ${((Date.now() - startedAt) / 1000).toFixed(1)} s. Starting the app …`);
}
