import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { packageRules } from '../../../../../src/cli/doctor/rules/package-rules';
import { findingOf } from '../../../../support/doctor';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcg-doctor-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function writeManifest(path: string, manifest: object): Promise<void> {
  await mkdir(join(folder, path), { recursive: true });
  await writeFile(join(folder, path, 'package.json'), JSON.stringify(manifest));
}

test.each([
  ['18.20.4', 'failed'],
  ['20.18.0', 'failed'],
  ['20.19.0', 'passed'],
  ['21.7.0', 'failed'],
  ['22.11.0', 'failed'],
  ['22.12.0', 'passed'],
  ['26.0.0', 'passed'],
])('Node %s is %s', async (nodeVersion, status) => {
  expect((await findingOf(packageRules, 'node-version', {}, { nodeVersion })).status).toBe(status);
});

test.each([
  ['express', '5.1.0', 'passed'],
  ['express', '4.16.4', 'failed'],
  ['passport', '0.5.3', 'failed'],
  ['passport', '0.7.0', 'passed'],
  ['express-session', '1.17.3', 'failed'],
  ['express-session', '1.18.1', 'passed'],
])('%s %s, as it is installed, is %s', async (name, version, status) => {
  await writeManifest(`node_modules/${name}`, { name, version });
  const finding = await findingOf(packageRules, `${name}-version`, {}, { folder });
  expect([finding.status, finding.message]).toEqual([status, expect.stringContaining(version)]);
});

test('a package that does the same work is named, with what to do', async () => {
  await writeManifest('', { dependencies: { express: '5', 'fuel-auth': '3', 'passport-oauth2-refresh': '2' } });
  const finding = await findingOf(packageRules, 'legacy-packages', {}, { folder });
  expect(finding).toMatchObject({
    status: 'warned',
    message: 'package.json names fuel-auth, passport-oauth2-refresh.',
    fix: expect.stringMatching(/fuel-auth: remove it: .*passport-oauth2-refresh: remove it/),
  });
});

test('a folder without an app is skipped', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'mcg-doctor-'));
  for (const id of ['express-version', 'legacy-packages']) {
    const finding = await findingOf(packageRules, id, {}, { folder: empty });
    expect([finding.status, finding.fix]).toEqual(['skipped', "Run the doctor in the app's folder."]);
  }
  await rm(empty, { recursive: true });
});
