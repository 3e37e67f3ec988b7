import { join } from 'node:path';
import type * as Main from 'passport-marketing-cloud';
import type * as Postgres from 'passport-marketing-cloud/postgres';
import type * as Redis from 'passport-marketing-cloud/redis';

/** The entry points that the benchmarks use. */
interface EntryPoints {
  readonly index: typeof Main;
  readonly redis: typeof Redis;
  readonly postgres: typeof Postgres;
}

/**
 * An entry point of the package that is measured.
 *
 * @param folder another checkout with a build; left out, this one
 */
export function loadPackage<Name extends keyof EntryPoints>(name: Name, folder: string | undefined): EntryPoints[Name] {
  const here = name === 'index' ? 'passport-marketing-cloud' : `passport-marketing-cloud/${name}`;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an option says which build is measured
  return require(folder === undefined ? here : join(folder, 'dist', `${name}.js`)) as EntryPoints[Name];
}
