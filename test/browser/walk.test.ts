import { expect, test } from '@jest/globals';
import { startSingleProcess } from '../../example-app/src/server/app-process';
import { describeInBrowser } from '../support/browser/describe-in-browser';
import { openExampleSite } from '../support/browser/example-site';
import { pick, signIn, visit } from '../support/browser/visit';

const LOGIN_PAGE = 'Sign in to Marketing Cloud – Marketing Cloud emulator';

describeInBrowser('the example app in Chromium', (browser) => {
  test('leads from the landing page through the login page to the dashboard, and out again', async () => {
    const app = await startSingleProcess(
      { mode: 'emulator', port: 0, sessionSecret: 'of a test' },
      { print: () => undefined, report: () => undefined },
    );
    try {
      const { page, trouble } = await visit(browser());
      await page.goto(app.url);
      await page.getByRole('link', { name: 'Sign in with Marketing Cloud' }).click();
      expect(await page.title()).toBe(LOGIN_PAGE);
      await pick(page, 'Maya Lind');
      await page.getByRole('heading', { name: 'Hello, Maya Lind' }).waitFor();
      expect(page.url()).toBe(`${app.url}/dashboard`);
      const assets = page.getByRole('table', { name: 'Assets' });
      expect(await assets.getByRole('row').count()).toBe(11);
      const [first] = await page.getByRole('region', { name: 'Rows of Subscribers' }).getByRole('cell').allInnerTexts();
      expect(first).toBe('510001000-S-0001');

      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('You are signed out of this app.').waitFor();
      expect((await page.context().cookies(app.url)).map(({ name }) => name)).not.toContain('example-app.sid');
      app.emulator?.requests.clear();
      await page.goto(`${app.url}/`);
      expect(app.emulator?.requests.length).toBe(0);
      await page.goto(`${app.url}/?signed-out`);
      await page.getByRole('link', { name: 'Sign out of the emulator too' }).click();
      await page.getByRole('link', { name: 'Back to the app' }).click();
      expect(page.url()).toBe(`${app.url}/`);
      await page.goto(`${app.url}/dashboard`);
      expect(await page.title()).toBe(LOGIN_PAGE);
      expect(trouble).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('shows nothing of the dashboard when the user goes back after signing out', async () => {
    const { url, emulator } = await openExampleSite();
    const { page } = await visit(browser());
    await page.goto(`${url}/login`);
    await pick(page, 'Maya Lind');
    await page.getByRole('button', { name: 'Sign out' }).click();
    emulator.signOut('maya.lind');
    await page.goBack();
    expect(await page.title()).toBe(LOGIN_PAGE);
  });

  test('lets two tabs of one browser sign in at once', async () => {
    const { url, emulator } = await openExampleSite();
    const { page: first, newTab, trouble } = await visit(browser());
    const second = await newTab();
    await first.goto(`${url}/login`);
    await second.goto(`${url}/dashboard?key=Orders`);
    await Promise.all([pick(first, 'Maya Lind'), pick(second, 'Maya Lind')]);
    const hello = { name: 'Hello, Maya Lind' };
    await Promise.all([first, second].map((page) => page.getByRole('heading', hello).waitFor()));
    expect(first.url()).toBe(`${url}/dashboard`);
    expect(second.url()).toBe(`${url}/dashboard?key=Orders`);
    expect(emulator.requestsTo('token').map(({ status }) => status)).toEqual([200, 200]);
    await Promise.all([first.reload(), second.reload()]);
    await Promise.all([first, second].map((page) => page.getByRole('heading', hello).waitFor()));
    expect(emulator.requestsTo('token')).toHaveLength(2);
    expect(trouble).toEqual([]);
  });

  test('marks the page that is shown in its navigation', async () => {
    const { url } = await openExampleSite();
    const { page } = await visit(browser());
    await signIn(page, `${url}/dashboard`);
    const marked: (readonly string[])[] = [];
    for (const path of ['/dashboard?assets=2', '/dashboard/soap/', '/dashboard/token', '/faults', '/', '/nothing']) {
      await page.goto(url + path);
      marked.push(await page.locator('header [aria-current="page"]').allInnerTexts());
    }
    expect(marked).toEqual([['Dashboard'], ['SOAP'], ['Token'], ['Failures'], ['Example app'], []]);
  });

  test('switches to another user of the emulator in two clicks', async () => {
    const { url } = await openExampleSite();
    const { page, trouble } = await visit(browser());
    await signIn(page, `${url}/dashboard`);
    await page.getByRole('button', { name: 'Switch user' }).click();
    await pick(page, 'Ravi Menon');
    await page.getByRole('heading', { name: 'Hello, Ravi Menon' }).waitFor();
    expect(trouble).toEqual([]);
  });

  test('has no user card on the landing page that looks like a button', async () => {
    const { url } = await openExampleSite();
    const { page } = await visit(browser());
    await page.goto(url);
    const borders = await page.evaluate<string[]>(`(() => {
      const name = [...document.querySelectorAll('dt')].find(({ innerText }) => innerText === 'Tom Berg');
      return [name, name.parentElement].map((one) => getComputedStyle(one).borderLeftStyle);
    })()`);
    expect(borders).toEqual(['none', 'none']);
  });

  test('comes back to the guarded page that was asked for, with its query', async () => {
    const { url } = await openExampleSite();
    const { page } = await visit(browser());
    await page.goto(`${url}/dashboard?key=Order+Lines&rows=2`);
    expect(await page.title()).toBe(LOGIN_PAGE);
    await pick(page, 'Maya Lind');
    await page.getByRole('region', { name: 'Rows of Order Lines' }).waitFor();
    expect(page.url()).toBe(`${url}/dashboard?key=Order+Lines&rows=2`);
    expect(await page.getByText('11–20 of 600').count()).toBe(1);
  });
});
