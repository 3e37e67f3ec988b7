import type { Express, RequestHandler } from 'express';
import helmet from 'helmet';
import { afterEach, expect } from '@jest/globals';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { APP } from '../support/frame/framed-app';
import { appFrame, FramedScene, outcomeOf, type FramedSetting } from '../support/frame/framed-scene';

const useHelmet = (app: Express): void => {
  app.use(helmet() as unknown as RequestHandler);
};

describeInChromium('an app under helmet’s defaults', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  async function open(setting: Partial<FramedSetting>): Promise<FramedScene> {
    scene = await FramedScene.open({
      browser: browser(),
      cookie: 'Partitioned',
      thirdPartyCookies: 'allowed',
      app: { before: useHelmet },
      ...setting,
    });
    return scene;
  }

  test('is signed in unseen in the frame', async () => {
    const page = await (await open({})).openApp();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
  });

  test('is signed in by a window', async () => {
    const page = await (await open({ signedIn: false })).openApp();
    expect(await outcomeOf(page)).toBe('needs-window');
    const frame = await appFrame(page);
    const [popup] = await Promise.all([page.waitForEvent('popup'), frame.click('button[data-action="open"]')]);
    await popup.getByRole('button', { name: 'Maya Lind' }).click();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
  });

  test('is signed in unseen where helmet isolates the app’s pages, and shows the sign-in page in their dialog', async () => {
    const isolate = (app: Express): void => {
      app.use(helmet({ crossOriginEmbedderPolicy: true }) as unknown as RequestHandler);
    };
    const running = await open({ app: { before: isolate } });
    const page = await running.openApp();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    const frame = await appFrame(page);
    await running.context.clearCookies({ name: '__Host-app.sid' });
    const sent = frame.evaluate(
      `import('/browser.mjs').then(({ withSignIn }) => withSignIn()('/items')).then(({ status }) => status)`,
    );
    await frame.waitForSelector('dialog[open]');
    const [dialog] = frame.childFrames();
    expect(await outcomeOf(page, { in: dialog })).toBe('needs-window');
    await frame.getByRole('button', { name: 'Close' }).click();
    expect(await sent).toBe(401);
  });

  test('signs in again from a page at top level, although its policy cuts the window off', async () => {
    const { context, emulator } = await open({});
    const page = await context.newPage();
    await page.goto(`${APP}/page`);
    emulator.signOut('maya.lind');
    await context.clearCookies({ name: '__Host-app.sid' });
    const done = page.evaluate(
      `import('/browser.mjs').then(({ withSignIn }) => withSignIn()('/items', { method: 'POST', body: 'x' })).then(({ status }) => status)`,
    );
    await page.waitForSelector('dialog[open]');
    const dialog = page.frames().find((frame) => frame.url().includes('#marketing-cloud-dialog'));
    if (dialog === undefined) throw new Error('The dialog has no frame.');
    const [popup] = await Promise.all([context.waitForEvent('page'), dialog.click('button[data-action="open"]')]);
    await popup.getByRole('button', { name: 'Maya Lind' }).click();
    await popup.getByText('Go back to the page in Marketing Cloud').waitFor();
    await dialog.click('button[data-action="retry"]');
    expect(await done).toBe(200);
  });
});
