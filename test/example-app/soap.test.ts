import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Browser } from '../support/browser';
import { openExampleSite } from '../support/browser/example-site';
import { poll } from '../support/fleet/poll';
import { sendForm, signInTo } from './pages';

let child: ChildProcess | undefined;
let url = '';

// A separate process, because Jest does not load sfmc-sdk, which is an ES module.
beforeAll(async () => {
  const started = spawn(process.execPath, ['-r', 'esbuild-register', 'example-app/src/server.ts'], {
    cwd: join(__dirname, '..', '..'),
    env: { PATH: process.env['PATH'], PORT: '0' },
  });
  child = started;
  let output = '';
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const lines = await poll(
    () => Promise.resolve(output),
    (text) => text.includes('Press Ctrl+C') || started.exitCode !== null,
  );
  url = /Open (\S+) and/.exec(lines)?.[1] ?? lines;
}, 40_000);

afterAll(() => void child?.kill('SIGKILL'));

/** Gets a table's cells, row by row. */
function getCells(page: string, caption: string): string[][] {
  const [, table = ''] = page.split(`<caption class="hidden">${caption}</caption>`);
  const [body = ''] = table.split('</table>');
  return [...body.matchAll(/<tr>([^]*?)<\/tr>/g)]
    .map(([, row = '']) => [...row.matchAll(/<td>([^<]*)<\/td>/g)].map(([, cell = '']) => cell))
    .filter((row) => row.length > 0);
}

test('sfmc-sdk retrieves data extensions and subscribers with the user’s tokens', async () => {
  const browser = new Browser(url);
  await signInTo(browser);
  const { status, text } = await browser.get('/dashboard/soap');
  expect(status).toBe(200);
  expect(getCells(text, 'Data extensions').map(([name]) => name)).toEqual(
    expect.arrayContaining(['Subscribers', 'Orders', 'Order Lines', 'Preferences', 'Suppressions']),
  );
  const subscribers = getCells(text, 'Subscribers');
  expect(subscribers).toHaveLength(20);
  expect(subscribers[0]).toEqual([
    '510001000-S-0001',
    expect.stringMatching(/@/),
    expect.stringMatching(/^\w+$/),
    expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
  ]);
  expect(text).toContain('The first 20; there are more.');
});

test('the page lists the business units, and shows the data of the chosen one', async () => {
  const browser = new Browser(url);
  await signInTo(browser);
  const { text } = await browser.get('/dashboard/soap');
  expect([...text.matchAll(/name="businessUnit" value="(\d+)"/g)].map(([, id]) => id)).toEqual([
    '510001000',
    '510001101',
    '510001102',
  ]);
  await sendForm(browser, '/dashboard/business-unit', { businessUnit: '510001102' });
  const after = (await browser.get('/dashboard/soap')).text;
  expect(getCells(after, 'Subscribers')[0]?.[0]).toBe('510001102-S-0001');
});

test('an expired token is refreshed, and the page shows all parts', async () => {
  const browser = new Browser(url);
  await signInTo(browser);
  await sendForm(browser, '/dashboard/token/calls', { first: 'expire' });
  expect(getCells((await browser.get('/dashboard/soap')).text, 'Subscribers')).toHaveLength(20);
});

test('without sfmc-sdk each part of the page says what to install', async () => {
  const site = await openExampleSite();
  const browser = new Browser(site.url);
  await signInTo(browser);
  const { status, text } = await browser.get('/dashboard/soap');
  expect(status).toBe(200);
  expect(text.match(/npm install sfmc-sdk/g)).toHaveLength(3);
});
