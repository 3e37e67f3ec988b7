import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const COMPILE = pathToFileURL(join(__dirname, '..', '..', 'example-app/compile.mjs')).href;
const PARTS = [{ name: 'a project', project: 'project', sources: 'project/src', output: 'project/build' }];
const TIMEOUT_MS = 120_000;

let root: string;
const at = (file: string): string => join(root, 'project', file);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'compile-'));
  mkdirSync(at('src'), { recursive: true });
  const options = {
    ...{ module: 'commonjs', rootDir: 'src', outDir: 'build', lib: ['es2023'], types: [], skipLibCheck: true },
    ...{ noCheck: true, noResolve: true, incremental: true, tsBuildInfoFile: 'build/.tsbuildinfo' },
  };
  writeFileSync(at('tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['src'] }));
  writeFileSync(at('src/one.ts'), 'export const one: number = 1;\n');
  writeFileSync(at('src/two.ts'), 'export const two: number = 2;\n');
});

afterEach(() => rmSync(root, { recursive: true }));

/** Compiles as `npm start` does, in a process of its own. Returns what it prints. */
function compile(): string {
  const program = `import { compile } from ${JSON.stringify(COMPILE)};
    compile(${JSON.stringify(root)}, ${JSON.stringify(PARTS)}, console.log);`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

test(
  'npm start compiles what has changed, and everything where the output is missing or from another command',
  () => {
    expect(compile()).toMatch(/^Compiling a project, all of it/);
    const { mtimeMs } = statSync(at('build/two.js'));
    writeFileSync(at('src/one.ts'), 'export const one: number = 11;\n');
    expect(compile()).toMatch(/^Compiling a project, what has changed/);
    expect(readFileSync(at('build/one.js'), 'utf8')).toContain('exports.one = 11;');
    expect(statSync(at('build/two.js')).mtimeMs).toBe(mtimeMs);

    rmSync(at('build/two.js'));
    expect(compile()).toMatch(/all of it/);
    expect(readFileSync(at('build/two.js'), 'utf8')).toContain('exports.two = 2;');

    writeFileSync(at('build/two.js'), 'of another branch');
    const later = new Date(Date.now() + 5_000);
    utimesSync(at('build/two.js'), later, later);
    expect(compile()).toMatch(/all of it/);
    expect(readFileSync(at('build/two.js'), 'utf8')).toContain('exports.two = 2;');
  },
  TIMEOUT_MS,
);
