import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import type { Frame, Page } from 'playwright-core';
import { lookAt } from '../support/browser/look';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { appFrame, FramedScene, outcomeOf } from '../support/frame/framed-scene';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** Where `UPDATE_IMAGES=1 npx jest test/frame/look` puts the pictures of the guide. */
const IMAGES = join(__dirname, '../../docs/images');
const STATES = [
  'starting',
  'needs-window',
  'waiting',
  'cookies-blocked',
  'sign-in-lost',
  'too-often',
  'no-page',
  'failed',
];
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

  test('tells a screen reader of each state, in one live region that stays', async () => {
    scene = await FramedScene.open({
      browser: browser(),
      cookie: 'Partitioned',
      thirdPartyCookies: 'allowed',
      signedIn: false,
    });
    const page = await scene.openApp();
    expect(await outcomeOf(page)).toBe('needs-window');
    const frame = await appFrame(page);
    const getTree = await accessibilityOf(page, frame);
    const regions = new Set<number | undefined>();
    for (const state of STATES) {
      await frame.evaluate(`document.documentElement.dataset.marketingCloud = '${state}'`);
      const shown = await frame.evaluate<string>(`document.querySelector('[role="status"]').innerText`);
      const nodes = await getTree();
      const [region, ...others] = nodes.filter(({ role }) => role?.value === 'status');
      const live = region?.properties?.find(({ name }) => name === 'live')?.value.value as unknown;
      expect([state, live, textUnder(nodes, region), others]).toEqual([state, 'polite', shown, []]);
      regions.add(region?.backendDOMNodeId);
    }
    // Screen readers speak what changes in a region that they know, and nothing of one that has just come.
    expect(regions.size).toBe(1);
  });
});

/** What a browser gives to a screen reader of a frame. Not every browser has a process of its own for it. */
async function accessibilityOf(page: Page, frame: Frame) {
  const own = await page
    .context()
    .newCDPSession(frame)
    .catch(() => undefined);
  const session = own ?? (await page.context().newCDPSession(page));
  const { frameTree } = await session.send('Page.getFrameTree');
  const frames = [frameTree, ...(frameTree.childFrames ?? [])].map((one) => one.frame);
  const of = own === undefined ? { frameId: frames.find(({ url }) => url === frame.url())?.id ?? '' } : {};
  return async () => (await session.send('Accessibility.getFullAXTree', of)).nodes;
}

interface AccessibilityNode {
  readonly nodeId: string;
  readonly role?: { readonly value?: unknown };
  readonly name?: { readonly value?: unknown };
  readonly childIds?: readonly string[];
}

/** The text that the browser gives to a screen reader for a node. */
function textUnder(nodes: readonly AccessibilityNode[], node: AccessibilityNode | undefined): string {
  if (node?.role?.value === 'StaticText') return String(node.name?.value);
  const children = (node?.childIds ?? []).map((id) => nodes.find(({ nodeId }) => nodeId === id));
  return children.map((child) => textUnder(nodes, child)).join('');
}
