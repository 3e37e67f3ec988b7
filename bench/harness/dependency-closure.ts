import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A package in `node_modules`. */
export interface InstalledPackage {
  readonly path: string;
  readonly bytes: number;
}

type LockedPackages = Readonly<
  Record<
    string,
    {
      readonly dependencies?: Readonly<Record<string, string>>;
      readonly optionalDependencies?: Readonly<Record<string, string>>;
    }
  >
>;

/**
 * A package and all that it depends on, by the lock file and the files that are installed.
 *
 * @param start its path from the root, as in the lock file; the empty one for the root, which is left out of the result
 * @throws Error when a dependency is not in the lock file
 */
export function dependencyClosure(root: string, start: string): InstalledPackage[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: LockedPackages;
  };
  const paths = new Set([start]);
  for (const path of paths) {
    const { dependencies, optionalDependencies } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = resolutionPaths(name, path).find((candidate) => packages[candidate] !== undefined);
      if (found === undefined) throw new Error(`${name} is not in the lock file.`);
      paths.add(found);
    }
  }
  paths.delete('');
  return [...paths].map((path) => ({ path, bytes: sizeOf(join(root, path)) }));
}

/** Where Node looks for a package: beside the one that needs it, and in each folder above. */
function resolutionPaths(name: string, from: string): string[] {
  const path = join(from, 'node_modules', name);
  if (from === '') return [path];
  return [path, ...resolutionPaths(name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))))];
}

/** The bytes of a package's files, without nested packages. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .reduce((sum, entry) => {
      const path = join(folder, entry.name);
      return sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
    }, 0);
}
