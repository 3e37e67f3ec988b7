import type { Express } from 'express';
import { afterEach, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { requireMarketingCloud } from '../../src';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { APP } from '../support/frame/framed-app';
import { FramedScene, outcomeOf, type FramedSetting } from '../support/frame/framed-scene';
import { SHELL } from '../support/frame/framed-sites';

describeInChromium('an app in a frame whose sign-ins last', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  async function open(setting: Partial<FramedSetting> = {}): Promise<FramedScene> {
    scene = await FramedScene.open({
      browser: browser(),
      cookie: 'Partitioned',
      thirdPartyCookies: 'allowed',
      ...setting,
    });
    return scene;
  }

  /** What Marketing Cloud's shell does at a switch of business unit: calls the logout endpoint, then opens the app again. */
  async function switchBusinessUnit(running: FramedScene, page: Page): Promise<void> {
    await page.evaluate(
      `new Promise((done) => document.body.append(Object.assign(document.createElement('iframe'), { onload: done, src: '${APP}/mc-logout' })))`,
    );
    await running.openApp({ in: page });
  }

  test.each(['allowed', 'blocked'] as const)(
    'signs in at each of three switches within a minute, with third-party cookies %s',
    async (thirdPartyCookies) => {
      const running = await open({ thirdPartyCookies });
      const page = await running.openApp();
      expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
      for (let times = 0; times < 3; times += 1) {
        await switchBusinessUnit(running, page);
        expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
      }
      expect(running.emulator.requestsTo('token').length).toBe(4);
    },
  );

  test.each([
    ['of different pages', ['/page', '/page/1', '/page/2', '/page/3']],
    ['of one page', ['/page', '/page?1', '/page?2', '/page?3']],
  ])('signs in in each of four frames %s that Marketing Cloud shows at once', async (_which, paths) => {
    const showPage = (app: Express): void => {
      app.use('/page', (req, _res, next) => {
        req.url = '/';
        next();
      });
    };
    const running = await open({ app: { before: showPage } });
    const page = await running.context.newPage();
    await page.goto(SHELL);
    const frames = JSON.stringify(paths.map((path) => `${APP}${path}`));
    await page.evaluate(
      `for (const src of ${frames}) document.body.append(Object.assign(document.createElement('iframe'), { src }))`,
    );
    const elements = await page.locator('iframe').elementHandles();
    for (const [at, path] of paths.entries()) {
      const frame = await elements[at]?.contentFrame();
      expect([path, await outcomeOf(page, { in: frame })]).toEqual([path, 'Hello, Maya Lind']);
    }
  });

  test('offers the window at each load while Marketing Cloud does not know the user', async () => {
    const running = await open({ signedIn: false });
    const page = await running.context.newPage();
    for (let times = 0; times < 4; times += 1) {
      await running.openApp({ in: page });
      expect(await outcomeOf(page)).toBe('needs-window');
    }
  });

  test('whose guarded page goes to the login route by itself is left after six sign-ins', async () => {
    const addLoop = (app: Express): void => {
      app.get('/loop', requireMarketingCloud(), (_req, res) => {
        res.send('<!doctype html><title>Loop</title><script>location.replace("/login?returnTo=/loop")</script>');
      });
    };
    const running = await open({ app: { routes: addLoop } });
    const page = await running.openApp({ path: '/loop' });
    await page.frameLocator('iframe').locator('html[data-marketing-cloud="too-often"]').waitFor({ state: 'attached' });
    expect(running.emulator.requestsTo('token').length).toBeLessThanOrEqual(8);
  });
});
