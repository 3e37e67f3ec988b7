import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '..');
const SRC = join(ROOT, 'src');

/** The layers of `src`: a folder, or a file beside the folders, may import from lower layers and from itself. */
const LAYERS: Readonly<Record<string, number>> = {
  errors: 0,
  'error-pages': 0,
  'bare-cause': 0,
  'bounded-map': 0,
  identifiers: 0,
  'own-properties': 0,
  'stored-members': 0,
  'strict-options': 0,
  tenant: 0,
  warn: 0,
  'whole-number': 0,
  'with-timeout': 0,
  protocol: 1,
  http: 1,
  'local-https': 1,
  oauth: 2,
  vaults: 2,
  grants: 3,
  refresh: 4,
  api: 5,
  session: 6,
  frame: 7,
  passport: 8,
  express: 8,
  setup: 9,
  testing: 10,
  cli: 10,
  opentelemetry: 10,
  index: 11,
  redis: 11,
  postgres: 11,
  'sfmc-sdk': 11,
};

/** The layers of `src/emulator`, lowest first, with the same rule. A file beside the folders counts as a folder. */
const EMULATOR_LAYERS: readonly (readonly string[])[] = [
  ['addressing', 'clock', 'data', 'sign-in-through-pages', 'tls', 'world'],
  ['options'],
  ['http', 'request-log', 'tokens'],
  ['core', 'faults'],
  ['login'],
  ['auth', 'shell'],
  ['rest', 'soap'],
  ['create-app', 'emulator', 'settle-options'],
  ['start-emulator'],
  ['index'],
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = sourcesIn(SRC);
const imports = files.flatMap((file) => importsOf(file, SRC));

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/(?:^|\/)(?:node_modules|build)\//.test(file))
    .map((file) => join(folder, file));
}

function importsOf(file: string, folder: string): Import[] {
  const found = readFileSync(file, 'utf8').matchAll(
    /^\s*(import|export)\s+(type\s)?[^;]*?['"](\.{1,2}\/[^'"]+)['"]|import\('(\.[^']+)'\)/gm,
  );
  return [...found].map(([, , type, target, dynamic]) => ({
    from: relative(folder, file),
    to: relative(folder, join(dirname(file), target ?? dynamic ?? '')),
    typeOnly: type !== undefined,
  }));
}

/** The circles of a folder's imports, each as `a.ts → b.ts → a.ts`. */
function circlesIn(edges: readonly Import[]): string[] {
  const importers = new Set(edges.map(({ from }) => from));
  const graph = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const target = importers.has(join(to, 'index.ts')) ? join(to, 'index.ts') : `${to}.ts`;
    graph.set(from, [...(graph.get(from) ?? []), target]);
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}

/** A file without its comments. */
function codeOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/\/\*.*?\*\/|(?<!:)\/\/.*?$/gms, '');
}

function folderOf(file: string): string {
  return (file.split(sep)[0] ?? '').replace(/\.ts$/, '');
}

