import { afterEach, expect } from '@jest/globals';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { FramedScene, outcomeOf, type FramedSetting } from '../support/frame/framed-scene';
import { COOKIES, REFUSED_ONCE, SILENT, WINDOW, type MatrixRow } from '../support/frame/matrix-row';

/** `docs/in-the-frame.md` has this table for users. */
const MATRIX: readonly MatrixRow<FramedSetting['thirdPartyCookies']>[] = [
  ['Partitioned', 'allowed', 'signed in', SILENT, SILENT],
  ['Partitioned', 'blocked', 'signed in', SILENT, WINDOW],
  ['None', 'allowed', 'signed in', SILENT, SILENT],
  ['None', 'blocked', 'signed in', COOKIES, COOKIES],
  ['default', 'allowed', 'signed in', COOKIES, COOKIES],
  ['default', 'blocked', 'signed in', COOKIES, COOKIES],
  ['Partitioned', 'allowed', 'signed out', WINDOW, WINDOW],
  ['Partitioned', 'blocked', 'signed out', REFUSED_ONCE, WINDOW],
  ['None', 'allowed', 'signed out', WINDOW, WINDOW],
  ['None', 'blocked', 'signed out', COOKIES, COOKIES],
  ['default', 'allowed', 'signed out', COOKIES, COOKIES],
  ['default', 'blocked', 'signed out', COOKIES, COOKIES],
];

describeInChromium('a framed sign-in with', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  for (const [cookie, thirdPartyCookies, marketingCloud, inAppMenu, nested] of MATRIX) {
    const title = `${cookie} cookies, third-party cookies ${thirdPartyCookies}, ${marketingCloud} at Marketing Cloud`;
    test(`R3 ${title} ends in the app menu as ${inAppMenu}, nested as ${nested}`, async () => {
      const signedIn = marketingCloud === 'signed in';
      scene = await FramedScene.open({ browser: browser(), cookie, thirdPartyCookies, signedIn });
      const direct = await scene.openApp();
      expect(await outcomeOf(direct, inAppMenu === REFUSED_ONCE ? { timeout: 6_000 } : {})).toBe(inAppMenu);
      if (inAppMenu === REFUSED_ONCE) {
        await direct.reload();
        expect(await outcomeOf(direct)).toBe('sign-in-lost');
      }
      await direct.close();
      // A nested frame is in the same partition, and would find the session.
      await scene.context.clearCookies();
      if (signedIn) await scene.signInToMarketingCloud();
      expect(await outcomeOf(await scene.openApp({ nested: true }))).toBe(nested);
    });
  }
});
