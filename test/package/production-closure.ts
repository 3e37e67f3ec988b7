import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './stage';

/** A package that comes along with ours. */
export interface Installed {
  readonly path: string;
  readonly bytes: number;
  readonly runsScript: boolean;
}

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
}

/** What `npm install --omit=dev` brings along in an app that has the peers, by the lock file and what is installed here. */
export function productionClosure(): Installed[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const paths = new Set<string>(['']);
  for (const path of paths) {
    const { dependencies, optionalDependencies } = lock.packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = placesFor(name, path).find((place) => lock.packages[place] !== undefined);
      if (found === undefined) throw new Error(`${name} is not in the lock file.`);
      paths.add(found);
    }
  }
  paths.delete('');
  return [...paths].map((path) => ({
    path,
    bytes: sizeOf(join(ROOT, path)),
    runsScript: lock.packages[path]?.hasInstallScript === true,
  }));
}

/** Where Node looks for a package: beside the one that needs it, and in each folder above. */
function placesFor(name: string, from: string): string[] {
  const place = join(from, 'node_modules', name);
  return from === ''
    ? [place]
    : [place, ...placesFor(name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))))];
}

/** The bytes of a package's files, without what it brings along nested. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .reduce((sum, entry) => {
      const path = join(folder, entry.name);
      return sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
    }, 0);
}
