import { expect, test } from '@jest/globals';
import { parseConfig } from '../../example-app/src/config/config';
import { startSingleProcess } from '../../example-app/src/server/app-process';
import { MarketingCloudError, type ErrorCode } from '../../src';
import { Browser, type Reply } from '../support/browser';
import { openExampleSite } from '../support/browser/example-site';
import { certificateOf, httpsGet } from '../support/browser/https-get';
import { sendForm, signInTo } from './pages';

/** Follows redirects as a browser that the emulator knows as Maya Lind. Returns the page that they end on. */
async function press(
  browser: Browser,
  code: string,
  signIn: (authorizeUrl: string) => Promise<string>,
): Promise<Reply> {
  let reply = await sendForm(browser, '/faults', { code });
  for (let hops = 0; reply.location !== '' && hops < 6; hops += 1) {
    const next = new URL(reply.location, browser.origin);
    const isApp = next.origin === browser.origin;
    const target = isApp ? next : new URL(await signIn(next.href));
    reply = await browser.get(target.pathname + target.search, { accept: 'text/html' });
  }
  return reply;
}

/** Lists the codes of the panel's buttons. */
async function getCodes(browser: Browser): Promise<ErrorCode[]> {
  const { text } = await browser.get('/faults');
  return [...text.matchAll(/name="code" value="(\w+)"/g)].map(([, code]) => code as ErrorCode);
}

test('each button of the fault panel leads to its page, with its status, and leaves nothing behind', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  await signInTo(browser);
  const outcomes: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  const signIn = async (authorizeUrl: string): Promise<string> => {
    // With a fault the authorize URL redirects to the app at once.
    const { headers } = await fetch(authorizeUrl, { redirect: 'manual' });
    const location = headers.get('location') ?? '';
    return location.startsWith(url) ? location : await emulator.signIn(authorizeUrl);
  };
  const codes = await getCodes(browser);
  for (const code of codes) {
    if ((await browser.get('/dashboard', { accept: 'text/html' })).status !== 200) await signInTo(browser);
    const { status, text } = await press(browser, code, signIn);
    outcomes[code] = [status, /Error code: <code>(\w+)/.exec(text)?.[1], text.includes(`Status ${status}`)];
    expected[code] = [new MarketingCloudError(code).status, code, true];
  }
  expect(codes).toHaveLength(22);
  expect(outcomes).toEqual(expected);
  expect(await signInTo(browser)).toContain('Hello, Maya Lind');
});

test('the fault panel takes its own form only', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  const form = { method: 'POST', body: 'code=invalid_client' };
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const refused = await browser.send('/faults', { ...form, headers: { ...type, 'sec-fetch-site': 'cross-site' } });
  expect(refused.status).toBe(403);
  expect((await sendForm(browser, '/faults', { code: 'toString' })).location).toBe('/faults');
  expect(await signInTo(browser)).toContain('Hello, Maya Lind');
  expect(emulator.requestsTo('token').map(({ status }) => status)).toEqual([200]);
});

test('with a real tenant there is no fault panel and no way to switch users', async () => {
  const tenant = { MC_SUBDOMAIN: 'mcexample', MC_CLIENT_ID: 'client-of-a-test', MC_CLIENT_SECRET: 'SecretOfATest' };
  const output = { print: () => undefined, report: () => undefined };
  const app = await startSingleProcess(parseConfig({ PORT: '0', ...tenant }), output);
  try {
    const ca = await certificateOf(app.url);
    expect((await httpsGet(`${app.url}/faults`, ca)).status).toBe(404);
    expect((await httpsGet(app.url, ca)).text).not.toMatch(/faults|switch-user/);
  } finally {
    await app.close();
  }
});

test('“Try again” leads through the login to the page that was wanted, also after an error of Marketing Cloud', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  emulator.fault('token', { status: 503, times: 1 });
  const wanted = '/dashboard?key=Orders&rows=2';
  const { location } = await browser.get(`/login?returnTo=${encodeURIComponent(wanted)}`);
  const callback = new URL(await emulator.signIn(location));
  const { status, text } = await browser.get(callback.pathname + callback.search, { accept: 'text/html' });
  expect(status).toBe(503);
  expect(text).toContain(`<a class="button" href="/login?returnTo=${encodeURIComponent(wanted)}">Try again</a>`);
  // Neither a foreign address nor that of an earlier sign-in.
  await browser.get('/login?returnTo=https://app.example.com/dashboard');
  expect((await browser.get('/sign-in-failed?code=invalid_state')).text).toContain('href="/login">Try again');
});
