import { expect, test } from '@jest/globals';
import { describeInBrowser } from '../support/browser/describe-in-browser';
import { openExampleSite } from '../support/browser/example-site';
import { signIn, visit } from '../support/browser/visit';

describeInBrowser('the page of the token', (browser) => {
  test('shows what has happened without being loaded again, and keeps to its security policy', async () => {
    const { url } = await openExampleSite();
    const { page, newTab, trouble } = await visit(browser());
    await signIn(page, `${url}/dashboard`);
    await page.getByRole('link', { name: 'Token' }).click();
    await page.getByText('this page updates itself').waitFor();
    const other = await newTab();
    await other.goto(`${url}/dashboard/token`);
    await other.getByRole('button', { name: 'Call with the token as it is' }).click();
    await page.getByRole('cell', { name: 'Called: 10 calls, all succeeded' }).waitFor();
    expect(trouble).toEqual([]);
  });

  test('works without JavaScript', async () => {
    const { url } = await openExampleSite();
    const { page } = await visit(browser(), { javaScriptEnabled: false });
    await signIn(page, `${url}/dashboard`);
    await page.goto(`${url}/dashboard/token`);
    await page.getByRole('button', { name: 'Call with the token as it is' }).click();
    await page.getByRole('link', { name: 'Reload' }).click();
    await page.getByRole('cell', { name: 'Called: 10 calls, all succeeded' }).waitFor();
    expect(await page.getByText('this page updates itself').isVisible()).toBe(false);
  });

  test('leads to the sign-in by itself when the sign-in has ended', async () => {
    const { url, emulator } = await openExampleSite();
    const { page, newTab } = await visit(browser());
    await signIn(page, `${url}/dashboard`);
    await page.goto(`${url}/dashboard/token`);
    const other = await newTab();
    await other.goto(`${url}/dashboard`);
    emulator.signOut('maya.lind');
    await other.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Sign in to Marketing Cloud').first().waitFor();
    expect(page.url()).toContain(emulator.url);
  });
});

describeInBrowser('the switcher of business units', (browser) => {
  test('takes a click or a MID, and says what to do when Marketing Cloud refuses', async () => {
    const { url } = await openExampleSite();
    const { page, trouble } = await visit(browser());
    await signIn(page, `${url}/dashboard`);
    await page.getByRole('button', { name: 'Alpine Outfitters Europe' }).click();
    await page.getByText('Alpine Outfitters Europe, MID 510001101').waitFor();
    await page.getByLabel('MID of another business unit').fill('999');
    await page.getByRole('button', { name: 'Switch', exact: true }).click();
    expect(await page.getByRole('status').innerText()).toMatch(/No access to this business unit\n[^]*MID 999/);
    expect(await page.getByText('Alpine Outfitters Europe, MID 510001101').count()).toBe(1);
    expect(trouble).toEqual([]);
  });
});
