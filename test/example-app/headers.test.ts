import { expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator';
import { Browser } from '../support/browser';
import { openExampleSite } from '../support/browser/example-site';

const CANARY = 'CanaryOfATest';

/** Signs Maya Lind in, and gives the address of the callback. */
async function signIn(browser: Browser, emulator: Emulator): Promise<URL> {
  const { location } = await browser.get('/login');
  const callback = new URL(await emulator.signIn(location));
  await browser.get(`${callback.pathname}${callback.search}`);
  return callback;
}

test.each([
  ['the landing page', '/', 200, 'no-store'],
  ['the way to the login page', '/login', 302, 'no-store'],
  ['a refused callback', '/auth/callback?state=without-a-code', 302, 'no-store'],
  ['a failure page', '/sign-in-failed?code=invalid_state', 403, 'no-store'],
  ['a page that is not there', '/nothing', 404, 'no-store'],
  ['an address that cannot be read', '/dashboard/%E0%A4%A', 400, 'no-store'],
  ['the stylesheet', '/public/style.css', 200, 'public, max-age=0'],
])('%s runs no script, is in no frame and is what it says it is', async (_, path, status, caching) => {
  const { url } = await openExampleSite();
  const { status: answered, headers } = await new Browser(url).get(path, { accept: 'text/html' });
  expect(answered).toBe(status);
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': expect.stringMatching(/^(?:same-origin|no-referrer)$/),
    'cache-control': caching,
  });
  expect(headers).not.toHaveProperty('x-powered-by');
});

test('whoever only looks gets no session', async () => {
  const { url } = await openExampleSite();
  const browser = new Browser(url);
  for (const path of ['/', '/nothing', '/sign-in-failed', '/public/style.css']) await browser.get(path);
  expect(browser.cookies.size).toBe(0);
});

test('a refusal to sign out cross-site leaves the user signed in', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  await signIn(browser, emulator);
  const refused = await browser.send('/logout', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } });
  expect(refused.status).toBe(403);
  expect((await browser.get('/dashboard')).text).toContain('Hello, Maya Lind');
  const done = await browser.send('/logout', { method: 'POST', headers: { origin: url } });
  expect([done.status, done.location]).toEqual([302, '/?signed-out']);
  expect((await browser.get('/dashboard', { accept: 'text/html' })).location).toBe('/login?returnTo=%2Fdashboard');
});

test('what an error reports names the code and the fix, and no secret, code or state', async () => {
  const { url, emulator, reports } = await openExampleSite({ strategy: { clientSecret: CANARY } });
  const browser = new Browser(url);
  const callback = await signIn(browser, emulator);
  const answer = browser.replies.at(-1);
  expect(answer?.status).toBe(502);
  expect(reports).toEqual([
    expect.stringMatching(
      /^invalid_client \(client_authentication_failed\): .*Marketing Cloud answered 401.*not installed or enabled/,
    ),
  ]);
  const secrets = [CANARY, ...['code', 'state'].map((name) => callback.searchParams.get(name) ?? CANARY)];
  for (const secret of secrets) expect(`${reports.join()}${answer?.text ?? ''}`).not.toContain(secret);
});

test('no page of a signed-in user has a token in it', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  await signIn(browser, emulator);
  await browser.get('/dashboard');
  await browser.get('/');
  const bearer = emulator.requests.last('assets')?.headers['authorization'];
  const token = String(bearer).replace('Bearer ', '');
  expect(token.length).toBeGreaterThan(20);
  for (const { text, headers } of browser.replies) expect(`${text}${JSON.stringify(headers)}`).not.toContain(token);
});

test('the link that tries again leads to the page that failed, and nothing gets out of it', async () => {
  const { url, emulator, pass } = await openExampleSite();
  const browser = new Browser(url);
  await signIn(browser, emulator);
  // A younger token is not replaced because of a 401.
  pass(61_000);
  emulator.revoke();
  const { status, text } = await browser.get('/dashboard?key="><script>x</script>', { accept: 'text/html' });
  expect(status).toBe(401);
  expect(text).toContain('href="/dashboard?key=&#34;&gt;&lt;script&gt;x&lt;/script&gt;"');
  expect(text).not.toContain('<script');
});
