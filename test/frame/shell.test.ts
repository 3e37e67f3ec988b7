import { afterEach, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import {
  appFrame,
  APP_MENU,
  FramedScene,
  outcomeOf,
  scriptedFrame,
  type FramedSetting,
} from '../support/frame/framed-scene';

describeInChromium('an app in the menu of the emulator’s shell', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  /** Signs in to Marketing Cloud itself, which shows the app. */
  async function openMenu(setting: Partial<FramedSetting> = {}): Promise<{ scene: FramedScene; page: Page }> {
    scene = await FramedScene.open({
      browser: browser(),
      cookie: 'Partitioned',
      thirdPartyCookies: 'allowed',
      signedIn: false,
      ...setting,
    });
    const page = await scene.context.newPage();
    await page.goto(APP_MENU);
    await page.getByRole('button', { name: 'Maya Lind' }).click();
    await page.waitForURL(APP_MENU);
    return { scene, page };
  }

  test.each(['allowed', 'blocked'] as const)(
    'is signed in unseen, with third-party cookies %s',
    async (thirdPartyCookies) => {
      const { page } = await openMenu({ thirdPartyCookies });
      expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    },
  );

  test('is signed in anew at a switch of business unit, and a page of the one before cannot write', async () => {
    const {
      scene: { context, emulator },
      page,
    } = await openMenu();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    const before = await context.newPage();
    await before.goto(APP_MENU);
    expect(await outcomeOf(before)).toBe('Hello, Maya Lind');
    await page.getByLabel('Business unit').selectOption({ label: 'Alpine Outfitters Europe' });
    await page.getByRole('button', { name: 'Switch' }).click();
    await page.waitForURL(APP_MENU);
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    const send = `window.send('/items', { method: 'POST', body: 'x' }).then(({ status }) => status)`;
    expect(await (await scriptedFrame(page)).evaluate(send)).toBe(200);
    expect(await (await scriptedFrame(before)).evaluate(send)).toBe(409);
    expect(emulator.requestsTo('token').length).toBe(2);
  });

  test('is signed out when the user signs out of Marketing Cloud', async () => {
    const {
      scene: { context },
      page,
    } = await openMenu();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    await page.getByRole('link', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Signed out' }).waitFor();
    const names = (await context.cookies('https://app.example')).map(({ name }) => name);
    expect(names).not.toContain('__Host-app.sid');
  });

  test('is signed in unseen through pages that move on by themselves', async () => {
    const { page } = await openMenu({ emulator: { pagesOnTheWay: 2 } });
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
  });

  test('needs a window where Marketing Cloud’s own cookie is not for frames, nested or not', async () => {
    const { page } = await openMenu({ emulator: { loginSameSite: 'lax' } });
    expect(await outcomeOf(page)).toBe('needs-window');
  });

  test('goes on by itself where a window is cut off from its opener, after Try again here', async () => {
    const {
      scene: { emulator, context },
      page,
    } = await openMenu({ emulator: { openerPolicy: 'same-origin' } });
    // A session that has ended while the shell stays open.
    emulator.signOut('maya.lind');
    await context.clearCookies({ name: '__Host-app.sid' });
    const frame = await appFrame(page);
    await frame.goto('https://app.example/page');
    expect(await outcomeOf(page)).toBe('needs-window');
    const [popup] = await Promise.all([context.waitForEvent('page'), frame.click('button[data-action="open"]')]);
    await popup.getByRole('button', { name: 'Maya Lind' }).click();
    await popup.getByText('Go back to the page in Marketing Cloud').waitFor();
    await frame.click('button[data-action="retry"]');
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
  });

  test('is signed in inside a sandbox that allows scripts, forms, its origin and windows', async () => {
    const { page } = await openMenu({
      emulator: { frameSandbox: 'allow-scripts allow-forms allow-same-origin allow-popups' },
    });
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
  });
});
