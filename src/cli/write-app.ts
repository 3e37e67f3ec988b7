import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

const PACKAGE = join(__dirname, '..', '..');
const TEMPLATE = join(PACKAGE, 'template');
/** Under their own names, npm would leave out the first of these files, and tools would take the others for the package's. */
const RENAMED: readonly (readonly [from: string, to: string])[] = [
  ['_gitignore', '.gitignore'],
  ['_package.json', 'package.json'],
  ['_tsconfig.json', 'tsconfig.json'],
];
/** What an empty folder may contain. */
const IGNORED: ReadonlySet<string> = new Set(['.git']);
const MAX_SHOWN = 3;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * Writes the app of `template/` into a folder. Its `package.json` gets the folder's name, and the version of this package.
 *
 * @throws Error with the fix if the folder is not empty or cannot be written
 */
export async function writeApp(folder: string): Promise<void> {
  const path = resolve(folder);
  try {
    await mkdir(path, { recursive: true });
    assertEmpty(folder, await readdir(path));
    await cp(TEMPLATE, path, { recursive: true });
    for (const [from, to] of RENAMED) await rename(join(path, from), join(path, to));
    const manifest = createManifest(path, await readManifest(path), await readManifest(PACKAGE));
    await writeFile(join(path, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw new Error(`cannot write to ${folder} (${code}); give another folder: passport-marketing-cloud init my-app`, {
      cause: error,
    });
  }
}

function assertEmpty(folder: string, names: readonly string[]): void {
  const found = names.filter((name) => !IGNORED.has(name));
  if (found.length === 0) return;
  const shown = [...found.slice(0, MAX_SHOWN), ...(found.length > MAX_SHOWN ? ['…'] : [])].join(', ');
  throw new Error(
    `${folder === '.' ? 'this folder' : folder} is not empty (${shown}); ` +
      'give a new one: passport-marketing-cloud init my-app',
  );
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function createManifest(path: string, app: Manifest, own: Manifest): Manifest {
  const dependencies = { ...app.dependencies, [own.name]: `^${own.version}` };
  const name = toPackageName(basename(path));
  // npm installs no package into one of the same name.
  const isFree = name !== '' && !Object.hasOwn({ ...dependencies, ...app.devDependencies }, name);
  return { ...app, name: isFree ? name : app.name, dependencies };
}

/** A folder's name, with the letters that npm allows. */
function toPackageName(name: string): string {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]/)
    .filter(Boolean)
    .join('-');
}
