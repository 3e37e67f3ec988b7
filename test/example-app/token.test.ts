import { expect, test } from '@jest/globals';
import { Browser } from '../support/browser';
import { openExampleSite } from '../support/browser/example-site';
import { poll } from '../support/fleet/poll';
import { sendForm, signInTo } from './kept';

const PROCESS = `process ${process.pid}`;

/** What the page's list of facts says, by name. */
function factsOf(page: string): Record<string, string> {
  const pairs = [...page.matchAll(/<dt>([^<]*)<\/dt>\s*<dd>([^<]*)<\/dd>/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

test('the page tells since when the token lives, when it is due and which process brought it', async () => {
  let now = Date.now();
  const { url } = await openExampleSite({ emulator: { expiresInSeconds: 1_000 }, strategy: { clock: () => now } });
  const browser = new Browser(url);
  await signInTo(browser);
  now += 350_000;
  const { text } = await browser.get('/dashboard/token');
  expect(factsOf(text)).toMatchObject({
    Issued: expect.stringMatching(/UTC, 6 min ago$/),
    Due: expect.stringMatching(/UTC, in 6 min$/),
    Expires: expect.stringMatching(/UTC, in 11 min$/),
    'Brought by': `the sign-in in ${PROCESS}, in 0 ms`,
    'This page': `answered by ${PROCESS}`,
  });
  expect(text).toContain('35 percent of the token’s life are over; it is due at 70 percent.');
});

test('a token that is due is renewed by looking, and the page tells by whom and counts the version', async () => {
  let now = Date.now();
  const { url, emulator } = await openExampleSite({
    emulator: { expiresInSeconds: 1_000 },
    strategy: { clock: () => now },
  });
  const browser = new Browser(url);
  await signInTo(browser);
  const before = factsOf((await browser.get('/dashboard/token')).text);
  now += 800_000;
  emulator.clock.advance(800_000);
  const { text } = await poll(
    () => browser.get('/dashboard/token'),
    (page) => page.text.includes('Refreshed: in'),
  );
  expect(text).toMatch(new RegExp(`<td>${PROCESS}</td>\\s*<td>Refreshed: in \\d+ ms</td>`));
  const after = factsOf(text);
  expect(after['Brought by']).toMatch(new RegExp(`^a refresh in ${PROCESS}, in \\d+ ms$`));
  expect(Number.parseInt(after['Version'] ?? '', 10)).toBe(Number.parseInt(before['Version'] ?? '', 10) + 1);
});

test('a refresh that fails is told with its code', async () => {
  let now = Date.now();
  const { url, emulator } = await openExampleSite({ strategy: { clock: () => now } });
  const browser = new Browser(url);
  await signInTo(browser);
  emulator.fault('token', { status: 503, body: {} });
  now += 900_000;
  emulator.clock.advance(900_000);
  const { text } = await poll(
    () => browser.get('/dashboard/token'),
    (page) => page.text.includes('Refresh failed'),
  );
  expect(text).toContain('Refresh failed: upstream_unavailable, will be tried again');
});

test('nobody sees what happens to the tokens of others', async () => {
  const { url } = await openExampleSite();
  const [maya, ravi] = [new Browser(url), new Browser(url)];
  await signInTo(maya);
  await signInTo(ravi, 'ravi.menon');
  await sendForm(ravi, '/dashboard/token/calls', { first: 'nothing' });
  await poll(
    () => ravi.get('/dashboard/token'),
    ({ text }) => text.includes('Called: 10 calls, all answered'),
  );
  const { text } = await maya.get('/dashboard/token');
  expect(text).toContain('<td>Signed in');
  expect(text).not.toContain('Called: ');
});

test('the page may run the one script that renews it, and no other; it holds no token', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  await signInTo(browser);
  const { headers, text } = await browser.get('/dashboard/token');
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; script-src 'self'; connect-src 'self'",
  );
  expect(text.match(/<script\b[^>]*>/g)).toEqual(['<script src="/public/live.js" defer>']);
  const bearer = String(emulator.requests.last('assets')?.headers['authorization']);
  expect(text).not.toContain(bearer.replace('Bearer ', ''));
});

test('letting the token expire has every call answered with one new token', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  await signInTo(browser);
  emulator.requests.clear();
  await sendForm(browser, '/dashboard/token/calls', { first: 'expire' });
  const { text } = await poll(
    () => browser.get('/dashboard/token'),
    (page) => page.text.includes('Called: '),
  );
  expect(text).toContain('Called: 10 calls, all answered');
  expect(emulator.requestsTo('token')).toHaveLength(1);
});
