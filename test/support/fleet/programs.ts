import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { buildSync } from 'esbuild';

/** Where the programs of these tests find their packages. */
export const ROOT = join(__dirname, '..', '..', '..');
const FOLDER = join(ROOT, 'node_modules', '.cache', `fleet-${process.pid}`);

const built = new Map<string, string>();

afterAll(() => {
  if (built.size > 0) rmSync(FOLDER, { recursive: true, force: true });
});

/** A program of this folder as one file, so that several start within a second; its packages are loaded as usual. */
export function programFile(name: 'worker' | 'load'): string {
  const known = built.get(name);
  if (known !== undefined) return known;
  const outfile = join(FOLDER, `${name}.js`);
  buildSync({
    entryPoints: [join(__dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
  });
  built.set(name, outfile);
  return outfile;
}
