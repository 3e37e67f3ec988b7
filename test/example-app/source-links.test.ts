import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findSourceLinks } from '../../example-app/src/pages/source-links';
import { Browser } from '../support/browser';
import { openExampleSite } from '../support/browser/example-site';
import { signInTo } from './pages';

const APP = join(__dirname, '..', '..', 'example-app');
const links = findSourceLinks(APP);

/** Gets the lines that a link names. */
function getLines(url: string): string[] {
  const [, file = '', first = '', last = ''] = /\/example-app\/(src\/[\w/-]+\.ts)#L(\d+)-L(\d+)$/.exec(url) ?? [];
  return readFileSync(join(APP, file), 'utf8')
    .split('\n')
    .slice(Number(first) - 1, Number(last));
}

test('a link names the lines between the markers of its region', () => {
  expect([...links].filter(([, { url }]) => getLines(url).some((line) => /#(?:end)?region/.test(line)))).toEqual([]);
  expect(getLines(links.get('rows')?.url ?? '').join('\n')).toMatch(/^\/\*\*[^]+function readRows\([^]+\n\}$/);
  expect(links.get('rows')?.label).toMatch(/^src\/api\/rest-data\.ts, lines \d+–\d+$/);
});

test('each card of a page links to the lines that made it', async () => {
  const { url } = await openExampleSite();
  const browser = new Browser(url);
  const pages = [(await browser.get('/')).text, (await browser.get('/sign-in-failed?code=invalid_state')).text];
  await signInTo(browser);
  for (const path of ['/dashboard', '/dashboard/soap', '/dashboard/token', '/faults']) {
    pages.push((await browser.get(path)).text);
  }
  const cards = pages.flatMap((page) => page.split('<section').slice(1));
  expect(cards.length).toBeGreaterThan(14);
  const urls = cards.map((card) => /class="source"><a href="([^"]+)"/.exec(card)?.[1] ?? card);
  const known = [...links.values()].map((link) => link.url);
  expect(urls.filter((one) => !known.includes(one))).toEqual([]);
});

test('the templates name regions that exist', () => {
  const views = readdirSync(join(APP, 'views'), { recursive: true, encoding: 'utf8' });
  const named = views
    .filter((file) => file.endsWith('.ejs'))
    .flatMap((file) => [...readFileSync(join(APP, 'views', file), 'utf8').matchAll(/region: '([\w-]+)'/g)])
    .map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !links.has(name))).toEqual([]);
});

test('the whole wiring is one function that fits on a screen: strategy, middlewares, sign-in, pages, errors', () => {
  const source = readFileSync(join(APP, 'src/app.ts'), 'utf8');
  const wiring = /export function createApp\([^]+?\n\}\n/.exec(source)?.[0] ?? '';
  const regions = [...wiring.matchAll(/#region ([a-z-]+)/g)].map(([, name]) => name);
  expect(regions).toEqual(['strategy', 'middlewares', 'sign-in', 'pages', 'emulator', 'errors']);
  expect(wiring.split('\n').length).toBeLessThanOrEqual(90);
});
