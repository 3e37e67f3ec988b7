import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Frame, type Page } from 'playwright-core';
import type { Emulator } from '../../../src/emulator';
import type { Strategy } from '../../../src';
import type { FoundBrowser } from '../browser/find-chromium';
import { APP } from './framed-app';
import {
  framedUrl,
  openFramedSites,
  OTHER,
  otherLoginUrl,
  type FramedSites,
  type FramedSitesOptions,
} from './framed-sites';
import { SHOWN } from './matrix-row';

/** The emulator's shell. */
export const APP_MENU = 'https://mc.s50.exacttarget.com/app-menu';
/** What a framed sign-in happens in. */
export interface FramedSetting extends FramedSitesOptions {
  readonly browser: FoundBrowser;
  readonly thirdPartyCookies: 'allowed' | 'blocked';
  /** Whether Marketing Cloud knows the user already. */
  readonly signedIn?: boolean;
}

/** A browser in Marketing Cloud, with the app in a frame of it. */
export class FramedScene {
  readonly emulator: Emulator;
  readonly strategy: Strategy;
  readonly #sites: FramedSites;

  private constructor(
    sites: FramedSites,
    readonly context: BrowserContext,
    readonly clean: () => void,
  ) {
    this.#sites = sites;
    this.emulator = sites.emulator;
    this.strategy = sites.strategy;
  }

  static async open(setting: FramedSetting): Promise<FramedScene> {
    const sites = await openFramedSites(setting);
    const folder = mkdtempSync(join(tmpdir(), 'framed-'));
    allowThirdPartyCookies(folder);
    const rules = [...sites.ports.map(([host, port]) => `MAP ${host} 127.0.0.1:${port}`), 'MAP * ~NOTFOUND'];
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: setting.browser.executablePath,
      env: { ...(process.env as Record<string, string>), TMPDIR: folder, HOME: folder, ...setting.browser.env },
      ignoreHTTPSErrors: true,
      // By default the driver lets a page open windows without a user's click.
      ignoreDefaultArgs: ['--disable-popup-blocking'],
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--ignore-certificate-errors'],
        `--host-resolver-rules=${rules.join(', ')}`,
        '--disable-features=Translate,OptimizationHints,MediaRouter',
        ...(setting.thirdPartyCookies === 'blocked' ? ['--test-third-party-cookie-phaseout'] : []),
      ],
    });
    const scene = new FramedScene(sites, context, () => rmSync(folder, { recursive: true, force: true }));
    if (setting.signedIn !== false) await scene.signInToMarketingCloud();
    return scene;
  }

  /** Signs the user in to Marketing Cloud itself, by way of another app. */
  async signInToMarketingCloud(name = 'Maya Lind'): Promise<void> {
    const page = await this.context.newPage();
    await page.goto(otherLoginUrl(this.emulator));
    await page.getByRole('button', { name }).click();
    await page.waitForURL(`${OTHER}/cb**`);
    await page.close();
    this.emulator.requests.clear();
  }

  /** Opens the app in the app menu, or nested: in a frame of Content Builder inside the shell. */
  async openApp({
    in: given,
    ...framed
  }: { in?: Page | undefined } & Parameters<typeof framedUrl>[0] = {}): Promise<Page> {
    const page = given ?? (await this.context.newPage());
    await page.goto(framedUrl(framed));
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.#sites.close();
    this.clean();
  }
}

/** Debian's Chromium blocks them unless its profile says otherwise. The switch that blocks them counts all the same. */
function allowThirdPartyCookies(folder: string): void {
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));
}

/** The frame that shows the app. */
export async function appFrame(page: Page): Promise<Frame> {
  for (;;) {
    const frame = findAppFrame(page);
    if (frame !== undefined) return frame;
    await page.waitForEvent('framenavigated');
  }
}

/** The same once the page's script has run, which stands in `window`. */
export async function scriptedFrame(page: Page): Promise<Frame> {
  const frame = await appFrame(page);
  await frame.waitForFunction('window.send !== undefined');
  return frame;
}

/** What the app's frame, or a given one, ends in: the app's page, the sign-in page's state, or nothing at all. */
export async function outcomeOf(page: Page, { timeout = 20_000, in: given }: OutcomeOptions = {}): Promise<string> {
  const deadline = Date.now() + timeout;
  let last = 'blank';
  while (Date.now() < deadline) {
    last = await lookInto(given ?? findAppFrame(page));
    if (!['starting', 'blank', 'waiting'].includes(last)) return last;
    await page.waitForTimeout(100);
  }
  return last;
}

interface OutcomeOptions {
  readonly timeout?: number;
  readonly in?: Frame | null | undefined;
}

function findAppFrame(page: Page): Frame | undefined {
  return page.frames().find((one) => one.url().startsWith(APP) && one.parentFrame()?.url().startsWith(APP) !== true);
}

async function lookInto(frame: Frame | undefined): Promise<string> {
  if (frame === undefined) return 'blank';
  try {
    return await frame.evaluate<string>(SHOWN);
  } catch {
    return 'blank';
  }
}
