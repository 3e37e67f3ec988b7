import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Express } from 'express';
import { afterEach, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { APP } from '../support/frame/framed-app';
import { appFrame, FramedScene, outcomeOf, scriptedFrame, type FramedSetting } from '../support/frame/framed-scene';

const SILENT = { cookie: 'Partitioned', thirdPartyCookies: 'allowed' } as const;

describeInChromium('a framed app', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  async function open(setting: Partial<FramedSetting> = {}): Promise<FramedScene> {
    scene = await FramedScene.open({ browser: browser(), ...SILENT, ...setting });
    return scene;
  }

  test.each<[string, string]>([
    ['an image', `new Promise((done) => Object.assign(new Image(), { onload: done, onerror: done, src: URL }))`],
    ['a request of the shell', `fetch(URL, { mode: 'no-cors', credentials: 'include' })`],
    [
      'a frame of its own',
      `new Promise((done) => document.body.append(Object.assign(document.createElement('iframe'), { onload: done, src: URL })))`,
    ],
  ])('is signed out by Marketing Cloud by %s, and signs in anew at the next load', async (_how, call) => {
    const { emulator } = await open();
    const page = await (scene as FramedScene).openApp();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    await page.evaluate(call.replace('URL', `'${APP}/mc-logout'`));
    const frame = await appFrame(page);
    expect(await frame.evaluate(`fetch('/items').then(({ status }) => status)`)).toBe(401);
    emulator.requests.clear();
    await page.reload();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    expect(emulator.requestsTo('token').length).toBe(1);
  });

  test('does not write for one user what a page of another one sends', async () => {
    const running = await open();
    const first = await running.openApp();
    expect(await outcomeOf(first)).toBe('Hello, Maya Lind');
    await running.context.clearCookies();
    await running.signInToMarketingCloud('Ravi Menon');
    const second = await running.openApp();
    expect(await outcomeOf(second)).toBe('Hello, Ravi Menon');
    const send = `window.send('/items', { method: 'POST', body: 'x' }).then(async (r) => [r.status, (await r.json()).error])`;
    expect(await (await scriptedFrame(first)).evaluate(send)).toEqual([409, 'account_changed']);
    expect(await (await scriptedFrame(second)).evaluate(send)).toEqual([200, undefined]);
  });

  test('works at the tenant of each user, and does not write at one what a page of the other sends', async () => {
    const running = await open({ emulator: { publishedApp: true }, multiTenant: true, signedIn: false });
    const { emulator, context } = running;
    const signInAs = async (name: string): Promise<Page> => {
      const page = await running.openApp();
      expect(await outcomeOf(page)).toBe('needs-window');
      const frame = await appFrame(page);
      const [popup] = await Promise.all([page.waitForEvent('popup'), frame.click('button[data-action="open"]')]);
      await popup.getByRole('button', { name }).click();
      expect(await outcomeOf(page)).toBe(`Hello, ${name}`);
      return page;
    };
    const ofMaya = await signInAs('Maya Lind');
    await context.clearCookies();
    const ofInes = await signInAs('Inês Duarte');
    const tenants = emulator.requestsTo('token').map(({ subdomain }) => subdomain);
    expect(tenants).toEqual([expect.stringContaining('alpine'), expect.stringContaining('harbour')]);
    const send = `window.send('/items', { method: 'POST', body: 'x' }).then(({ status }) => status)`;
    expect(await (await scriptedFrame(ofInes)).evaluate(send)).toBe(200);
    expect(await (await scriptedFrame(ofMaya)).evaluate(send)).toBe(409);
  });

  test('R6 in a browser that refuses all cookies explains that, without a redirect in the frame and after one at top level', async () => {
    const refuseCookies = (app: Express): void => {
      app.use((req, _res, next) => {
        delete req.headers.cookie;
        next();
      });
    };
    const running = await open({ app: { before: refuseCookies } });
    expect(await outcomeOf(await running.openApp())).toBe('cookies-blocked');
    expect(running.emulator.requestsTo('authorize').length).toBe(0);
    const page = await running.context.newPage();
    const reply = await page.goto(`${APP}/login`);
    expect([reply?.status(), await page.getAttribute('html', 'data-marketing-cloud')]).toEqual([
      403,
      'cookies-blocked',
    ]);
    expect(running.emulator.requestsTo('token').length).toBe(0);
  });

  test.each(['allowed', 'blocked'] as const)(
    'that never keeps its login is left after exactly two departures, and says so, with third-party cookies %s',
    async (thirdPartyCookies) => {
      const reasons: unknown[] = [];
      const note = (message: unknown): void => void reasons.push((message as { reason: string }).reason);
      subscribe('passport-marketing-cloud:sign-in-blocked', note);
      const forgetLogin = (app: Express): void => {
        app.get('/page', (req, _res, next) => {
          const { cookie } = req.headers;
          if (cookie !== undefined) req.headers.cookie = cookie.replace(/__Host-app\.sid=[^;]*;? ?/, '');
          next();
        });
      };
      const { emulator } = await open({ thirdPartyCookies, app: { before: forgetLogin } });
      const page = await (scene as FramedScene).openApp();
      expect(await outcomeOf(page)).toBe('too-often');
      expect(emulator.requestsTo('token').length).toBe(2);
      expect(reasons).toEqual(['too_often']);
      const frame = await appFrame(page);
      await frame.click('button[data-action="retry"]');
      // A click never counts.
      await emulator.requests.waitFor('token', 3);
      unsubscribe('passport-marketing-cloud:sign-in-blocked', note);
    },
  );

  test('in three tabs opened at once ends in each tab on its own page', async () => {
    const running = await open();
    const paths = ['/page?tab=1', '/page?tab=2', '/page?tab=3'];
    const pages = await Promise.all(paths.map((path) => running.openApp({ path })));
    for (const [at, page] of pages.entries()) {
      expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
      expect((await appFrame(page)).url()).toBe(`${APP}${paths[at] ?? ''}`);
    }
  });

  test('stays where it is after a reload, and Back does not sign in again', async () => {
    const { emulator } = await open();
    const page = await (scene as FramedScene).openApp();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    await page.reload();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    await page.goto('https://mc.s7.exacttarget.com/elsewhere');
    await page.goBack();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    expect(emulator.requestsTo('token').length).toBe(1);
  });
});
