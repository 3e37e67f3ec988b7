import type { Express } from 'express';
import { afterEach, expect } from '@jest/globals';
import type { Frame, Page } from 'playwright-core';
import { requireMarketingCloud } from '../../src';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { FramedScene, outcomeOf, scriptedFrame, type FramedSetting } from '../support/frame/framed-scene';

describeInChromium('withSignIn, when the session has ended while a page is open,', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  /** A page of the app in the app menu, whose session has just ended. */
  async function open({ signedIn, app }: { readonly signedIn: boolean; readonly app?: FramedSetting['app'] }) {
    scene = await FramedScene.open({ browser: browser(), cookie: 'Partitioned', thirdPartyCookies: 'allowed', app });
    const page = await scene.openApp();
    expect(await outcomeOf(page)).toBe('Hello, Maya Lind');
    const frame = await scriptedFrame(page);
    await frame.fill('#half', 'a half-typed form');
    await scene.context.clearCookies({ name: '__Host-app.sid' });
    if (!signedIn) scene.emulator.signOut('maya.lind');
    scene.emulator.requests.clear();
    return { scene, page, frame };
  }

  /** Requests of the page, each with a body. */
  function send(frame: Frame, times: number): Promise<unknown> {
    return frame.evaluate(`Promise.all(Array.from({ length: ${times} }, async (_, index) => {
      const answer = await window.send('/items', { method: 'POST', body: 'item ' + index });
      return [answer.status, (await answer.json()).body];
    }))`);
  }

  /** The frame in the helper's dialog. */
  async function dialogFrame(page: Page, frame: Frame): Promise<Frame> {
    await frame.waitForSelector('dialog[open]');
    const inner = page
      .frames()
      .find((one) => one.parentFrame() === frame && one.url().includes('#marketing-cloud-dialog'));
    if (inner === undefined) throw new Error('The dialog has no frame.');
    return inner;
  }

  const ALL = [0, 1, 2, 3, 4].map((index) => [200, `item ${index}`]);

  test('signs in unseen for five requests at once, and sends each again with its body', async () => {
    const {
      scene: { emulator },
      frame,
    } = await open({ signedIn: true });
    expect(await send(frame, 5)).toEqual(ALL);
    expect(await frame.inputValue('#half')).toBe('a half-typed form');
    expect([emulator.requestsTo('token').length, await frame.locator('dialog').count()]).toEqual([1, 0]);
  });

  test('signs in unseen each time that the session ends, also several times within a minute', async () => {
    const { scene, frame } = await open({ signedIn: true });
    for (let times = 0; times < 3; times += 1) {
      await scene.context.clearCookies({ name: '__Host-app.sid' });
      expect(await send(frame, 1)).toEqual(ALL.slice(0, 1));
    }
    expect(scene.emulator.requestsTo('token').length).toBe(3);
  });

  test('asks for a click where Marketing Cloud does not know the user, and goes on', async () => {
    const {
      scene: { emulator },
      page,
      frame,
    } = await open({ signedIn: false });
    const sent = send(frame, 5);
    const dialog = await dialogFrame(page, frame);
    const [popup] = await Promise.all([page.waitForEvent('popup'), dialog.click('button[data-action="open"]')]);
    await popup.getByRole('button', { name: 'Maya Lind' }).click();
    expect(await sent).toEqual(ALL);
    expect(await frame.inputValue('#half')).toBe('a half-typed form');
    expect([emulator.requestsTo('token').length, await frame.locator('dialog').count()]).toEqual([1, 0]);
  });

  test('sends a request again whose 401 arrives after the sign-in has finished, without another sign-in', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const routes = (app: Express): void => {
      // The session was read when the request came.
      app.use('/upload', (_req, _res, next) => void released.then(() => next()));
      app.post('/upload', requireMarketingCloud(), (_req, res) => void res.json({ saved: true }));
    };
    const {
      scene: { emulator },
      page,
      frame,
    } = await open({ signedIn: false, app: { routes } });
    await frame.evaluate(`window.upload = window.send('/upload', { method: 'POST' }).then((reply) => reply.status); 0`);
    const sent = send(frame, 1);
    const dialog = await dialogFrame(page, frame);
    const [popup] = await Promise.all([page.waitForEvent('popup'), dialog.click('button[data-action="open"]')]);
    await popup.getByRole('button', { name: 'Maya Lind' }).click();
    expect(await sent).toEqual(ALL.slice(0, 1));
    release();
    expect(await frame.evaluate('window.upload')).toBe(200);
    expect(emulator.requestsTo('token').length).toBe(1);
  });

  test('gives the 401 as it came when the dialog is closed, and signIn() says so', async () => {
    const { page, frame } = await open({ signedIn: false });
    const sent = frame.evaluate<[number, string]>(
      `window.send('/items').then(async (answer) => [answer.status, (await answer.json()).error])`,
    );
    await dialogFrame(page, frame);
    await frame.getByRole('button', { name: 'Close' }).click({ timeout: 5_000 });
    expect(await sent).toEqual([401, 'sign_in_required']);
    const signedIn = frame.evaluate<string>(`window.signIn().then(() => 'in', (error) => error.code)`);
    await dialogFrame(page, frame);
    await page.keyboard.press('Escape');
    expect(await signedIn).toBe('sign_in_closed');
  });

  test('leaves other 401s alone, and login routes of another origin', async () => {
    const { frame } = await open({ signedIn: true });
    const answers = await frame.evaluate(`Promise.all([
      {}, { 'www-authenticate': 'Basic realm="x"' }, { 'www-authenticate': 'MarketingCloud login_url="https://evil.example/login"' },
    ].map(async (headers) => {
      const fetch = window.withSignIn(() => Promise.resolve(new Response('as it came', { status: 401, headers })));
      return (await fetch('/items')).text();
    }))`);
    expect(answers).toEqual(['as it came', 'as it came', 'as it came']);
    expect(await frame.evaluate(`window.signIn('https://evil.example/login').catch((error) => error.name)`)).toBe(
      'TypeError',
    );
  });
});
