import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import type { Frame } from 'playwright-core';
import { lookAt } from '../support/browser/look';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { appFrame, FramedScene, outcomeOf } from '../support/frame/framed-scene';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** Where `UPDATE_IMAGES=1 npx jest test/frame/look` puts the pictures of the guide. */
const IMAGES = join(__dirname, '../../docs/images');
const STATES = ['starting', 'needs-window', 'waiting', 'cookies-blocked', 'sign-in-lost', 'too-often', 'failed'];
const IN_THE_GUIDE = ['needs-window-desktop-light', 'cookies-blocked-phone-dark'];
const SIZES = { phone: { width: 390, height: 700 }, desktop: { width: 1_200, height: 800 } };

describeInChromium('the sign-in page', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  /** What axe-core finds that matters: https://github.com/dequelabs/axe-core */
  async function barriersIn(frame: Frame): Promise<string[]> {
    await frame.evaluate(AXE);
    return await frame.evaluate<string[]>(`axe.run(document).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join()))`);
  }

  test.each(Object.entries(SIZES))(
    'is readable and without barriers in each state, light and dark, on a %s',
    async (size, viewport) => {
      scene = await FramedScene.open({
        browser: browser(),
        cookie: 'Partitioned',
        thirdPartyCookies: 'allowed',
        signedIn: false,
      });
      const page = await scene.openApp({ wide: true });
      expect(await outcomeOf(page)).toBe('needs-window');
      const frame = await appFrame(page);
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const state of STATES) {
          await frame.evaluate(`document.documentElement.dataset.marketingCloud = '${state}'`);
          const shown = await frame.evaluate<string>(`document.querySelector('[role="status"]').innerText`);
          expect([state, shown.length > 10]).toEqual([state, true]);
          expect([state, colorScheme, await barriersIn(frame), await lookAt(frame)]).toEqual([
            state,
            colorScheme,
            [],
            [],
          ]);
          const picture = `${state}-${size}-${colorScheme}`;
          if (process.env['UPDATE_IMAGES'] !== undefined && IN_THE_GUIDE.includes(picture)) {
            mkdirSync(IMAGES, { recursive: true });
            await page.screenshot({ path: join(IMAGES, `frame-${picture}.png`) });
          }
        }
      }
    },
  );
});
