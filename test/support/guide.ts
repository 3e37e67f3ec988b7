import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { transformSync } from 'esbuild';
import { blocksOf } from '../package/markdown';

const ROOT = join(__dirname, '../..');
/** Where a program can be loaded from as a module that finds its dependencies. */
const FOLDER = join(ROOT, `node_modules/.cache/guides-${process.pid}`);

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** The code of a guide's block that contains a text, as it stands on the page. */
export function codeIn(page: string, text: string): string {
  const found = blocksOf(readFileSync(join(ROOT, 'docs/guides', page), 'utf8')).filter(({ code }) =>
    code.includes(text),
  );
  const [block] = found;
  if (block === undefined || found.length > 1) {
    throw new Error(`docs/guides/${page} has ${found.length} blocks with ${JSON.stringify(text)}; one is needed.`);
  }
  return block.code;
}

/**
 * Writes a program of a guide as a module, and returns its path for the `require` of a test. Each call returns another
 * module, so that a test can load a program twice, as two processes do. `before` is what the page's earlier programs have
 * made, such as `app`.
 */
export function moduleOf(code: string, before = ''): string {
  mkdirSync(FOLDER, { recursive: true });
  modules += 1;
  const file = join(FOLDER, `${modules}.js`);
  const options = { loader: 'ts', format: 'cjs', target: 'node20' } as const;
  writeFileSync(file, transformSync(`${before}\n${code}`, options).code);
  return file;
}

let modules = 0;
