import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { transformSync } from 'esbuild';
import { codeIn } from '../support/guide';
import { makeProject, ROOT, run, stage } from './stage';

// Programs that cannot be loaded by Jest, which does not support `require` of an ES module.

let project: string;

beforeAll(async () => {
  project = await makeProject(await stage(), [
    ...['express', 'express-session', 'passport', 'supertest', 'sfmc-sdk'],
    ...['@jest/globals', 'vitest'],
    ...['@nestjs/common', '@nestjs/core', '@nestjs/passport', '@nestjs/platform-express', 'rxjs', 'reflect-metadata'],
  ]);
  await cp(join(__dirname, 'fixtures/guides'), project, { recursive: true });
  await writeFile(join(project, 'package.json'), '{ "name": "app", "private": true }');
  await writeFile(join(project, 'tsconfig.json'), '{ "compilerOptions": { "experimentalDecorators": true } }');
}, 300_000);

/** Runs a program of the project, and resolves to what it prints. */
async function printed(file: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['-r', require.resolve('esbuild-register'), file], {
    cwd: project,
    env: { ...process.env, SESSION_SECRET: 'of the session' },
  });
  return stdout;
}

test('nestjs.md signs in with middlewares and with @nestjs/passport, and its filter answers errors', async () => {
  await writeFile(join(project, 'middlewares.ts'), codeIn('nestjs.md', 'class AppModule'));
  await writeFile(join(project, 'guards.ts'), codeIn('nestjs.md', 'class SignInGuard'));
  const [middlewares, guards] = (await printed('nestjs.ts'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(middlewares).toEqual({
    guard: [302, '/login?returnTo=%2Fassets'],
    callback: [302, '/'],
    assets: 20,
    failed: [503, '5', { error: 'api_error' }],
  });
  expect(guards).toEqual({ callback: [200, { connected: true }], assets: 20, user: 'Maya Lind' });
}, 60_000);

test('testing.md: its tests pass under node:test', async () => {
  await writeFile(join(project, 'app.ts'), codeIn('testing.md', 'one for each app'));
  await writeFile(join(project, 'app.test.ts'), codeIn('testing.md', 'node:test'));
  expect(await printed('app.test.ts')).toMatch(/^# pass 4$/m);
}, 60_000);

/** A program as CommonJS, which Jest reads without configuration. */
function toCommonJs(code: string): string {
  return transformSync(code, { loader: 'ts', format: 'cjs', target: 'node20' }).code;
}

test('testing.md: its recipe passes under Jest and, with its own first line, under Vitest', async () => {
  const [app, recipe] = [codeIn('testing.md', 'one for each app'), codeIn('testing.md', '@jest/globals')];
  const runner = (path: string): string => join(ROOT, 'node_modules', path);
  await writeFile(join(project, 'app.js'), toCommonJs(app));
  await writeFile(join(project, 'recipe.test.js'), toCommonJs(recipe));
  const jest = await run(process.execPath, [runner('jest/bin/jest.js'), 'recipe.test.js'], { cwd: project });
  expect(jest.stderr).toMatch(/^Tests: +1 passed, 1 total$/m);
  await rm(join(project, 'app.js'));

  await writeFile(join(project, 'app.ts'), app);
  await writeFile(join(project, 'recipe.test.ts'), recipe.replace('@jest/globals', 'vitest'));
  const vitest = await run(process.execPath, [runner('vitest/vitest.mjs'), 'run', 'recipe.test.ts'], { cwd: project });
  expect(stripVTControlCharacters(vitest.stdout)).toMatch(/^ +Tests +1 passed \(1\)$/m);
}, 60_000);

test('business-units.md lists business units by SOAP', async () => {
  await writeFile(join(project, 'app.ts'), codeIn('testing.md', 'one for each app'));
  await writeFile(join(project, 'business-units.ts'), codeIn('business-units.md', 'sdkFor'));
  expect(JSON.parse(await printed('list-business-units.ts'))).toEqual([510_001_000, 510_001_101, 510_001_102]);
}, 60_000);
