import { join } from 'node:path';

/** The package's entry points that the benchmarks use, from this checkout. */
const ENTRY_POINTS = {
  index: () => import('passport-marketing-cloud'),
  redis: () => import('passport-marketing-cloud/redis'),
  postgres: () => import('passport-marketing-cloud/postgres'),
};

type EntryPoints = typeof ENTRY_POINTS;

/**
 * Loads an entry point of the package that is measured.
 *
 * @param folder another checkout with a build; undefined for this one
 */
export async function loadPackage<Name extends keyof EntryPoints>(
  name: Name,
  folder: string | undefined,
): Promise<Awaited<ReturnType<EntryPoints[Name]>>> {
  type Loaded = Awaited<ReturnType<EntryPoints[Name]>>;
  return (await (folder === undefined ? ENTRY_POINTS[name]() : import(join(folder, 'dist', `${name}.js`)))) as Loaded;
}
