import { afterEach, expect } from '@jest/globals';
import type { AuthenticateCallback } from 'passport';
import type { Page } from 'playwright-core';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { appFrame, FramedScene, outcomeOf, scriptedFrame, type FramedSetting } from '../support/frame/framed-scene';

/** A page of the app at the callback, as the `failed` handler of the README shows one. */
const answerInPlace: NonNullable<FramedSetting['app']>['routes'] = (app, own, strategy) => {
  app.get('/public', (_req, res) => {
    res.send(
      `<!doctype html><title>Public</title><script type="module">import { signIn } from '/browser.mjs'; Object.assign(window, { signIn, send: true });</script>`,
    );
  });
  app.get('/help', (_req, res) => void res.send('<!doctype html><title>Help</title><h1>Help</h1>'));
  app.get('/cb', (req, res, next) => {
    const answer: AuthenticateCallback = (_error, user, info) => {
      if (user === undefined || user === false || user === null) {
        const { code } = info as unknown as { code: string };
        res.status(403).send(`<!doctype html><title>Sorry</title><h1>${code}</h1><a href="/help">Help</a>`);
      } else next();
    };
    (own.authenticate(strategy.name, answer) as (...args: unknown[]) => void)(req, res, next);
  });
};

describeInChromium('a sign-in in a frame that is refused', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  /** A page of the app, with a user at Marketing Cloud who has no licence for it. */
  async function openRefused(path = '/page'): Promise<Page> {
    scene = await FramedScene.open({
      browser: browser(),
      cookie: 'Partitioned',
      thirdPartyCookies: 'allowed',
      signedIn: false,
      app: { routes: answerInPlace },
    });
    await scene.signInToMarketingCloud('Tom Berg');
    return await scene.openApp({ path });
  }

  test('shows the page by which the app answers, whose links lead on', async () => {
    const page = await openRefused();
    expect(await outcomeOf(page)).toBe('failed');
    const frame = await appFrame(page);
    const answer = frame.frameLocator('iframe.answer');
    await answer.getByRole('heading', { name: 'user_not_licensed' }).waitFor({ state: 'visible' });
    await answer.getByRole('link', { name: 'Help' }).click();
    await frame.getByRole('heading', { name: 'Help' }).waitFor({ state: 'visible' });
    expect(new URL((await appFrame(page)).url()).pathname).toBe('/help');
  });

  test('gives signIn() its code, although the app answers by a page', async () => {
    const page = await openRefused('/public');
    const frame = await scriptedFrame(page);
    expect(await frame.evaluate(`window.signIn().then(() => 'in', (error) => error.code)`)).toBe('user_not_licensed');
  });
});
