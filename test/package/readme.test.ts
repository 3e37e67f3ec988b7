import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkTypes } from './check-types';
import { anchorsOf, blocksOf, firstColumn, linksOf, type Block } from './markdown';
import { makeProject, manifestIn, ROOT, run, stage } from './stage';

const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
  'example-app/README.md',
].filter((name) => name.endsWith('.md'));

/** A block with the document it stands in. */
interface Found extends Block {
  readonly document: string;
  readonly where: string;
}

const blocks = DOCUMENTS.flatMap((document): Found[] =>
  blocksOf(textOf(document)).map((block) => ({ ...block, document, where: `${document}:${block.line}` })),
);
const programs = blocks.filter(({ language }) => ['ts', 'js'].includes(language));
const shell = blocks.filter(({ language }) => language === 'sh');

function textOf(document: string): string {
  return readFileSync(join(ROOT, document), 'utf8');
}

/** Where a block goes in the project. */
function fileOf({ document, line, language }: Found): string {
  return `${document.replace(/\W+/g, '-')}-${line}.${language}`;
}

const OPTIONS = {
  ...{ target: 'es2022', module: 'nodenext', moduleDetection: 'force', strict: true, types: ['node'] },
  ...{ allowJs: true, checkJs: true, noEmit: true, preserveSymlinks: true, experimentalDecorators: true },
};

let project: string;
/** What is wrong, each problem with its file in front. */
let problems: readonly string[];

beforeAll(async () => {
  project = await makeProject(await stage(), [
    ...['express', 'express-session', 'passport', 'supertest', 'redis', 'pg', 'sfmc-sdk'],
    ...['@opentelemetry/api', '@opentelemetry/sdk-metrics', '@opentelemetry/exporter-prometheus'],
    ...[
      'connect-redis',
      'connect-pg-simple',
      '@types/connect-pg-simple',
      '@jest/globals',
      'fastify',
      '@fastify/express',
    ],
    ...['@nestjs/common', '@nestjs/core', '@nestjs/passport', '@nestjs/platform-express', 'rxjs', 'reflect-metadata'],
    ...['@types/node', '@types/express', '@types/express-session', '@types/passport', '@types/supertest', '@types/pg'],
  ]);
  await cp(join(__dirname, 'fixtures/documents'), project, { recursive: true });
  for (const block of programs) await writeFile(join(project, fileOf(block)), block.code);
  await writeFile(join(project, 'tables.ts'), tables());
  // All blocks are modules of one program, but for those that declare another user than the first one.
  const isApart = ({ code }: Found): boolean => /interface User(?! extends DefaultUser )/.test(code);
  const together = programs.filter((block) => !isApart(block)).map(fileOf);
  const checked = await checkTypes('typescript', [
    { name: 'together', folder: project, files: [...together, 'context.d.ts', 'tables.ts'], options: OPTIONS },
    ...programs.filter(isApart).map((block) => ({
      name: block.where,
      folder: project,
      files: [fileOf(block), 'context.d.ts'],
      options: OPTIONS,
    })),
  ]);
  problems = [...checked.values()].flatMap((each) => each.problems);
}, 300_000);

/** A program that is right when the reference's tables name everything there is, and nothing else. */
function tables(): string {
  const reference = textOf('docs/reference.md');
  const record = (type: string, heading: string): string => {
    const names = firstColumn(reference, heading).map((cell) => cell.replace(/[`()]/g, ''));
    return `const ${type}s: Record<${type}, 0> = { ${names.map((name) => `${name}: 0`).join(', ')} };\nvoid ${type}s;`;
  };
  return [
    `import type { ErrorCode, MarketingCloud, StrategyOptions } from 'passport-marketing-cloud';`,
    `type Option = keyof StrategyOptions;`,
    `type Member = keyof MarketingCloud;`,
    record('Option', 'Options'),
    record('ErrorCode', 'When a sign-in does not work'),
    record('Member', '`req.marketingCloud`'),
  ].join('\n');
}

describe('code in the documents', () => {
  test.each(programs.map((block) => [block.where, fileOf(block)]))('%s type-checks under strict', (_where, file) => {
    expect(problems.filter((problem) => problem.startsWith(`${file}:`))).toEqual([]);
  });

  test('the README’s test passes', async () => {
    const [block] = programs.filter(({ code }) => code.includes('node:test'));
    if (block === undefined) throw new Error('The README shows no test.');
    const { stdout } = await run(process.execPath, ['-r', require.resolve('esbuild-register'), fileOf(block)], {
      cwd: project,
    });
    expect(stdout).toMatch(/^# pass 1$/m);
  }, 60_000);
});

describe('the reference', () => {
  test('names every option, outcome and member there is, and no other', () => {
    expect(problems.filter((problem) => problem.startsWith('tables.ts:'))).toEqual([]);
  });

  test('case V2: shows a store for sessions beside each vault that several processes share', () => {
    const vaults = programs.filter(
      ({ document, code }) => document === 'docs/reference.md' && /new \w+Vault\(/.test(code),
    );
    expect(vaults.map(({ code }) => /new (\w+Vault)\(/.exec(code)?.[1])).toEqual(['RedisVault', 'PostgresVault']);
    expect(vaults.filter(({ code }) => !/export const sessions = new \w+Store\(/.test(code))).toEqual([]);
  });

  test('has nothing else wrong behind it', () => {
    const files = [...programs.map(fileOf), 'tables.ts'];
    expect(problems.filter((problem) => !files.some((file) => problem.startsWith(`${file}:`)))).toEqual([]);
  });
});

describe('the example app’s README', () => {
  test('names every environment variable that the app reads, and no other', () => {
    const config = ['config/config', 'config/variables']
      .map((file) => readFileSync(join(ROOT, `example-app/src/${file}.ts`), 'utf8'))
      .join('\n');
    const read = new Set([...config.matchAll(/'([A-Z]+(?:_[A-Z]+)*)'/g)].map(([, name]) => `\`${name ?? ''}\``));
    const named = firstColumn(textOf('example-app/README.md'), 'Environment variables');
    expect([...named].sort()).toEqual([...read].sort());
  });
});

describe('commands in the documents', () => {
  test('run scripts that exist', async () => {
    const { scripts = {} } = await manifestIn(ROOT);
    const run = shell.flatMap(({ code }) =>
      [...code.matchAll(/\bnpm (?:run )?([\w:]+)/g)].map(([, name]) => name ?? ''),
    );
    expect(run).toEqual(expect.arrayContaining(['start', 'test']));
    expect(run.filter((name) => !['ci', 'init', 'install', ...Object.keys(scripts)].includes(name))).toEqual([]);
  });

  test('run programs that are installed', () => {
    const run = shell.flatMap(({ code }) =>
      [...code.matchAll(/\bnpx (?:--no-install )?([\w-]+)/g)].map(([, name]) => name),
    );
    const installed = new Set(['passport-marketing-cloud', ...readdirSync(join(ROOT, 'node_modules/.bin'))]);
    expect(run.filter((name) => !installed.has(name ?? ''))).toEqual([]);
  });
});

describe('the documents', () => {
  test('name files that are there', () => {
    const named = DOCUMENTS.flatMap((document) => [
      ...textOf(document).matchAll(/`((?:\.ci|docs|example-app|src|test)\/[\w./-]*)`/g),
    ]);
    const paths = named.map(([, path = '']) => path);
    expect(paths).toContain('src/index.ts');
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test.each(DOCUMENTS)('link to what is there: %s', (document) => {
    const broken = linksOf(textOf(document)).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(ROOT, document) : join(ROOT, dirname(document), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});
