import { expect, test } from '@jest/globals';
import { Browser } from '../support/browser';
import { openExampleSite } from '../support/browser/example-site';
import { poll } from '../support/fleet/poll';
import { sendForm, signInTo } from './pages';

const PROCESS = `process ${process.pid}`;

/** Gets the page's list of facts, by name. */
function getFacts(page: string): Record<string, string> {
  const pairs = [...page.matchAll(/<dt>([^<]*)<\/dt>\s*<dd>([^<]*)<\/dd>/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

test('the page shows when the token was issued and is due, and which process requested it', async () => {
  let now = Date.now();
  const { url } = await openExampleSite({ emulator: { expiresInSeconds: 1_000 }, strategy: { clock: () => now } });
  const browser = new Browser(url);
  await signInTo(browser);
  now += 350_000;
  const { text } = await browser.get('/dashboard/token');
  expect(getFacts(text)).toMatchObject({
    Issued: expect.stringMatching(/UTC, 6 min ago$/),
    Due: expect.stringMatching(/UTC, in 6 min$/),
    Expires: expect.stringMatching(/UTC, in 11 min$/),
    'Issued by': `the sign-in in ${PROCESS}, in 0 ms`,
    'This page': `answered by ${PROCESS}`,
  });
  expect(text).toContain('35 percent of the token’s lifetime are over; it is due at 70 percent.');
});

test('loading the page refreshes a due token, and the page shows the process and the new version', async () => {
  let now = Date.now();
  const { url, emulator } = await openExampleSite({
    emulator: { expiresInSeconds: 1_000 },
    strategy: { clock: () => now },
  });
  const browser = new Browser(url);
  await signInTo(browser);
  const before = getFacts((await browser.get('/dashboard/token')).text);
  now += 800_000;
  emulator.clock.advance(800_000);
  const { text } = await poll(
    () => browser.get('/dashboard/token'),
    (page) => page.text.includes('Refreshed: in'),
  );
  expect(text).toMatch(new RegExp(`<td>${PROCESS}</td>\\s*<td>Refreshed: in \\d+ ms</td>`));
  const after = getFacts(text);
  expect(after['Issued by']).toMatch(new RegExp(`^a refresh in ${PROCESS}, in \\d+ ms$`));
  expect(Number.parseInt(after['Version'] ?? '', 10)).toBe(Number.parseInt(before['Version'] ?? '', 10) + 1);
});

test('a failed refresh is listed with its code', async () => {
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
  expect(text).toContain('Refresh failed: upstream_unavailable, will be retried');
});

test('repeated and refused calls are listed with their API and status', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  await signInTo(browser);
  emulator.fault('assets', { status: 403, body: {} });
  emulator.fault('assets', { status: 429, headers: { 'Retry-After': '0' }, times: 1 });
  await browser.get('/dashboard');
  const { text } = await browser.get('/dashboard/token');
  expect(text).toMatch(/<td>Call repeated: (?:GET|POST) \/asset\/v1 after 429, call 2<\/td>/);
  expect(text).toMatch(/<td>Call refused: (?:GET|POST) \/asset\/v1 by 403/);
});

test('a user does not see the events of another user’s tokens', async () => {
  const { url } = await openExampleSite();
  const [maya, ravi] = [new Browser(url), new Browser(url)];
  await signInTo(maya);
  await signInTo(ravi, 'ravi.menon');
  await sendForm(ravi, '/dashboard/token/calls', { first: 'nothing' });
  await poll(
    () => ravi.get('/dashboard/token'),
    ({ text }) => text.includes('Called: 10 calls, all succeeded'),
  );
  const { text } = await maya.get('/dashboard/token');
  expect(text).toContain('<td>Signed in');
  expect(text).not.toContain('Called: ');
});

test('the page allows its one script and no other, and contains no token', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  await signInTo(browser);
  const { headers, text } = await browser.get('/dashboard/token');
  // The button that switches the user leads to the emulator's sign-out page.
  const emulatorOrigin = new URL(emulator.baseUrl('login')).origin;
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${emulatorOrigin}; base-uri 'none'; frame-ancestors 'none'; script-src 'self'; connect-src 'self'`,
  );
  expect(text.match(/<script\b[^>]*>/g)).toEqual(['<script src="/public/live.js" defer>']);
  const bearer = String(emulator.requests.last('assets')?.headers['authorization']);
  expect(text).not.toContain(bearer.replace('Bearer ', ''));
});

test('with an expired token, all calls succeed with one new token', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  await signInTo(browser);
  emulator.requests.clear();
  await sendForm(browser, '/dashboard/token/calls', { first: 'expire' });
  const { text } = await poll(
    () => browser.get('/dashboard/token'),
    (page) => page.text.includes('Called: '),
  );
  expect(text).toContain('Called: 10 calls, all succeeded');
  expect(emulator.requestsTo('token')).toHaveLength(1);
});
