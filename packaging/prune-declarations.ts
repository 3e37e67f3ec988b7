import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Removes the declarations that no entry point leads to: they describe what nobody can import. */
export function pruneDeclarations(dist: string, entryPoints: readonly string[]): void {
  const queue = entryPoints.map((entry) => join(dist, entry));
  const reached = new Set(queue);
  for (const file of queue) {
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from |import\(|import )['"](\.[^'"]+)['"]/g)) {
      const target = resolveDeclaration(join(dirname(file), path));
      if (!reached.has(target)) queue.push(target);
      reached.add(target);
    }
  }
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.d.ts') && !reached.has(join(dist, file))) rmSync(join(dist, file));
  }
}

function resolveDeclaration(path: string): string {
  const found = [`${path}.d.ts`, join(path, 'index.d.ts')].find((file) => existsSync(file));
  if (found === undefined) throw new Error(`A declaration imports ${relative(process.cwd(), path)}, which has none.`);
  return found;
}
