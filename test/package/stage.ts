import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from '@jest/globals';

/** Runs a program and gives what it printed; rejects when it fails. */
export const run = promisify(execFile);

export const ROOT = join(__dirname, '../..');
export const NAME = 'passport-marketing-cloud';

const folders: string[] = [];

afterAll(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

/** A folder that goes with the tests of the file. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${NAME}-`));
  folders.push(folder);
  return folder;
}

const LEFT_OUT = new Set(['.git', 'node_modules', 'dist', 'build', 'coverage']);

/**
 * A copy of the repository with a `dist` that was built from the current `src`: the existing one
 * when it is complete and no older than its sources, else a new one.
 */
export async function stage(): Promise<string> {
  const folder = await makeFolder();
  await cp(ROOT, folder, { recursive: true, filter: (from) => from === ROOT || !LEFT_OUT.has(basename(from)) });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  if (isBuilt()) {
    for (const file of [...outputs(), ...FOR_BROWSERS]) {
      await cp(join(ROOT, 'dist', file), join(folder, 'dist', file), { recursive: true });
    }
  } else {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: folder }).catch((error: unknown) => {
      throw new Error(`src does not compile:\n${(error as { stdout: string }).stdout}`);
    });
    await cp(join(folder, 'src/frame/pages'), join(folder, 'dist/frame/pages'), { recursive: true });
    await cp(join(folder, 'src/browser'), join(folder, 'dist'), { recursive: true });
  }
  return folder;
}

/** What a build copies: what browsers get. */
const FOR_BROWSERS = ['frame/pages', 'browser.mjs', 'browser.d.mts'];

/** The files that a build makes, relative to `dist`. */
export function outputs(): string[] {
  return sources().flatMap(made);
}

function sources(): string[] {
  return readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
}

function made(source: string): string[] {
  return ['.js', '.d.ts'].map((ending) => source.replace(/\.ts$/, ending));
}

function isBuilt(): boolean {
  if (!FOR_BROWSERS.every((file) => existsSync(join(ROOT, 'dist', file)))) return false;
  return sources().every((source) => {
    const { mtimeMs } = statSync(join(ROOT, 'src', source));
    const paths = made(source).map((file) => join(ROOT, 'dist', file));
    return paths.every((path) => existsSync(path) && statSync(path).mtimeMs >= mtimeMs);
  });
}

/** What a package's manifest says, as far as it matters here. */
export interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly main?: string;
  readonly types?: string;
  readonly bin?: Readonly<Record<string, string>>;
}

/** The manifest in a folder. */
export async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The package's entry points for Node by the names that users import. */
export async function entryPoints(): Promise<string[]> {
  const { exports = {} } = await manifestIn(ROOT);
  return Object.keys(exports)
    .filter((path) => !path.endsWith('.json') && path !== './browser')
    .map((path) => path.replace(/^\./, NAME));
}

/**
 * A project that has the package as `stage` made it and the named others, each with its dependencies, and nothing else:
 * what is not there cannot be resolved. An alias is a package of this repository that stands in under another name.
 */
export async function makeProject(
  staged: string,
  names: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): Promise<string> {
  const project = await makeFolder();
  const own = join(project, 'node_modules', NAME);
  for (const part of ['package.json', 'dist']) await cp(join(staged, part), join(own, part), { recursive: true });
  const { dependencies = {} } = await manifestIn(own);
  await link(project, [...Object.keys(dependencies), ...names], aliases);
  return project;
}

/** Links packages of this repository into a project, with all that they depend on. */
async function link(
  project: string,
  names: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): Promise<void> {
  const queue = [...names];
  const linked = new Set<string>();
  for (const name of queue) {
    if (linked.has(name)) continue;
    linked.add(name);
    const target = join(ROOT, 'node_modules', aliases[name] ?? name);
    const at = join(project, 'node_modules', name);
    await mkdir(dirname(at), { recursive: true });
    await symlink(target, at);
    queue.push(...(await hoistedNeedsOf(target)));
  }
}

/** What a package, and what it brings along nested, needs beside it. */
async function hoistedNeedsOf(folder: string): Promise<string[]> {
  const needs: string[] = [];
  for (const name of Object.keys((await manifestIn(folder)).dependencies ?? {})) {
    const nested = join(folder, 'node_modules', name);
    needs.push(...(existsSync(nested) ? await hoistedNeedsOf(nested) : [name]));
  }
  return needs;
}
