import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { comeBack, openLogin } from '../support/attack';
import { Browser } from '../support/browser';
import { emulate } from '../support/scene';

const ROOT = join(__dirname, '../..');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcg-bundles-'));
  const bundle = (entry: string, name: string): Promise<unknown> =>
    build({
      entryPoints: [join(ROOT, entry)],
      outfile: join(folder, name),
      bundle: true,
      minify: true,
      platform: 'node',
      logLevel: 'silent',
    });
  await Promise.all([bundle('test/support/bundled-app.ts', 'app.js'), bundle('src/index.ts', 'other.js')]);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

test('defect 31: two minified copies of the package know each other’s strategy, errors and stores', async () => {
  const emulator = await emulate();
  const options = JSON.stringify({ ...emulator.strategyOptions(), scope: ['offline'] });
  const child = spawn(process.execPath, [join(folder, 'app.js'), join(folder, 'other.js'), options], { stdio: 'pipe' });
  const ended = once(child, 'exit');
  child.stderr.pipe(process.stderr);
  try {
    const [origin] = (await Promise.race([once(child.stdout, 'data'), ended])) as [unknown];
    const browser = new Browser(String(origin));
    const callback = await comeBack(emulator, await openLogin(browser));
    expect((await browser.get(callback)).location).toBe('/home');
    expect((await browser.get('/api')).text).toBe('"called"');
    emulator.revoke();
    expect(JSON.parse((await browser.get('/dead')).text)).toEqual({
      isOfBoth: true,
      isApiError: false,
      name: 'MarketingCloudError',
      code: 'sign_in_required',
      isInMemory: true,
    });
    expect((await browser.get('/api')).status).toBe(401);
    const headers = { origin: String(origin) };
    expect((await browser.send('/logout', { method: 'POST', headers })).location).toBe('/');
  } finally {
    child.stdin.end();
    await ended;
  }
}, 60_000);
