import puppeteer, { type Browser, type BrowserContext, type Frame, type Page } from 'puppeteer-core';
import type { Emulator } from '../../../src/emulator';
import { findProgram } from '../services/probe';
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
import { openNamingProxy, type NamingProxy } from './naming-proxy';

/** What Firefox does with cookies: https://firefox-source-docs.mozilla.org/toolkit/components/antitracking/ */
const COOKIE_BEHAVIOURS = { allowed: 0, rejected: 1, none: 2, isolated: 5 } as const;

/** What a framed sign-in in Firefox happens in. */
export interface FirefoxSetting extends FramedSitesOptions {
  /** `isolated` is Firefox's default: a jar for each site around a frame. `none`: no cookies at all. */
  readonly thirdPartyCookies: keyof typeof COOKIE_BEHAVIOURS;
}

/** The Firefox of the system; Playwright would need a build of its own, which npm does not bring. */
export function findFirefox(): string | undefined {
  const folders = ['/Applications/Firefox.app/Contents/MacOS'];
  return findProgram('firefox', folders) ?? findProgram('firefox-esr');
}

/** A Firefox in Marketing Cloud, with the app in a frame of it. Each page has cookies of its own unless a context is given. */
export class FirefoxScene {
  readonly emulator: Emulator;

  private constructor(
    readonly browser: Browser,
    readonly sites: FramedSites,
    readonly proxy: NamingProxy,
  ) {
    this.emulator = sites.emulator;
  }

  static async open(executablePath: string, setting: FirefoxSetting): Promise<FirefoxScene> {
    const sites = await openFramedSites(setting);
    const proxy = await openNamingProxy(sites.ports);
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath,
      acceptInsecureCerts: true,
      extraPrefsFirefox: {
        'network.proxy.type': 1,
        'network.proxy.ssl': '127.0.0.1',
        'network.proxy.ssl_port': proxy.port,
        'network.cookie.cookieBehavior': COOKIE_BEHAVIOURS[setting.thirdPartyCookies],
      },
    });
    return new FirefoxScene(browser, sites, proxy);
  }

  /** A browser without cookies of others, in which Marketing Cloud knows the user, or does not. */
  async createContext({ signedIn = true } = {}): Promise<BrowserContext> {
    const context = await this.browser.createBrowserContext();
    if (!signedIn) return context;
    const page = await context.newPage();
    await page.goto(otherLoginUrl(this.emulator));
    await signInAt(page);
    await waitForUrl(page, `${OTHER}/cb`);
    await page.close();
    this.emulator.requests.clear();
    return context;
  }

  async openApp(context: BrowserContext, framed: Parameters<typeof framedUrl>[0] = {}): Promise<Page> {
    const page = await context.newPage();
    await page.goto(framedUrl(framed));
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.proxy.close();
    await this.sites.close();
  }
}

/** Signs in on Marketing Cloud's login page. */
export async function signInAt(page: Page): Promise<void> {
  await page.locator('button[value="maya.lind"]').click();
}

/** The page that an action opens. */
export async function pageOpenedBy(context: BrowserContext, action: () => Promise<void>): Promise<Page> {
  const opened = new Promise<Page | null>((resolve, reject) => {
    context.once('targetcreated', (target) => void target.page().then(resolve, reject));
  });
  await action();
  const page = await opened;
  if (page === null) throw new Error('What has opened is no page.');
  return page;
}

/** The frame that shows the app. */
export async function appFrameOf(page: Page): Promise<Frame> {
  return await page.waitForFrame(isOfApp);
}

/** What the app's frame ends in: the app's page, the sign-in page's state, or nothing at all. */
export async function outcomeIn(page: Page, timeoutMs = 30_000): Promise<string> {
  const deadline = Date.now() + timeoutMs;
  let last = 'blank';
  while (Date.now() < deadline) {
    last = await lookInto(page.frames().find(isOfApp));
    if (!['starting', 'blank', 'waiting'].includes(last)) return last;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return last;
}

async function lookInto(frame: Frame | undefined): Promise<string> {
  if (frame === undefined) return 'blank';
  try {
    return (await frame.evaluate(SHOWN)) as string;
  } catch {
    return 'blank'; // it is on its way to another page
  }
}

/** Whether a frame is the app's own, and no frame in it. */
function isOfApp(frame: Frame): boolean {
  return frame.url().startsWith(APP) && frame.parentFrame()?.url().startsWith(APP) !== true;
}

async function waitForUrl(page: Page, start: string): Promise<void> {
  await page.waitForFunction(`location.href.startsWith(${JSON.stringify(start)})`);
}
