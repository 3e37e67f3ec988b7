import { afterEach, describe, expect } from '@jest/globals';
import type { Frame, Page } from 'playwright-core';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { appFrame, FramedScene, outcomeOf, type FramedSetting } from '../support/frame/framed-scene';
import { SHELL } from '../support/frame/framed-sites';

/** Marketing Cloud does not know the user: the sign-in needs a window. */
const SIGNED_OUT = { cookie: 'Partitioned', thirdPartyCookies: 'allowed', signedIn: false } as const;

describeInChromium('a framed sign-in by a window', (browser, test, kind) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  async function open(setting: Partial<FramedSetting> = {}) {
    scene = await FramedScene.open({ browser: browser(), ...SIGNED_OUT, ...setting });
    const page = await scene.openApp();
    expect(await outcomeOf(page)).toBe('needs-window');
    return { scene, page, frame: await appFrame(page) };
  }

  /** Clicks the page's button. Resolves to the window. */
  async function openWindow(page: Page, frame: Frame): Promise<Page> {
    const [popup] = await Promise.all([page.waitForEvent('popup'), frame.click('button[data-action="open"]')]);
    return popup;
  }

  test('R4 finishes in the frame, and the window closes by itself', async () => {
    const {
      scene: { emulator },
      page,
      frame,
    } = await open();
    const popup = await openWindow(page, frame);
    expect(await frame.getAttribute('html', 'data-marketing-cloud')).toBe('waiting');
    const closed = popup.waitForEvent('close');
    await popup.getByRole('button', { name: 'Maya Lind' }).click();
    await closed;
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    expect(emulator.requestsTo('token').length).toBe(1);
  });

  test('leaves nothing of Marketing Cloud’s answer in the window’s history and address', async () => {
    const { page, frame } = await open({ app: { callbackHeaders: { 'cross-origin-opener-policy': 'same-origin' } } });
    const popup = await openWindow(page, frame);
    // Marketing Cloud's answer opens in a window that stays open: its opener has gone.
    await page.goto(SHELL);
    await popup.getByRole('button', { name: 'Maya Lind' }).click();
    await popup.waitForURL('https://app.example/cb');
    expect(await popup.evaluate<string>('location.href')).toBe('https://app.example/cb');
    await popup.getByText('Go back to the page in Marketing Cloud').waitFor();
  });

  test('says so when the window is closed half-way, and can be done again', async () => {
    const { page, frame } = await open();
    const popup = await openWindow(page, frame);
    await popup.close();
    await frame.getByText('The sign-in window was closed').waitFor();
    expect(await frame.getAttribute('html', 'data-marketing-cloud')).toBe('needs-window');
    const again = await openWindow(page, frame);
    await again.getByRole('button', { name: 'Maya Lind' }).click();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
  });

  test('can be tried again in the frame once Marketing Cloud knows the user', async () => {
    const { scene: running, page, frame } = await open();
    await running.signInToMarketingCloud();
    await frame.click('button[data-action="retry"]');
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
  });

  test('goes by a link where a window cannot be had', async () => {
    const { scene: running, page, frame } = await open();
    await frame.evaluate('window.open = () => null');
    await frame.click('button[data-action="open"]');
    const [tab] = await Promise.all([running.context.waitForEvent('page'), frame.click('#link')]);
    await tab.getByRole('button', { name: 'Maya Lind' }).click();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
  });

  // The Chromium from npm is the headless shell, which blocks no window.
  const testWhereBlocked = kind === 'of the system' ? test : test.skip;
  testWhereBlocked('goes by a link where the browser itself blocks the window', async () => {
    const { scene: running, page, frame } = await open();
    // A script may open a window for five seconds after a user has done something, which the driver's own calls count as.
    const clicked = page.waitForRequest('**/clicked');
    const click = `document.querySelector('button[data-action="open"]').click(); void fetch('/clicked')`;
    await frame.evaluate(`void setTimeout(() => { ${click} }, 6000)`);
    await clicked;
    expect(await frame.isVisible('#link')).toBe(true);
    const [tab] = await Promise.all([running.context.waitForEvent('page'), frame.click('#link')]);
    await tab.getByRole('button', { name: 'Maya Lind' }).click();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
  });

  test('works with the keyboard only', async () => {
    const { page, frame } = await open();
    await frame.locator('button[data-action="open"]').focus();
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('Enter')]);
    await popup.getByRole('button', { name: 'Maya Lind' }).focus();
    await popup.keyboard.press('Enter');
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
  });

  describe('ignores a message', () => {
    const forged = `{ type: 'marketing-cloud:relay', search: '?code=forged&state=' + STATE }`;

    test.each([
      ['from the shell', 'shell'],
      ['from the page itself', 'self'],
    ])('%s that looks like the window’s', async (_who, from) => {
      const {
        scene: { emulator },
        page,
        frame,
      } = await open();
      const popup = await openWindow(page, frame);
      const state = new URL(new URL(popup.url()).searchParams.get('service') ?? popup.url()).searchParams.get('state');
      const message = forged.replace('STATE', `'${state ?? ''}'`);
      if (from === 'shell') await page.evaluate(`frames[0].postMessage(${message}, '*')`);
      else await frame.evaluate(`postMessage(${message}, location.origin)`);
      // The real one is still what counts.
      await popup.getByRole('button', { name: 'Maya Lind' }).click();
      expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
      expect(emulator.requestsTo('token').map(({ body }) => (body as { code?: string }).code)).not.toContain('forged');
    });
  });
});
