import { afterEach, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { requireMarketingCloud } from '../../src';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { APP, type FramedAppOptions } from '../support/frame/framed-app';
import { appFrame, FramedScene, outcomeOf } from '../support/frame/framed-scene';

describeInChromium('a sign-in in a frame goes on', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  async function openApp(
    path: string,
    thirdPartyCookies: 'allowed' | 'blocked',
    routes?: FramedAppOptions['routes'],
  ): Promise<Page> {
    scene = await FramedScene.open({ browser: browser(), cookie: 'Partitioned', thirdPartyCookies, app: { routes } });
    return await scene.openApp({ path });
  }

  const showAtRoot: FramedAppOptions['routes'] = (app, own, strategy) => {
    app.get('/cb', own.authenticate(strategy.name, { successRedirect: '/#/home' }) as never);
    app.get('/', requireMarketingCloud(), (_req, res) => void res.send('<h1>All on one page</h1>'));
  };

  const sendFile: FramedAppOptions['routes'] = (app) => {
    app.get('/report.csv', requireMarketingCloud(), (_req, res) => void res.attachment('report.csv').send('a,b'));
    app.get('/list', (_req, res) => void res.send('<h1>Reports</h1><a href="/report.csv">Report</a>'));
  };

  test.each(['allowed', 'blocked'] as const)(
    'at a fragment of the page itself, with third-party cookies %s',
    async (thirdPartyCookies) => {
      const page = await openApp('/', thirdPartyCookies, showAtRoot);
      expect(await outcomeOf(page)).toBe('All on one page');
      expect((await appFrame(page)).url()).toBe(`${APP}/#/home`);
    },
  );

  test.each(['allowed', 'blocked'] as const)(
    'at the fragment that was asked for, with third-party cookies %s',
    async (thirdPartyCookies) => {
      const page = await openApp('/page?view=all#/contacts/7', thirdPartyCookies);
      expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
      expect((await appFrame(page)).url()).toBe(`${APP}/page?view=all#/contacts/7`);
    },
  );

  test.each<[string, string, 'allowed' | 'blocked']>([
    ['login route', '/mc/login?returnTo=/mc/guarded', 'allowed'],
    ['login route', '/mc/login?returnTo=/mc/guarded', 'blocked'],
    ['guard', '/mc/guarded', 'allowed'],
    ['guard', '/mc/guarded', 'blocked'],
  ])(
    'behind a proxy that strips a prefix, from the %s at %s, with third-party cookies %s',
    async (_from, path, cookies) => {
      scene = await FramedScene.open({
        browser: browser(),
        cookie: 'Partitioned',
        thirdPartyCookies: cookies,
        app: {
          prefix: '/mc',
          routes: (app) => {
            const guard = requireMarketingCloud({ loginUrl: '/mc/login' });
            app.get('/guarded', guard, (_req, res) => void res.send('<h1>Guarded</h1>'));
          },
        },
      });
      const page = await scene.openApp({ path });
      expect(await outcomeOf(page)).toBe('Guarded');
      expect((await appFrame(page)).url()).toBe(`${APP}/mc/guarded`);
    },
  );

  test('with a file, and offers the way back', async () => {
    const page = await openApp('/list', 'allowed', sendFile);
    const frame = await appFrame(page);
    const [download] = await Promise.all([page.waitForEvent('download'), frame.click('a')]);
    expect(download.suggestedFilename()).toBe('report.csv');
    expect(await outcomeOf(page)).toBe('no-page');
    await frame.click('[data-action="back"]');
    await frame.getByRole('heading', { name: 'Reports' }).waitFor();
  });

  test('with a file that Marketing Cloud has asked for, with third-party cookies blocked, and gives it again', async () => {
    const page = await openApp('/report.csv', 'blocked', sendFile);
    expect(await outcomeOf(page)).toBe('no-page');
    const frame = await appFrame(page);
    const [download] = await Promise.all([page.waitForEvent('download'), frame.click('[data-action="retry"]')]);
    expect(download.suggestedFilename()).toBe('report.csv');
  });
});
