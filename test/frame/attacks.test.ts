import { afterEach, expect } from '@jest/globals';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { APP } from '../support/frame/framed-app';
import { appFrame, FramedScene, outcomeOf } from '../support/frame/framed-scene';

const EVIL = 'https://evil.example/';
const FORGED_CALLBACK = `${APP}/cb?code=stolen&state=f.${'s'.repeat(43)}`;

describeInChromium('a hostile page', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  async function open(cookie: 'Partitioned' | 'None' = 'None', signedIn = true): Promise<FramedScene> {
    scene = await FramedScene.open({ browser: browser(), cookie, thirdPartyCookies: 'allowed', signedIn });
    return scene;
  }

  test('that has opened the window hears nothing of Marketing Cloud’s answer', async () => {
    const { context, emulator } = await open();
    const page = await context.newPage();
    await page.goto(EVIL);
    await page.evaluate(`window.heard = []; addEventListener('message', ({ data }) => heard.push(data))`);
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate(`void open(${JSON.stringify(FORGED_CALLBACK)})`),
    ]);
    await popup.getByText('Go back to the page in Marketing Cloud').waitFor();
    expect(await page.evaluate('heard')).toEqual([]);
    expect(emulator.requestsTo('token').length).toBe(0);
  });

  test('cannot show the sign-in page or the app in a frame', async () => {
    const { context, emulator } = await open();
    for (const path of ['/login', '/page', '/cb?landed=%2Fpage', '/cb?code=c&state=s']) {
      const page = await context.newPage();
      await page.goto(`${EVIL}?frame=${encodeURIComponent(APP + path)}`);
      const [, frame] = page.frames();
      expect([
        path,
        await frame?.evaluate('document.body.innerText.includes("Marketing Cloud")').catch(() => false),
      ]).toEqual([path, false]);
      await page.close();
    }
    expect(emulator.requestsTo('authorize').length).toBe(0);
  });

  test('gets no address to sign in at, and starts nothing', async () => {
    const { context, emulator } = await open();
    const page = await context.newPage();
    await page.goto(EVIL);
    const read = `fetch('${APP}/login', { credentials: 'include', headers: { accept: 'application/json' } }).then((r) => r.text(), () => 'refused')`;
    const blind = `fetch('${APP}/login', { credentials: 'include', mode: 'no-cors' }).then((r) => r.type)`;
    expect([await page.evaluate(read), await page.evaluate(blind)]).toEqual(['refused', 'opaque']);
    expect(emulator.requestsTo('authorize').length).toBe(0);
    expect((await context.cookies(APP)).filter(({ name }) => name.includes('mc-sign-in-'))).toEqual([]);
  });

  test('cannot make the sign-in page take another page’s answer, wherever it stands', async () => {
    const { context, emulator } = await open('Partitioned', false);
    const page = await (scene as FramedScene).openApp();
    expect(await outcomeOf(page)).toBe('needs-window');
    const frame = await appFrame(page);
    const [popup] = await Promise.all([page.waitForEvent('popup'), frame.click('button[data-action="open"]')]);
    const messages = [
      `{ type: 'marketing-cloud:relay', search: '?code=stolen' }`,
      `{ type: 'marketing-cloud:landing', to: 'https://evil.example/', ok: true }`,
    ];
    for (const message of messages) {
      // The shell, which is around the page; the window, which is Marketing Cloud's at this moment; the page itself.
      await page.evaluate(`frames[0].postMessage(${message}, '*')`);
      await popup.evaluate(`opener.postMessage(${message}, '*')`);
      await frame.evaluate(`postMessage(${message}, '*')`);
    }
    expect(await frame.getAttribute('html', 'data-marketing-cloud')).toBe('waiting');
    expect(frame.url()).toBe(`${APP}/page`);
    await popup.getByRole('button', { name: 'Maya Lind' }).click();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    expect([emulator.requestsTo('token').length, context.pages().some((one) => one.url().startsWith(EVIL))]).toEqual([
      1,
      false,
    ]);
  });

  test('that replays the callback of a frame makes no token call', async () => {
    const running = await open('Partitioned');
    const page = await running.context.newPage();
    const callbacks: string[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(`${APP}/cb?`) && request.url().includes('code=')) callbacks.push(request.url());
    });
    await running.openApp({ in: page });
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    running.emulator.requests.clear();
    const frame = await appFrame(page);
    await frame.goto(callbacks[0] ?? '');
    expect(running.emulator.requestsTo('token').length).toBe(0);
  });

  test('cannot lead a landing page to another origin', async () => {
    const { context } = await open();
    const page = await context.newPage();
    for (const to of [EVIL, '//evil.example/', 'javascript:alert(1)', 'https:evil.example']) {
      await page.goto(`${APP}/cb?landed=${encodeURIComponent(to)}&ok`);
      await page.waitForLoadState();
      expect(new URL(page.url()).origin).toBe(APP);
    }
  });
});
