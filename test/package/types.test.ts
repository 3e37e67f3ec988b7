import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkNatively, HAS_TYPESCRIPT_7 } from './check-natively';
import { checkTypes } from './check-types';
import { blocksOf } from './markdown';
import { entryPoints, makeProject, ROOT, stage } from './stage';
import type { Checked, Program } from './type-check';

const COMPILERS: Readonly<Record<string, (programs: readonly Program[]) => Promise<ReadonlyMap<string, Checked>>>> = {
  'TypeScript 5.9': (programs) => checkTypes('typescript59', programs),
  'TypeScript 6.0': (programs) => checkTypes('typescript', programs),
  ...(HAS_TYPESCRIPT_7 && { 'TypeScript 7.0': checkNatively }),
};
const EXPRESS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Express 4': { '@types/express': 'types-express4' },
  'Express 5': {},
};
/** What such an app has. */
const TYPES = ['@opentelemetry/api', '@types/node', '@types/express', '@types/express-session', '@types/passport'];
/** An ES module and CommonJS, side by side in each program. */
const ENDINGS = ['mts', 'cts'];

/** Programs that must type-check, each by the files it is made of. */
const PROGRAMS = {
  'the reference’s program': ['readme'],
  'an app with a class of users, every arity of verify, and a returnTo of its own in the session': ['own-user'],
  'an app that adds nothing to any type, every mistake in another, and every entry point in a third': [
    ...['no-user', 'mistakes', 'entries'],
  ],
};

/** Settings of `module` that apps have besides `nodenext`, with the endings of files that go with each. */
const MODULES = {
  node16: { options: { module: 'node16' }, endings: ENDINGS },
  bundler: { options: { module: 'esnext', moduleResolution: 'bundler' }, endings: ['mts'] },
};

const STRICT = {
  target: 'es2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitReturns: true,
  skipLibCheck: false,
  types: ['node'],
  noEmit: true,
  // What a link leads to is to find its own dependencies in the project, and nowhere else.
  preserveSymlinks: true,
};

const results = new Map<string, Checked>();
const keyOf = (...parts: readonly string[]): string => parts.join(' / ');

beforeAll(async () => {
  const staged = await stage();
  const programs = (await Promise.all(Object.keys(EXPRESS).map((express) => programsWith(staged, express)))).flat();
  await Promise.all(
    Object.entries(COMPILERS).map(async ([compiler, check]) => {
      const wanted = programs.filter(
        ({ options }) => compiler === 'TypeScript 5.9' || options.moduleResolution !== 'node10',
      );
      for (const [key, checked] of await check(wanted)) results.set(keyOf(compiler, key), checked);
    }),
  );
}, 300_000);

type Options = typeof STRICT & { lib?: string[]; module: string; moduleResolution?: string };

/** A project with the types of one Express line, and the programs in it. */
async function programsWith(staged: string, express: string): Promise<(Program & { options: Options })[]> {
  const folder = await makeProject(staged, TYPES, EXPRESS[express]);
  const [readme] = blocksOf(readFileSync(join(ROOT, 'docs/reference.md'), 'utf8')).filter(
    ({ language }) => language === 'ts',
  );
  const imports = (await entryPoints()).map((path, index) => `import * as entry${index} from '${path}';`);
  const entries = [...imports, `void [${imports.map((_line, index) => `entry${index}`).join(', ')}];`].join('\n');
  for (const ending of ENDINGS) {
    await writeFile(join(folder, `readme.${ending}`), readme?.code ?? '');
    await writeFile(join(folder, `entries.${ending}`), entries);
    for (const name of ['own-user', 'no-user', 'mistakes']) {
      await copyFile(join(__dirname, 'fixtures', `${name}.ts`), join(folder, `${name}.${ending}`));
    }
  }
  await writeFile(join(folder, 'entries.ts'), entries);

  // Without the DOM's types the global fetch and its like are Node's own.
  const options = { ...STRICT, ...(express === 'Express 4' && { lib: ['es2023'] }) };
  const modern = Object.entries(PROGRAMS).map(([name, files]) => ({
    name: keyOf(express, name),
    folder,
    files: files.flatMap((file) => ENDINGS.map((ending) => `${file}.${ending}`)),
    options: { ...options, module: 'nodenext' },
  }));
  const others = Object.entries(MODULES).map(([name, { options: module, endings }]) => ({
    name: keyOf(express, name),
    folder,
    files: ['no-user', 'mistakes', 'entries'].flatMap((file) => endings.map((ending) => `${file}.${ending}`)),
    options: { ...options, ...module },
  }));
  const old = { ...options, module: 'commonjs', moduleResolution: 'node10' };
  return [...modern, ...others, { name: keyOf(express, 'node10'), folder, files: ['entries.ts'], options: old }];
}

function resultOf(...parts: readonly string[]): Checked {
  const result = results.get(keyOf(...parts));
  if (result === undefined) throw new Error(`${keyOf(...parts)} was not checked.`);
  return result;
}

describe.each(Object.keys(COMPILERS))('by %s', (compiler) => {
  describe.each(Object.keys(EXPRESS))('with the types of %s, as an ES module and as CommonJS', (express) => {
    test.each(Object.keys(PROGRAMS))('%s: it type-checks', (program) => {
      expect(resultOf(compiler, express, program).problems).toEqual([]);
    });

    test.each(Object.keys(MODULES))('it type-checks with module %s, too', (module) => {
      expect(resultOf(compiler, express, module).problems).toEqual([]);
    });

    test('no types are needed but those that such an app has', () => {
      const packages = Object.keys(PROGRAMS).flatMap((name) => resultOf(compiler, express, name).packages);
      expect(packages).toContainEqual(expect.stringMatching(`^@types/express@${express.slice('Express '.length)}\\.`));
      const known = /^(?:@types\/|@opentelemetry\/api@|passport-marketing-cloud@|typescript|undici)/;
      expect(packages.filter((id) => !known.test(id) || id.includes('oauth'))).toEqual([]);
    });
  });
});

describe('by TypeScript 5.9 with moduleResolution node10, which knows no exports field', () => {
  test.each(Object.keys(EXPRESS))('every entry point is found, with the types of %s', (express) => {
    expect(resultOf('TypeScript 5.9', express, 'node10').problems).toEqual([]);
  });
});
