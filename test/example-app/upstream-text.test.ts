import { expect, test } from '@jest/globals';
import { Browser } from '../support/browser';
import { openExampleSite } from '../support/browser/example-site';
import { signInTo } from './pages';

const UPSTREAM_TEXT = 'The filter <script>alert(1)</script> is not valid.\nsecond line';

test('Marketing Cloud’s text about a refused call is shown, with markup escaped', async () => {
  const { url, emulator } = await openExampleSite();
  const browser = new Browser(url);
  await signInTo(browser);
  emulator.fault('rowset', { status: 400, body: { message: UPSTREAM_TEXT, errorcode: 10_006, documentation: '' } });
  const { status, text } = await browser.get('/dashboard', { accept: 'text/html' });
  expect(status).toBe(200);
  expect(text).toContain('Marketing Cloud answered 400, errorcode 10006.');
  expect(text).toContain('The filter &lt;script&gt;alert(1)&lt;/script&gt; is not valid.');
  expect(text).not.toContain('<script>alert');
});

test('Marketing Cloud’s text about a failed sign-in is logged on one line', async () => {
  const { url, emulator, reports } = await openExampleSite();
  const body = { error: 'invalid_client', error_description: UPSTREAM_TEXT };
  emulator.fault('token', { status: 401, body });
  const browser = new Browser(url);
  const callback = new URL(await emulator.signIn((await browser.get('/login')).location));
  const { text } = await browser.get(callback.pathname + callback.search, { accept: 'text/html' });
  expect(text).not.toContain('<script>alert');
  expect(reports).toHaveLength(1);
  expect(reports[0]).toContain('is not valid.');
  expect(reports[0]).not.toContain('\n');
});
