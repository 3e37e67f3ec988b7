import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { startEmulator } from '../../src/emulator';
import { describeInBrowser } from '../support/browser/describe-in-browser';
import { pick } from '../support/browser/visit';
import { blocksOf } from './markdown';
import { makeFolder, makeProject, ROOT, stage } from './stage';

let project: string;

beforeAll(async () => {
  project = await makeProject(await stage(), ['express', 'express-session', 'passport', 'node-forge']);
  const [program] = blocksOf(readFileSync(join(ROOT, 'README.md'), 'utf8')).filter(({ language }) => language === 'js');
  if (program === undefined) throw new Error('The README shows no program.');
  await writeFile(join(project, 'app.mjs'), program.code);
}, 300_000);

const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** A port that was free a moment ago: the program's address is part of its callback URL, so it cannot be chosen by it. */
async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts the README's program as it stands; the address that it prints. */
async function startProgram(port: number, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, ['app.mjs'], {
    cwd: project,
    env: { PATH: process.env['PATH'], PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  open.push(() => (child.kill('SIGKILL'), ended));
  for await (const line of createInterface(child.stdout)) {
    const [, address] = /^Open (https?:\S+)$/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('The program has ended without printing its address.');
}

describeInBrowser('the README’s first program', (browser) => {
  test('signs in to the emulator with nothing configured, and out again', async () => {
    const address = await startProgram(await findPort(), {});
    const page = await browser().newPage();
    await page.goto(address);
    await page.getByRole('link', { name: 'Sign in with Marketing Cloud' }).click();
    await pick(page, 'Maya Lind');
    await page.getByRole('link', { name: 'Assets' }).click();
    expect(JSON.parse(await page.locator('body').innerText())).toMatchObject({
      user: 'Maya Lind',
      restBaseUrl: expect.stringMatching(/\/rest$/),
      assets: { page: 1 },
    });
    await page.goto(address);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with Marketing Cloud' }).waitFor();
    await page.close();
  });

  test('shows its failure page to a user without a licence', async () => {
    const address = await startProgram(await findPort(), {});
    const page = await browser().newPage();
    await page.goto(`${address}/login`);
    await pick(page, 'Tom Berg');
    await page.getByRole('heading', { name: 'Not signed in' }).waitFor();
    expect(await page.locator('p').innerText()).toMatch(/user_not_licensed/);
    await page.close();
  });

  test('signs in to a tenant by four variables, over https', async () => {
    const emulator = await startEmulator();
    open.push(() => emulator.close());
    const { subdomain, clientID, clientSecret, baseUrlTemplate } = emulator.strategyOptions();
    const port = await findPort();
    const address = await startProgram(port, {
      MC_SUBDOMAIN: subdomain,
      MC_CLIENT_ID: clientID,
      MC_CLIENT_SECRET: clientSecret ?? '',
      MC_CALLBACK_URL: `https://127.0.0.1:${port}/auth/callback`,
      MC_BASE_URL_TEMPLATE: baseUrlTemplate,
      XDG_DATA_HOME: await makeFolder(),
    });
    expect(address).toBe(`https://127.0.0.1:${port}`);
    const page = await browser().newPage({ ignoreHTTPSErrors: true });
    await page.goto(`${address}/assets`);
    await pick(page, 'Maya Lind');
    expect(JSON.parse(await page.locator('body').innerText())).toMatchObject({ user: 'Maya Lind' });
    await page.close();
  });
});
