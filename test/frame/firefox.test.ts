import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  appFrameOf,
  findFirefox,
  FirefoxScene,
  outcomeIn,
  pageOpenedBy,
  signInAt,
  type FirefoxSetting,
} from '../support/frame/firefox-scene';
import { COOKIES, REFUSED_ONCE, SILENT, WINDOW, type MatrixRow } from '../support/frame/matrix-row';

/** Browsers, servers and the emulator start for each test. */
jest.setTimeout(90_000);

/** Firefox by default keeps a jar for each site around a frame, for every cookie; strict settings reject them all. */
const MATRIX: readonly MatrixRow<FirefoxSetting['thirdPartyCookies']>[] = [
  ['Partitioned', 'isolated', 'signed in', SILENT, WINDOW],
  ['None', 'isolated', 'signed in', SILENT, WINDOW],
  ['default', 'isolated', 'signed in', COOKIES, COOKIES],
  ['Partitioned', 'isolated', 'signed out', REFUSED_ONCE, WINDOW],
  ['Partitioned', 'rejected', 'signed in', COOKIES, COOKIES],
  ['None', 'rejected', 'signed in', COOKIES, COOKIES],
  ['Partitioned', 'none', 'signed out', COOKIES, COOKIES],
];

// npm brings no Firefox: where the system has none, Chromium's tests stand for the package's own behaviour.
const executablePath = findFirefox();
const describeInFirefox = executablePath === undefined ? describe.skip : describe;

describeInFirefox('in Firefox, a framed sign-in', () => {
  let scene: FirefoxScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  async function open(setting: FirefoxSetting): Promise<FirefoxScene> {
    return (scene = await FirefoxScene.open(executablePath ?? '', setting));
  }

  test.each(MATRIX)(
    'R3 with %s cookies, third-party cookies %s, %s at Marketing Cloud ends in the app menu as %s, nested as %s',
    async (cookie, thirdPartyCookies, marketingCloud, inAppMenu, nested) => {
      const signedIn = marketingCloud === 'signed in';
      const opened = await open({ cookie, thirdPartyCookies });
      const direct = await opened.openApp(await opened.createContext({ signedIn }));
      expect(await outcomeIn(direct, inAppMenu === REFUSED_ONCE ? 6_000 : undefined)).toBe(inAppMenu);
      const inner = await opened.openApp(await opened.createContext({ signedIn }), { nested: true });
      expect(await outcomeIn(inner)).toBe(nested);
    },
  );

  test('R4 finishes in the frame after one click, and the window closes by itself', async () => {
    const opened = await open({ cookie: 'Partitioned', thirdPartyCookies: 'isolated' });
    const context = await opened.createContext({ signedIn: false });
    const page = await opened.openApp(context, { nested: true });
    expect(await outcomeIn(page)).toBe(WINDOW);
    const frame = await appFrameOf(page);
    const popup = await pageOpenedBy(context, () => frame.locator('button[data-action="open"]').click());
    const closed = new Promise((resolve) => popup.once('close', resolve));
    await signInAt(popup);
    await closed;
    expect(await outcomeIn(page)).toBe(SILENT);
    expect(opened.emulator.requestsTo('token')).toHaveLength(1);
  });
});
