import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundleApp, makeAppProject, NEW_PEERS, OLD_PEERS, SEEN } from './app-project';
import { pack } from './pack';
import { manifestIn, ROOT, run } from './stage';

/** A process of its own on a busy machine takes its time. */
const TIMEOUT_MS = 180_000;

/** Binaries of each supported line of Node; npm has them for Linux on x64. */
const RUNTIMES = [20, 22, 24, 26]
  .map((major) => ({ major, binary: join(ROOT, `node_modules/node${major}/bin/node`) }))
  .filter(({ binary }) => existsSync(binary));
const OTHER_RUNTIMES = RUNTIMES.filter(({ major }) => !process.version.startsWith(`v${major}.`));
const THIS_RUNTIME = { major: Number.parseInt(process.versions.node), binary: process.execPath };

let tarball: string;
let unpacked: string;
/** The same app with the newest and with the oldest supported peers. */
let newest: string;
let oldest: string;
let bundles: string;

beforeAll(async () => {
  ({ tarball, unpacked } = await pack());
  newest = await makeAppProject(unpacked, NEW_PEERS);
  oldest = await makeAppProject(unpacked, OLD_PEERS);
  bundles = await bundleApp(newest);
}, 600_000);

/** Runs a program in a folder without the environment of this run, and gives what it prints. */
async function outputOf(
  binary: string,
  args: readonly string[],
  cwd: string,
): Promise<{ stdout: string; stderr: string }> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', FORCE_COLOR: '0' };
  return await run(binary, args, { cwd, env });
}

/** What the app's program sees in a project, or as a bundle. */
async function seenBy(binary: string, program: string, cwd: string): Promise<Record<string, unknown>> {
  const { stdout } = await run(binary, [program], { cwd, env: {} });
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe.each([THIS_RUNTIME, ...OTHER_RUNTIMES])('the packed package on Node $major', ({ major, binary }) => {
  const node = expect.stringMatching(`^v${major}\\.`) as unknown;

  test.each(['mjs', 'cjs'])(
    'an app (.%s) signs in, calls, refreshes and signs out, with the newest and the oldest peers',
    async (ending) => {
      expect(await seenBy(binary, `main.${ending}`, newest)).toEqual({ ...SEEN, node, express: 5 });
      expect(await seenBy(binary, `main.${ending}`, oldest)).toEqual({ ...SEEN, node, express: 4 });
    },
    TIMEOUT_MS,
  );

  test.each(['mjs', 'cjs'])(
    'so does the app in one file, bundled by esbuild (.%s)',
    async (ending) => {
      expect(await seenBy(binary, `main.${ending}`, bundles)).toEqual({ ...SEEN, node, express: 5 });
    },
    TIMEOUT_MS,
  );
});

describe('tests of an app, without configuration', () => {
  let text: string;

  beforeAll(async () => {
    const file = join(newest, 'test-of-walk.mjs');
    text = await readFile(file, 'utf8');
    await rm(file);
    await writeFile(join(newest, 'package.json'), '{"name":"app","private":true}');
  });

  test(
    'pass in Jest',
    async () => {
      // It reads .js files, as CommonJS.
      const code = text.replace("import { walk } from './walk.mjs'", "const { walk } = require('./walk.cjs')");
      await writeFile(join(newest, 'jest.test.js'), code);
      const args = [join(ROOT, 'node_modules/jest/bin/jest.js'), 'jest.test.js'];
      const { stderr } = await outputOf(process.execPath, args, newest);
      expect(stderr).toMatch(/^Tests: +1 passed, 1 total$/m);
      expect(stderr).not.toMatch(/did not exit|failed to exit/);
    },
    TIMEOUT_MS,
  );

  test(
    'pass in Jest also where a test creates a strategy and ends at once',
    async () => {
      const code = `const { Strategy } = require('passport-marketing-cloud');
        const callbackURL = 'https://127.0.0.1/cb';
        test('short', () => void new Strategy({ subdomain: 'mcexample', clientID: 'a', clientSecret: 'b', callbackURL }));`;
      await writeFile(join(newest, 'short.test.js'), code);
      const args = [join(ROOT, 'node_modules/jest/bin/jest.js'), '--runInBand', 'short.test.js'];
      // Jest ends with 1 where a module is loaded after the last test, although all tests have passed.
      expect((await outputOf(process.execPath, args, newest)).stderr).not.toMatch(/torn down/);
    },
    TIMEOUT_MS,
  );

  test(
    'pass in Vitest',
    async () => {
      await writeFile(join(newest, 'vitest.test.mjs'), `import { expect, test } from 'vitest';\n${text}`);
      const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', 'vitest.test.mjs'];
      expect((await outputOf(process.execPath, args, newest)).stdout).toMatch(/^ +Tests +1 passed \(1\)$/m);
    },
    TIMEOUT_MS,
  );
});

interface Analysis {
  readonly analysis: {
    readonly entrypoints: Readonly<Record<string, unknown>>;
    readonly problems: readonly { readonly kind: string; readonly entrypoint?: string }[];
  };
}

describe('the tarball', () => {
  test(
    'is clean for publint, suggestions included',
    async () => {
      const args = [join(ROOT, 'node_modules/publint/src/cli.js'), 'run', tarball, '--strict'];
      expect((await outputOf(process.execPath, args, ROOT)).stdout).toMatch(/All good!/);
    },
    TIMEOUT_MS,
  );

  test(
    'has types for every entry point in every kind of resolution, for attw',
    async () => {
      const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
      // To a file: it fails for each problem, and ends before a pipe is empty.
      const program = '"$0" "$1" "$2" --format json > attw.json || true';
      await outputOf('sh', ['-c', program, process.execPath, attw, tarball], newest);
      const { analysis } = JSON.parse(await readFile(join(newest, 'attw.json'), 'utf8')) as Analysis;
      expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys((await manifestIn(ROOT)).exports ?? {}));
      const problems = analysis.problems.map(({ kind, entrypoint = '' }) => `${kind} ${entrypoint}`);
      // What browsers get is an ES module for bundlers; `require` on Node has no use for it.
      expect(problems.filter((problem) => problem !== 'CJSResolvesToESM ./browser')).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    'is published without warnings, but the one that there is no login',
    async () => {
      // The folder is what prepack has made; a dry run asks no registry.
      const args = ['publish', unpacked, '--dry-run', '--offline', '--ignore-scripts'];
      const { stdout, stderr } = await outputOf('npm', args, ROOT);
      expect(stdout).toMatch(/^\+ passport-marketing-cloud@/m);
      expect(stderr).toContain('with tag latest and public access (dry-run)');
      const warnings = stderr.split('\n').filter((line) => /^npm (?:warn|error)/i.test(line));
      expect(warnings.filter((line) => !line.includes('requires you to be logged in'))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
