import { expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator';
import { Browser } from '../support/browser';
import { openExampleSite } from '../support/browser/example-site';

const CANARY = 'CanaryOfATest';

/** Signs Maya Lind in. Returns the callback's address. */
async function signIn(browser: Browser, emulator: Emulator): Promise<URL> {
  const { location } = await browser.get('/login');
  const callback = new URL(await emulator.signIn(location));
  await browser.get(`${callback.pathname}${callback.search}`);
  return callback;
}

test.each([
  ['the landing page', '/', 200, 'no-store'],
  ['the redirect to the login page', '/login', 302, 'no-store'],
  ['a refused callback', '/auth/callback?state=without-a-code', 302, 'no-store'],
  ['the page of a refused sign-in', '/sign-in-failed?code=invalid_state', 403, 'no-store'],
  ['an unknown page', '/nothing', 404, 'no-store'],
  ['a malformed address', '/dashboard/%E0%A4%A', 400, 'no-store'],
  ['the stylesheet', '/public/style.css', 200, 'public, max-age=0'],
])('%s has headers against scripts, framing and content sniffing', async (_, path, status, caching) => {
  const { url, emulator } = await openExampleSite();
  const { status: answered, headers } = await new Browser(url).get(path, { accept: 'text/html' });
  expect(answered).toBe(status);
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${emulator.url}; base-uri 'none'; frame-ancestors 'none'`,
  );
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': expect.stringMatching(/^(?:same-origin|no-referrer)$/),
    'cache-control': caching,
  });
  expect(headers).not.toHaveProperty('x-powered-by');
});

test('public pages create no session', async () => {
  const { url } = await openExampleSite();
  const browser = new Browser(url);
  for (const path of ['/', '/nothing', '/sign-in-failed', '/public/style.css']) await browser.get(path);
  expect(browser.cookies.size).toBe(0);
});

test('a cross-site sign-out is refused and leaves the user signed in', async () => {
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

test('the log line of an error has its code and hint, and no secret, authorization code or state', async () => {
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

test('no page of a signed-in user contains a token', async () => {
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

test('the link of an error page leads back to the failed page, escaped', async () => {
  const { url, emulator, pass } = await openExampleSite();
  const browser = new Browser(url);
  await signIn(browser, emulator);
  // A token that is less than a minute old is not replaced after a 401.
  pass(61_000);
  emulator.revoke();
  const { status, text } = await browser.get('/dashboard?key="><script>x</script>', { accept: 'text/html' });
  expect(status).toBe(401);
  expect(text).toContain('href="/dashboard?key=&#34;&gt;&lt;script&gt;x&lt;/script&gt;"');
  expect(text).not.toContain('<script');
});
