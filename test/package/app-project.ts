import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, transform, type BuildOptions } from 'esbuild';
import { makeFolder, makeProject } from './stage';

const FIXTURES = join(__dirname, 'fixtures/app');
const MODULES = ['app', 'walk', 'main'];

/** What the app of `fixtures/app` sees when it walks from sign-in to sign-out. */
export const SEEN = {
  framed: [200, 'starting'],
  statuses: [302, 200, 200, 302, 401],
  tokenCalls: 2,
  vaults: ['function', 'function'],
};

/** Releases of the peers, by the aliases under which this repository has them. */
export const NEW_PEERS = {};
export const OLD_PEERS = { express: 'express4', passport: 'passport06' };

/** A project with the unpacked package and the app of `fixtures/app`, as ES modules (`.mjs`) and as CommonJS (`.cjs`). */
export async function makeAppProject(unpacked: string, aliases: Readonly<Record<string, string>>): Promise<string> {
  const project = await makeProject(unpacked, ['express', 'express-session', 'passport', 'supertest'], aliases);
  await cp(FIXTURES, project, { recursive: true });
  for (const name of MODULES) {
    const { code } = await transform(await readFile(join(FIXTURES, `${name}.mjs`), 'utf8'), { format: 'cjs' });
    await writeFile(join(project, `${name}.cjs`), code.replaceAll('.mjs"', '.cjs"'));
  }
  return project;
}

/** Bundles the app of a project, the package included, as `main.mjs` and `main.cjs` in a folder that holds nothing else. */
export async function bundleApp(project: string): Promise<string> {
  const folder = await makeFolder();
  // The emulator needs node-forge for https only, and such an app does not have it.
  const external = ['node-forge'];
  const options: BuildOptions = { bundle: true, external, platform: 'node', target: 'node20', logLevel: 'silent' };
  await build({ ...options, entryPoints: [join(project, 'main.cjs')], outfile: join(folder, 'main.cjs') });
  // An ES module has no `require`, which the CommonJS packages in the bundle call for Node's own modules.
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  const esModule: BuildOptions = { ...options, format: 'esm', banner: { js } };
  await build({ ...esModule, entryPoints: [join(project, 'main.mjs')], outfile: join(folder, 'main.mjs') });
  return folder;
}
