import { expect, test } from '@jest/globals';
import { Browser } from '../support/browser';
import { openExampleSite } from '../support/browser/example-site';

const PAGES = 'https://github.com/passport-marketing-cloud/passport-marketing-cloud/blob/main/docs/errors';
const UNKNOWN_STATE = '/auth/callback?code=of-no-sign-in&state=of-no-sign-in';

/** Starts a sign-in. Returns the address of a callback with an error. */
async function startRefusedSignIn(browser: Browser, error: string): Promise<string> {
  const { location } = await browser.get('/login');
  const state = new URL(location).searchParams.get('state') ?? '';
  return `/auth/callback?error=${error}&state=${encodeURIComponent(state)}`;
}

test('a refused sign-in is logged with its code and redirects to its page', async () => {
  const { url, reports } = await openExampleSite();
  const browser = new Browser(url);
  const { location } = await browser.get(await startRefusedSignIn(browser, 'user_not_licensed'));
  expect(location).toBe('/sign-in-failed?code=user_not_licensed');
  expect((await browser.get(location)).status).toBe(403);
  expect(reports).toEqual([`Sign-in refused: user_not_licensed. See ${PAGES}/user_not_licensed.md`]);
});

test('a refused sign-in is logged with its reason, if there is one', async () => {
  const { url, reports } = await openExampleSite();
  await new Browser(url).get('/auth/callback?error=access_denied&state=of-no-sign-in');
  expect(reports).toEqual([`Sign-in refused: invalid_state (access_denied). See ${PAGES}/access_denied.md`]);
});

test('a failed sign-in is logged with its code, its hint and Marketing Cloud’s answer', async () => {
  const { url, emulator, reports } = await openExampleSite();
  emulator.fault('token', { status: 401, body: { error: 'invalid_client' } });
  const browser = new Browser(url);
  const callback = new URL(await emulator.signIn((await browser.get('/login')).location));
  expect((await browser.get(callback.pathname + callback.search)).status).toBe(502);
  expect(reports).toHaveLength(1);
  expect(reports[0]).toMatch(/^invalid_client: .* Marketing Cloud answered 401 invalid_client\. .*Check clientID/);
});

test('the log contains nothing that the browser sends', async () => {
  const { url, reports } = await openExampleSite();
  const browser = new Browser(url);
  await browser.get(`${UNKNOWN_STATE}&error_description=of-no-sign-in`);
  await browser.get('/sign-in-failed?code=of-no-sign-in');
  expect(reports).toEqual([`Sign-in refused: invalid_state (cookie_missing). See ${PAGES}/cookie_missing.md`]);
});
