import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startEmulator } from '../../src/emulator';
import { describeInBrowser } from '../support/browser/describe-in-browser';
import { pick } from '../support/browser/visit';
import { blocksOf } from './markdown';
import { makeFolder, makeProject, ROOT, stage } from './stage';

let project: string;
let projectWithExpress4: string;

beforeAll(async () => {
  const [program] = blocksOf(readFileSync(join(ROOT, 'README.md'), 'utf8')).filter(({ language }) => language === 'js');
  if (program === undefined) throw new Error('The README shows no program.');
  const staged = await stage();
  const names = ['express', 'express-session', 'passport', 'node-forge'];
  project = await makeProject(staged, names);
  projectWithExpress4 = await makeProject(staged, names, { express: 'express4' });
  for (const folder of [project, projectWithExpress4]) await writeFile(join(folder, 'app.mjs'), program.code);
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

/** Starts the README's program as it stands; the address that it prints. Rejects with its errors when it ends. */
async function startProgram(env: Readonly<Record<string, string>>, cwd = project): Promise<string> {
  const child = spawn(process.execPath, ['app.mjs'], { cwd, env: { PATH: process.env['PATH'], ...env } });
  const ended = once(child, 'close');
  open.push(() => (child.kill('SIGKILL'), ended));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface(child.stdout)) {
    const [, address] = /^Open (.+)$/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  await ended;
  throw new Error(errors);
}

/** The variables of a tenant, which an emulator takes the place of. */
async function tenantAt(callbackUrl: string): Promise<Record<string, string>> {
  const emulator = await startEmulator();
  open.push(() => emulator.close());
  const { subdomain, clientID, clientSecret, baseUrlTemplate } = emulator.strategyOptions();
  return {
    MC_SUBDOMAIN: subdomain,
    MC_CLIENT_ID: clientID,
    MC_CLIENT_SECRET: clientSecret ?? '',
    MC_CALLBACK_URL: callbackUrl,
    MC_BASE_URL_TEMPLATE: baseUrlTemplate,
    XDG_DATA_HOME: await makeFolder(),
  };
}

describe('the README’s first program', () => {
  test.each([
    ['Express 5', () => project],
    ['Express 4', () => projectWithExpress4],
  ])('ends with the error when its port is in use: %s', async (_what, folder) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    open.push(() => once(other.close(), 'close'));
    const { port } = other.address() as AddressInfo;
    await expect(startProgram({ PORT: String(port) }, folder())).rejects.toThrow('EADDRINUSE: address already in use');
  });

  test('listens on the port of a redirect URL on 127.0.0.1, also where PORT is empty', async () => {
    const port = await findPort();
    const env = await tenantAt(`http://127.0.0.1:${port}/auth/callback`);
    expect(await startProgram({ ...env, PORT: '' })).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  test('prints the port that it listens on where a proxy has the redirect URL', async () => {
    const port = await findPort();
    const env = await tenantAt('https://app.example.com:8443/auth/callback');
    expect(await startProgram({ ...env, PORT: String(port) })).toBe(`port ${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  test.each(['abc', '0', '65536', '3000.5'])('says that PORT=%s is no port', async (text) => {
    await expect(startProgram({ PORT: text })).rejects.toThrow('PORT must be a number from 1 to 65535');
  });
});

describeInBrowser('the README’s first program in a browser', (browser) => {
  test('signs in to the emulator with nothing configured, and out again', async () => {
    const address = await startProgram({ PORT: String(await findPort()) });
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
    const address = await startProgram({ PORT: String(await findPort()) });
    const page = await browser().newPage();
    await page.goto(`${address}/login`);
    await pick(page, 'Tom Berg');
    await page.getByRole('heading', { name: 'Not signed in' }).waitFor();
    expect(await page.locator('p').innerText()).toMatch(/user_not_licensed/);
    await page.close();
  });

  test('signs in to a tenant by four variables, over https', async () => {
    const port = await findPort();
    const address = await startProgram(await tenantAt(`https://127.0.0.1:${port}/auth/callback`));
    expect(address).toBe(`https://127.0.0.1:${port}`);
    const page = await browser().newPage({ ignoreHTTPSErrors: true });
    await page.goto(`${address}/assets`);
    await pick(page, 'Maya Lind');
    expect(JSON.parse(await page.locator('body').innerText())).toMatchObject({ user: 'Maya Lind' });
    await page.close();
  });
});
