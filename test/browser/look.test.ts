import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser/describe-in-browser';
import { openExampleSite } from '../support/browser/example-site';
import { listenTo, lookAt } from '../support/browser/look';
import { PHONE, pick, signIn, visit } from '../support/browser/visit';

/** Goes through every kind of page there is, and tells the name of each once it is shown. */
async function tour(page: Page, see: (name: string) => Promise<void>): Promise<void> {
  const { url, emulator } = await openExampleSite();
  const go = async (address: string, name: string): Promise<void> => {
    await page.goto(address);
    await see(name);
  };
  await go(url, 'landing page');
  await go(`${url}/login`, 'login page');
  await page.getByLabel('Another user name').fill('nobody');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await see('login page with a problem');
  await pick(page, 'Tom Berg');
  await page.getByRole('heading', { name: 'Your user has no licence' }).waitFor();
  await see('refused sign-in');
  await go(`${emulator.baseUrl('login')}/hub-cas/logout`, 'signed out of the emulator');
  await go(`${url}/faults`, 'fault panel');

  await signIn(page, `${url}/dashboard`);
  await see('dashboard');
  await go(`${url}/dashboard?key=Orders&rows=2&assets=99`, 'dashboard, wide table');
  await go(`${url}/dashboard?key=${'Nothing'.repeat(20)}`, 'dashboard, nothing found');
  emulator.fault('rest', { status: 403, body: { errorcode: 20_001 } });
  await go(`${url}/dashboard`, 'dashboard, not allowed');
  emulator.clearFaults();
  await go(`${url}/dashboard?refused=510001102`, 'dashboard, business unit refused');
  await go(`${url}/dashboard/soap`, 'data by SOAP');
  await go(`${url}/dashboard/token`, 'life of the token');
  await page.getByRole('button', { name: 'Let the token expire' }).click();
  await page.getByRole('cell', { name: 'Called: 10 calls' }).waitFor();
  await see('life of the token, after some calls');
  await go(url, 'landing page, signed in');
  await go(`${url}/no/such/page`, 'no such page');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out of this app').waitFor();
  await see('signed out');

  emulator.fault('token', { status: 401, body: { error: 'invalid_client' } });
  await go(`${url}/login`, 'error page');
  for (const code of ['invalid_state', 'business_unit_denied', 'tenant_not_allowed', 'sign_in_refused']) {
    await go(`${url}/sign-in-failed?code=${code}`, `failure page, ${code}`);
  }
  const authorize = `${emulator.baseUrl('auth')}/v2/authorize`;
  await go(`${authorize}?client_id=unknown`, 'unknown client id');
  const redirect = encodeURIComponent(`https://app.example.com/${'a-long-path/'.repeat(12)}`);
  await go(
    `${authorize}?client_id=${emulator.strategyOptions().clientID}&redirect_uri=${redirect}`,
    'redirect URL that is not registered',
  );
  await go(`${emulator.baseUrl('login')}/hub-cas/login`, 'nothing to sign in to');
}

describeInBrowser('every page', (browser) => {
  test.each([
    ['a phone, light', { ...PHONE, colorScheme: 'light' }],
    ['a phone, dark', { ...PHONE, colorScheme: 'dark' }],
    ['a small phone', { ...PHONE, viewport: { width: 320, height: 568 } }],
    ['a desk', { viewport: { width: 1280, height: 800 } }],
  ] as const)('fits on %s, can be read, and makes no request to another host', async (_, options) => {
    const { page, trouble } = await visit(browser(), options);
    const seen: Record<string, readonly string[]> = {};
    await tour(page, async (name) => {
      seen[name] = await lookAt(page);
    });
    expect(Object.values(seen)).toHaveLength(25);
    expect(Object.entries(seen).filter(([, found]) => found.length > 0)).toEqual([]);
    expect(trouble).toEqual([]);
  });

  test('is dark where the browser prefers a dark colour scheme', async () => {
    const colours: string[] = [];
    const { url } = await openExampleSite();
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await visit(browser(), { colorScheme });
      for (const path of ['/', '/login']) {
        await page.goto(`${url}${path}`);
        colours.push(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor'));
      }
    }
    expect(new Set(colours).size).toBe(4);
  });

  test('has landmarks, labels and headings in order for those who do not see it', async () => {
    const { page } = await visit(browser());
    const missing: Record<string, readonly string[]> = {};
    await tour(page, async (name) => {
      missing[name] = await listenTo(page);
    });
    expect(Object.entries(missing).filter(([, found]) => found.length > 0)).toEqual([]);
  });
});
