import { expect, test } from '@jest/globals';
import { Browser } from '../support/browser';
import { openExampleSite } from '../support/browser/example-site';

const PAGES = 'https://github.com/passport-marketing-cloud/passport-marketing-cloud/blob/main/docs/errors';

test('the page of a refused sign-in links to the page about its code', async () => {
  const { url } = await openExampleSite();
  const { text } = await new Browser(url).get('/sign-in-failed?code=user_not_licensed');
  expect(text).toContain(`href="${PAGES}/user_not_licensed.md"`);
});

test('the page and the log line of an error name the page about its reason', async () => {
  const { url, emulator, reports } = await openExampleSite({ strategy: { clientSecret: 'of another package' } });
  const browser = new Browser(url);
  const callback = new URL(await emulator.signIn((await browser.get('/login')).location));
  const { status, text } = await browser.get(callback.pathname + callback.search);
  expect([status, reports.length]).toEqual([502, 1]);
  for (const reported of [text, reports[0]]) expect(reported).toContain(`${PAGES}/client_authentication_failed.md`);
});

test('the page about an unknown code or address has no such link', async () => {
  const { url } = await openExampleSite();
  for (const path of ['/sign-in-failed?code=no_such_code', '/nothing']) {
    expect((await new Browser(url).get(path)).text).not.toContain(PAGES);
  }
});
