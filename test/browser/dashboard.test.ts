import { expect, test } from '@jest/globals';
import { knownFaults } from '../../src/emulator';
import { describeInBrowser } from '../support/browser/describe-in-browser';
import { openExampleSite } from '../support/browser/example-site';
import { signIn, visit } from '../support/browser/visit';

describeInBrowser('the dashboard', (browser) => {
  test('shows what Marketing Cloud says at this moment', async () => {
    const { url, emulator } = await openExampleSite();
    const { page } = await visit(browser());
    await signIn(page, `${url}/dashboard`, 'Ravi Menon');
    const body = {
      count: 1,
      page: 1,
      pageSize: 10,
      items: [{ id: 7, name: '<b>Tea & cake</b>', assetType: { displayName: 'Hero' } }],
    };
    emulator.fault('assets', { body });
    await page.reload();
    const cells = await page.getByRole('table', { name: 'Assets' }).getByRole('cell').allInnerTexts();
    expect(cells).toEqual(['<b>Tea & cake</b>', 'Hero', '', '', '7']);
    expect(await page.getByText('1–1 of 1').count()).toBe(1);
  });

  test('turns the pages of both lists, and keeps the place in the other one', async () => {
    const { url } = await openExampleSite();
    const { page } = await visit(browser());
    await signIn(page, `${url}/dashboard`);
    await page.getByRole('link', { name: 'Orders' }).click();
    await page.getByRole('navigation', { name: 'Pages of Rows of Orders' }).getByRole('link', { name: 'Next' }).click();
    await page.getByRole('navigation', { name: 'Pages of Assets' }).getByRole('link', { name: 'Next' }).click();
    await page.getByText('11–20 of 57').waitFor();
    expect(await page.getByRole('navigation', { name: 'Pages of Rows of Orders' }).innerText()).toContain('11–20 of');
    expect(await page.getByRole('cell', { name: '510001000-O-00011', exact: true }).count()).toBe(1);
  });

  test('asks Marketing Cloud each time its form is sent, also for the same key', async () => {
    const { url, emulator } = await openExampleSite();
    const { page } = await visit(browser());
    await signIn(page, `${url}/dashboard`);
    await page.getByLabel('External key').fill('Preferences');
    for (const total of [43, 44]) {
      emulator.fault('rowset', { transform: (answer) => ({ ...(answer as object), count: total }) });
      await page.getByRole('button', { name: 'Show rows' }).click();
      await page.getByText(`1–10 of ${total}`).waitFor();
      emulator.clearFaults();
    }
    expect(page.url()).toBe(`${url}/dashboard?key=Preferences#rows`);
  });

  test('stands when a part of it fails, and that part has a link that tries again at the same place', async () => {
    const { url, emulator } = await openExampleSite();
    const { page, status, trouble } = await visit(browser());
    await signIn(page, `${url}/dashboard?key=Orders&rows=3`);
    emulator.fault('rowset', { ...knownFaults.rateLimited, headers: { 'Retry-After': '600' } });
    await page.reload();
    expect(status()).toBe(200);
    expect(await page.getByRole('table', { name: 'Assets' }).getByRole('row').count()).toBe(11);
    expect(await page.getByRole('status').innerText()).toMatch(/Marketing Cloud is busy\n[^]*Try again in 10 minutes/);
    emulator.clearFaults();
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByText('21–30 of').waitFor();
    expect(page.url()).toBe(`${url}/dashboard?key=Orders&rows=3#rows`);
    expect(trouble).toEqual([]);
  });

  test.each([
    ['a data extension that is not there', 'key=Nothing', undefined, 'Data extension not found'],
    ['a page behind the end', 'rows=999', undefined, 'This page is after the end of the list.'],
    ['rows that the user may not see', '', { status: 403, body: { errorcode: 20_001 } }, 'errorcode 20001'],
    ['an error inside Marketing Cloud', '', { status: 500, body: {} }, 'Marketing Cloud answered 500.'],
    ['an answer that is no list', '', { body: { rows: [] } }, 'Marketing Cloud sent an invalid answer'],
  ])('names %s', async (_, query, fault, words) => {
    const { url, emulator } = await openExampleSite();
    const { page } = await visit(browser());
    await signIn(page, `${url}/dashboard`);
    if (fault !== undefined) emulator.fault('rowset', fault);
    await page.goto(`${url}/dashboard?${query}`);
    expect(await page.locator('#rows').innerText()).toContain(words);
  });
});
