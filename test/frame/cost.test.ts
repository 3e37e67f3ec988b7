import { afterEach, expect } from '@jest/globals';
import type { Page, Request } from 'playwright-core';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { APP } from '../support/frame/framed-app';
import { FramedScene, outcomeOf } from '../support/frame/framed-scene';

interface Cost {
  readonly requests: number;
  /** Requests that had to wait for another's answer. */
  readonly roundTrips: number;
  /** Heads and bodies of what the app has sent. */
  readonly bytesFromApp: number;
}

describeInChromium('a silent sign-in in a frame', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  /** What it takes from the request for the app's page to the page itself. */
  async function measure(page: Page, go: () => Promise<unknown>): Promise<Cost> {
    const all: Request[] = [];
    page.on('request', (request) => all.push(request));
    await go();
    const outer = all.filter((request) => !request.url().includes('exacttarget.com/?frame='));
    const sizes = await Promise.all(
      outer
        .filter((request) => request.url().startsWith(APP))
        .map(async (request) => ((await request.response()) === null ? undefined : await request.sizes())),
    );
    const bytesFromApp = sizes.reduce(
      (sum, one) => sum + (one === undefined ? 0 : one.responseHeadersSize + one.responseBodySize),
      0,
    );
    const inTurn = outer.filter((request) => !/\.mjs$|favicon/.test(request.url()));
    return { requests: outer.length, roundTrips: inTurn.length, bytesFromApp };
  }

  test('takes one more round trip than one at top level', async () => {
    scene = await FramedScene.open({ browser: browser(), cookie: 'Partitioned', thirdPartyCookies: 'allowed' });
    const { context } = scene;
    const top = await context.newPage();
    const atTop = await measure(top, () => top.goto(`${APP}/page`));
    const shell = await context.newPage();
    const framed = await measure(shell, async () => {
      await (scene as FramedScene).openApp({ in: shell });
      expect(await outcomeOf(shell)).toBe('Hello, Maya Lind');
    });
    process.stderr.write(`At top level: ${JSON.stringify(atTop)}; in a frame: ${JSON.stringify(framed)}\n`);
    expect(framed.roundTrips - atTop.roundTrips).toBe(1);
  });
});
