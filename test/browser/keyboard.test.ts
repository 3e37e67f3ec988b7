import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser/describe-in-browser';
import { openExampleSite } from '../support/browser/example-site';
import { signIn, visit } from '../support/browser/visit';

/** Presses Tab until a link or button of that name has the focus; gives how often. */
async function tabTo(page: Page, name: string): Promise<number> {
  for (let presses = 1; presses <= 30; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>('document.activeElement.innerText.trim()');
    if (focused.startsWith(name)) return presses;
  }
  throw new Error(`Nothing called ${name} gets the focus.`);
}

describeInBrowser('the keyboard', (browser) => {
  test('is enough to sign in, to look around and to sign out', async () => {
    const { url } = await openExampleSite();
    const { page } = await visit(browser());
    await page.goto(url);
    await tabTo(page, 'Sign in with Marketing Cloud');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in to Marketing Cloud' }).waitFor();
    await tabTo(page, 'Maya Lind');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Hello, Maya Lind' }).waitFor();
    await tabTo(page, 'Orders');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Rows of Orders' }).waitFor();
    await tabTo(page, 'Sign out');
    await page.keyboard.press('Enter');
    await page.getByText('You are signed out of this app.').waitFor();
  });

  test('types a user name on the login page, and Enter sends it', async () => {
    const { url } = await openExampleSite();
    const { page } = await visit(browser());
    await page.goto(`${url}/login`);
    await page.getByLabel('Another user name').focus();
    await page.keyboard.type('MAYA.LIND');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Hello, Maya Lind' }).waitFor();
  });

  test('skips to the content with its first press', async () => {
    const { url } = await openExampleSite();
    const { page } = await visit(browser());
    await signIn(page, `${url}/dashboard`);
    expect(await tabTo(page, 'Skip to the content')).toBe(1);
    expect((await page.getByText('Skip to the content').boundingBox())?.x).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });
});