describe('the layers', () => {
  test('have a place for every folder', () => {
    const folders = new Set(files.map((file) => folderOf(relative(SRC, file))));
    expect([...folders].filter((folder) => folder !== 'emulator' && LAYERS[folder] === undefined)).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  test('import downwards only', () => {
    const upward = imports.filter(({ from, to, typeOnly }) => {
      const [here, there] = [folderOf(from), folderOf(to)];
      if (here === there || here === 'emulator' || there === 'emulator') return false;
      const [layer = 0, target = 0] = [LAYERS[here], LAYERS[there]];
      return (
        target > layer ||
        (target === layer && layer === LAYERS['passport'] && !typeOnly) ||
        (target === layer && !['passport', 'index', 'errors'].some((folder) => layer === LAYERS[folder]))
      );
    });
    expect(upward).toEqual([]);
  });

  test('keep the emulator apart from the client', () => {
    const across = imports.filter(({ from, to }) => {
      const [here, there] = [folderOf(from), folderOf(to)];
      if (here === 'emulator') return there !== 'emulator';
      return there === 'emulator' && !['cli', 'testing'].includes(here);
    });
    expect(across).toEqual([]);
  });

  test('keep Express and Passport out of the lower ones', () => {
    const knowing = files.filter((file) => {
      const folder = folderOf(relative(SRC, file));
      const framework = /from '(?:express|passport|passport-oauth2|express-session)'/.test(readFileSync(file, 'utf8'));
      return framework && !['passport', 'express', 'setup', 'emulator'].includes(folder);
    });
    expect(knowing).toEqual([]);
  });

  test('have no circle of imports', () => {
    expect(circlesIn(imports)).toEqual([]);
  });

  test('are those of docs/architecture.md', () => {
    const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    const rows = [...page.matchAll(/^\| (\d+) +\| `([a-z-]+)` /gm)].map(([, layer, folder = '']) => [
      folder,
      Number(layer),
    ]);
    const folders = Object.entries(LAYERS).filter(([folder]) => existsSync(join(SRC, folder)));
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(folders));
  });
});

describe('the emulator', () => {
  const EMULATOR = join(SRC, 'emulator');
  const emulatorFiles = sourcesIn(EMULATOR);
  const layerOf = (file: string): number => EMULATOR_LAYERS.findIndex((folders) => folders.includes(folderOf(file)));

  test('has a layer for every folder', () => {
    const folders = new Set(emulatorFiles.map((file) => folderOf(relative(EMULATOR, file))));
    expect([...folders].sort()).toEqual(EMULATOR_LAYERS.flat().sort());
  });

  test('imports downwards only', () => {
    const inside = emulatorFiles.flatMap((file) => importsOf(file, EMULATOR));
    const upward = inside.filter(({ from, to }) => folderOf(from) !== folderOf(to) && layerOf(to) >= layerOf(from));
    expect(inside.length).toBeGreaterThan(100);
    expect(upward).toEqual([]);
  });
});

describe('the example app', () => {
  const EXAMPLE = join(ROOT, 'example-app/src');
  const exampleFiles = sourcesIn(EXAMPLE);
  const exampleImports = exampleFiles.flatMap((file) => importsOf(file, EXAMPLE));

  test('has no circle of imports', () => {
    expect(exampleImports.length).toBeGreaterThan(40);
    expect(circlesIn(exampleImports)).toEqual([]);
  });

  test('has at most 25 files', () => {
    expect(exampleFiles.length).toBeLessThanOrEqual(25);
  });

  test('imports the package by its name only', () => {
    expect(exampleImports.filter(({ to }) => to.startsWith('..'))).toEqual([]);
  });
});

describe('the sources', () => {
  // The command line prints and reads the environment; two functions read the environment by default.
  const outsideCli = files.filter((file) => folderOf(relative(SRC, file)) !== 'cli');
  const READ_ENVIRONMENT = ['local-https/user-directory.ts', 'setup/options-from-environment.ts'];

  test.each([
    ['print nothing', /\bconsole\./],
    ['read no environment', /process\.env\b/],
    ['suppress no check', /@ts-(?:ignore|nocheck|expect-error)|eslint-disable|\bas any\b|: any\b/],
    ['export nothing by default', /^export default/m],
    ['have no enum', /^\s*(?:export )?(?:const )?enum /m],
  ])('%s', (rule, pattern) => {
    const found = outsideCli.filter((file) => pattern.test(codeOf(file))).map((file) => relative(SRC, file));
    expect(found).toEqual(rule === 'read no environment' ? READ_ENVIRONMENT : []);
  });

  test.each([
    ['src', 300],
    ['test', 400],
    ['example-app', 300],
  ])('of %s have at most %i lines', (folder, most) => {
    const long = sourcesIn(join(ROOT, folder)).filter(
      (file) => readFileSync(file, 'utf8').split('\n').length > most + 1,
    );
    expect(long.map((file) => relative(ROOT, file))).toEqual([]);
  });

  test('have a median length of 40 to 120 lines', () => {
    const lengths = files.map((file) => readFileSync(file, 'utf8').split('\n').length - 1).sort((a, b) => a - b);
    const median = lengths[Math.floor(lengths.length / 2)];
    expect(median).toBeGreaterThanOrEqual(40);
    expect(median).toBeLessThanOrEqual(120);
  });

  test('have unit tests at the same path, the emulator aside', () => {
    const units = sourcesIn(join(ROOT, 'test/unit')).map((file) => relative(join(ROOT, 'test/unit'), file));
    const stray = units.filter(
      (file) =>
        file.endsWith('.test.ts') &&
        folderOf(file) !== 'emulator' &&
        !existsSync(join(SRC, file.replace(/\.test\.ts$/, '.ts'))),
    );
    expect(units.length).toBeGreaterThan(20);
    expect(stray).toEqual([]);
  });

  test('are named in kebab-case', () => {
    const odd = files.filter((file) => !/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.ts$/.test(file.split(sep).at(-1) ?? ''));
    expect(odd).toEqual([]);
  });
});
