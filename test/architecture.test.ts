import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '..');
const SRC = join(ROOT, 'src');

/** The floors of the house: a room may import from the floors below its own, and from itself. */
const FLOORS: Readonly<Record<string, number>> = {
  errors: 0,
  'bare-cause': 0,
  'bounded-map': 0,
  identifiers: 0,
  'own-properties': 0,
  'strict-options': 0,
  tenant: 0,
  'whole-number': 0,
  'with-timeout': 0,
  protocol: 1,
  http: 1,
  oauth: 2,
  vaults: 2,
  grants: 3,
  refresh: 4,
  api: 5,
  session: 6,
  passport: 7,
  express: 7,
  testing: 8,
  cli: 8,
  index: 9,
  redis: 9,
  postgres: 9,
  'sfmc-sdk': 9,
};

/** The floors inside `src/emulator`, with the same rule. A file beside the rooms counts as a room. */
const EMULATOR_FLOORS: readonly (readonly string[])[] = [
  ['addressing', 'clock', 'data', 'options', 'sign-in-through-pages', 'tls', 'world'],
  ['http', 'request-log', 'tokens'],
  ['core', 'faults'],
  ['login'],
  ['auth'],
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

function roomOf(file: string): string {
  return (file.split(sep)[0] ?? '').replace(/\.ts$/, '');
}

describe('the house', () => {
  test('has a floor for every room', () => {
    const rooms = new Set(files.map((file) => roomOf(relative(SRC, file))));
    expect([...rooms].filter((room) => room !== 'emulator' && FLOORS[room] === undefined)).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  test('imports downwards only', () => {
    const upward = imports.filter(({ from, to, typeOnly }) => {
      const [here, there] = [roomOf(from), roomOf(to)];
      if (here === there || here === 'emulator' || there === 'emulator') return false;
      const [floor = 0, below = 0] = [FLOORS[here], FLOORS[there]];
      return (
        below > floor ||
        (below === floor && floor === FLOORS['passport'] && !typeOnly) ||
        (below === floor && !['passport', 'index', 'errors'].some((room) => floor === FLOORS[room]))
      );
    });
    expect(upward).toEqual([]);
  });

  test('keeps the emulator apart from the client', () => {
    const across = imports.filter(({ from, to }) => {
      const [here, there] = [roomOf(from), roomOf(to)];
      if (here === 'emulator') return there !== 'emulator';
      return there === 'emulator' && !['cli', 'testing'].includes(here);
    });
    expect(across).toEqual([]);
  });

  test('keeps Express and Passport out of the floors below them', () => {
    const knowing = files.filter((file) => {
      const room = roomOf(relative(SRC, file));
      const framework = /from '(?:express|passport|passport-oauth2|express-session)'/.test(readFileSync(file, 'utf8'));
      return framework && !['passport', 'express', 'emulator'].includes(room);
    });
    expect(knowing).toEqual([]);
  });

  test('has no circle of imports', () => {
    expect(circlesIn(imports)).toEqual([]);
  });
});

describe('the emulator', () => {
  const EMULATOR = join(SRC, 'emulator');
  const emulatorFiles = sourcesIn(EMULATOR);
  const floorOf = (file: string): number => EMULATOR_FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));

  test('has a floor for every room', () => {
    const rooms = new Set(emulatorFiles.map((file) => roomOf(relative(EMULATOR, file))));
    expect([...rooms].sort()).toEqual(EMULATOR_FLOORS.flat().sort());
  });

  test('imports downwards only', () => {
    const inside = emulatorFiles.flatMap((file) => importsOf(file, EMULATOR));
    const upward = inside.filter(({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(to) >= floorOf(from));
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
  const outsideCli = files.filter((file) => roomOf(relative(SRC, file)) !== 'cli');

  test.each([
    ['print nothing', /\bconsole\./],
    ['read no environment', /process\.env/],
    ['suppress no check', /@ts-(?:ignore|nocheck|expect-error)|eslint-disable|\bas any\b|: any\b/],
    ['export nothing by default', /^export default/m],
    ['have no enum', /^\s*(?:export )?(?:const )?enum /m],
  ])('%s', (_rule, pattern) => {
    expect(outsideCli.filter((file) => pattern.test(codeOf(file))).map((file) => relative(SRC, file))).toEqual([]);
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

  test('have unit tests at the same path, the emulator aside', () => {
    const units = sourcesIn(join(ROOT, 'test/unit')).map((file) => relative(join(ROOT, 'test/unit'), file));
    const stray = units.filter(
      (file) =>
        file.endsWith('.test.ts') &&
        roomOf(file) !== 'emulator' &&
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
