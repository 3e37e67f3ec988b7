import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { linksOf } from './markdown';
import { pack } from './pack';
import { productionClosure } from './production-closure';
import { entryPoints, makeProject, manifestIn, NAME, ROOT, run } from './stage';

/** What an app has besides the package. */
const PEERS = ['express', 'express-session', 'passport', '@opentelemetry/api'];

let files: readonly string[];
let unpackedBytes: number;
let unpacked: string;
let project: string;

beforeAll(async () => {
  // What an earlier build has left is not what src makes.
  const packed = await pack((staged) => writeFile(join(staged, 'dist', 'renamed-since.js'), ''));
  ({ files, unpackedBytes, unpacked } = packed);
  project = await makeProject(unpacked, PEERS);
  await cp(join(__dirname, 'fixtures/load.cjs'), join(project, 'load.cjs'));
}, 300_000);

/** The files that a document of the tarball links to, as it writes their paths. */
function pathsLinkedIn(file: string): string[] {
  return linksOf(readFileSync(join(unpacked, file), 'utf8'))
    .map((link) => link.replace(/#.*/, ''))
    .filter((path) => path !== '');
}

/** The program of an entry point, relative to `dist`. */
function toEntryFile(entry: string): string {
  if (entry === '.') return 'index.js';
  const folder = ['./emulator', './testing'].includes(entry);
  return `${entry.slice(2)}${folder ? '/index' : ''}.js`;
}

/** The source of a declaration. */
function toSource(declaration: string): string {
  return join(ROOT, 'src', declaration.slice('dist/'.length).replace(/\.d\.ts$/, '.ts'));
}

describe('the tarball', () => {
  test('U1 holds the bundles, the declarations, the documents and the manifest, and nothing else', async () => {
    const top = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'];
    const template = readdirSync(join(ROOT, 'template'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
    const documents = [...top, ...template, 'docs/grafana/alerts.yml', 'docs/grafana/dashboard.json'];
    const entries = (await entryPoints()).map((name) => name.replace(NAME, '.')).map(toEntryFile);
    const programs = ['core.js', 'cli/main.js', ...entries].map((file) => `dist/${file}`);
    const declarations = files.filter((file) => file.endsWith('.d.ts'));
    expect(declarations.map(toSource).filter((source) => !existsSync(source))).toEqual([]);
    expect(declarations).toEqual(expect.arrayContaining(entries.map((file) => `dist/${file.replace('.js', '.d.ts')}`)));
    const forBrowsers = ['dist/browser.mjs', 'dist/browser.d.mts'];
    expect([...files].sort()).toEqual([...documents, ...programs, ...declarations, ...forBrowsers].sort());
  });

  test('has a module for browsers without imports, of at most 3 KB', async () => {
    const text = readFileSync(join(unpacked, 'dist/browser.mjs'), 'utf8');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3_000);
    expect(text).not.toMatch(/\bimport\b/);
    const { stdout } = await run(process.execPath, ['-p', `require.resolve('${NAME}/browser')`], { cwd: project });
    expect(stdout.trim().endsWith('dist/browser.mjs')).toBe(true);
  });

  test('has errors whose class Node prints by its name', async () => {
    const program = `console.log(new (require('${NAME}').MarketingCloudError)('invalid_client'))`;
    const { stdout } = await run(process.execPath, ['-e', program], { cwd: project });
    expect(stdout).toMatch(/^MarketingCloudError: /);
  });

  test('declares nothing that no entry point leads to', () => {
    const unreachable = ['session/own-origin', 'with-timeout', 'emulator/rest/journey-routes'];
    expect(unreachable.filter((name) => !existsSync(join(ROOT, 'src', `${name}.ts`)))).toEqual([]);
    expect(files.filter((file) => unreachable.some((name) => file.includes(name)))).toEqual([]);
  });

  test('holds every file that the manifest leads to', async () => {
    const manifest = await manifestIn(unpacked);
    const named = JSON.stringify([manifest.exports, manifest.bin, manifest.main, manifest.types]).match(
      /\bdist\/[^"]+/g,
    );
    expect(named).toContain('dist/cli/main.js');
    expect(named?.filter((path) => !files.includes(path))).toEqual([]);
  });

  test('has every file that its documents link to by a relative path', () => {
    const linked = files
      .filter((file) => file.endsWith('.md'))
      .flatMap((file) => pathsLinkedIn(file).map((path) => posix.join(posix.dirname(file), path)));
    expect(linked.filter((path) => !files.includes(path))).toEqual([]);
  });

  test('U1 runs nothing when it is installed, and neither does what it brings along', async () => {
    const { scripts = {} } = await manifestIn(unpacked);
    const hooks = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare', 'prepublish'];
    expect(Object.keys(scripts).filter((name) => hooks.includes(name))).toEqual([]);
    // npm runs a build for every package that has one.
    expect(files).not.toContain('binding.gyp');
    expect(productionClosure().filter(({ runsScript }) => runsScript)).toEqual([]);
  });

  test('brings at most 10 packages and 3 MB into an app that has the peers', () => {
    const closure = productionClosure();
    const bytes = closure.reduce((sum, one) => sum + one.bytes, unpackedBytes);
    expect(closure.map(({ path }) => path)).toEqual(expect.arrayContaining(['node_modules/undici']));
    expect(closure.length + 1).toBeLessThanOrEqual(10);
    expect(bytes).toBeLessThanOrEqual(3 * 1_048_576);
  });
});

/** What must not be in a file that is published, by what it looks like. */
const LEAKS: readonly (readonly [what: string, pattern: RegExp, sample: string])[] = [
  ['a key or a certificate', /-----BEGIN [A-Z0-9 ]+-----/, '-----BEGIN RSA PRIVATE KEY-----'],
  ['a JSON web token', /\beyJ[\w-]{10,}\.[\w-]{10,}/, 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJtYyJ9.sig'],
  ['a token of the kind Marketing Cloud issues', /[\w-]{200,}/, 'aB3_-'.repeat(103)],
  ['a token of a code host', /\b(?:npm|ghp|gho|ghs|github_pat|glpat|xox[abp])[_-]\w{16,}/, `ghp_${'a1'.repeat(18)}`],
  ['a registry’s credentials', /_authToken|_password|:_auth\b/, '//registry.example/:_authToken=x'],
  ['a canary of the tests', /CANARY/, 'CANARY-of-the-client'],
  ['a path of this machine', new RegExp(`${ROOT.replace(/\W/g, '\\$&')}/`), join(ROOT, 'src/index.ts')],
  ['a source map', /sourceMappingURL/, '//# sourceMappingURL=index.js.map'],
];

describe('the tarball’s files', () => {
  test.each(LEAKS)('M9 holds nothing that looks like %s', (_what, pattern, sample) => {
    expect(sample).toMatch(pattern);
    const leaking = files.filter((file) => pattern.test(readFileSync(join(unpacked, file), 'utf8')));
    expect(leaking).toEqual([]);
  });

  test('M9 holds no secret but those of the emulator’s packages, which say that they are', () => {
    const secret = /\b\w*Secret\d{3,}\b/g;
    const holding = files.flatMap((file) =>
      [...readFileSync(join(unpacked, file), 'utf8').matchAll(secret)].map(([found]) => ({ file, found })),
    );
    expect(holding.length).toBeGreaterThan(0);
    expect(holding.filter(({ file, found }) => file !== 'dist/emulator/index.js' || !found.startsWith('Emu'))).toEqual(
      [],
    );
  });
});

interface Loaded {
  readonly names: readonly string[];
  readonly before: object;
  readonly after: object;
}

/** Loads an entry point in a process of its own, which must end by itself. */
async function load(entry: string): Promise<Loaded> {
  const { stdout, stderr } = await run(process.execPath, ['load.cjs', entry], {
    cwd: project,
    env: {},
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Loaded;
}

describe('loaded by its name', () => {
  test('U3 no entry point changes anything, prints anything or opens a handle', async () => {
    const all = await Promise.all((await entryPoints()).map(load));
    expect(all.map(({ after }) => after)).toEqual(all.map(({ before }) => before));
  });

  test('U2 every exported name can be imported by name, and is what require gives', async () => {
    const entries = await Promise.all((await entryPoints()).map(async (entry) => ({ entry, ...(await load(entry)) })));
    expect(entries[0]?.names).toEqual(expect.arrayContaining(['Strategy', 'MarketingCloudStrategy', 'marketingCloud']));
    expect(entries.filter(({ names }) => names.length === 0)).toEqual([]);
    const code = entries.map(
      ({ entry, names }, index) => `
        import { ${names.map((name) => `${name} as ${name}${index}`).join(', ')} } from '${entry}';
        const required${index} = require('${entry}');
        ${names.map((name) => `same.push([required${index}.${name} === ${name}${index}, '${entry} ${name}']);`).join('\n')}`,
    );
    const program = `import { createRequire } from 'node:module';
      const require = createRequire(process.cwd() + '/x.js');
      const same = [];
      ${code.join('\n')}
      const broken = new (require('passport-marketing-cloud').MarketingCloudError)('api_error');
      same.push([broken instanceof MarketingCloudError0, 'instanceof']);
      console.log(JSON.stringify(same));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: project });
    const same = JSON.parse(stdout) as [boolean, string][];
    expect(same.filter(([is]) => !is)).toEqual([]);
    expect(same.length).toBe(entries.flatMap(({ names }) => names).length + 1);
  });
});
