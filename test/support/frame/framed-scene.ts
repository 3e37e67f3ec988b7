import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Frame, type Page } from 'playwright-core';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../src/emulator';
import type { Strategy } from '../../../src';
import type { FoundBrowser } from '../browser/find-chromium';
import { APP, createFramedApp, type FramedAppOptions } from './framed-app';
import { openTlsSite, type TlsSite } from './tls-site';

/** Marketing Cloud's shell, and its Content Builder, which frames blocks inside the shell. */
export const SHELL = 'https://mc.s7.exacttarget.com';
export const BUILDER = 'https://content-builder.s7.marketingcloudapps.com';
/** The emulator's shell. */
export const APP_MENU = 'https://mc.s50.exacttarget.com/app-menu';
/** An app that the user signs in to at top level, so that Marketing Cloud knows them. */
const OTHER = 'https://other.example';

/** What a framed sign-in happens in. */
export interface FramedSetting {
  readonly browser: FoundBrowser;
  readonly cookie: FramedAppOptions['cookie'];
  readonly thirdPartyCookies: 'allowed' | 'blocked';
  /** Whether Marketing Cloud knows the user already. */
  readonly signedIn?: boolean;
  readonly app?: Omit<FramedAppOptions, 'cookie' | 'strategy'>;
  readonly emulator?: EmulatorOptions;
}

/** A browser in Marketing Cloud, with the app in a frame of it. */
export class FramedScene {
  readonly #sites: readonly TlsSite[];

  private constructor(
    readonly emulator: Emulator,
    readonly strategy: Strategy,
    readonly context: BrowserContext,
    sites: readonly TlsSite[],
    readonly clean: () => void,
  ) {
    this.#sites = sites;
  }

  static async open(setting: FramedSetting): Promise<FramedScene> {
    const emulator = await startEmulator({
      ...setting.emulator,
      https: true,
      callbackURLs: [`${APP}/cb`, `${OTHER}/cb`],
      menuApps: [{ name: 'The app', loginUrl: `${APP}/page`, logoutUrl: `${APP}/mc-logout` }],
    });
    const { app, strategy } = createFramedApp({
      ...setting.app,
      cookie: setting.cookie,
      strategy: emulator.strategyOptions(),
    });
    const house = await openTlsSite((req, res) => {
      res.setHeader('content-type', 'text/html');
      const { pathname, searchParams } = new URL(req.url ?? '/', SHELL);
      res.end(toShell(pathname, searchParams));
    });
    const site = await openTlsSite(app);
    const folder = mkdtempSync(join(tmpdir(), 'framed-'));
    allowThirdPartyCookies(folder);
    const rules = [
      ...[
        '*.login.exacttarget.com',
        '*.marketingcloudapis.com',
        '*.s50.exacttarget.com',
        '*.s50.marketingcloudapps.com',
      ].map((host) => `MAP ${host} 127.0.0.1:${emulator.port}`),
      ...['mc.s7.exacttarget.com', '*.marketingcloudapps.com', 'other.example', 'evil.example'].map(
        (host) => `MAP ${host} 127.0.0.1:${house.port}`,
      ),
      `MAP app.example 127.0.0.1:${site.port}`,
      'MAP * ~NOTFOUND',
    ];
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: setting.browser.executablePath,
      env: { ...(process.env as Record<string, string>), TMPDIR: folder, HOME: folder, ...setting.browser.env },
      ignoreHTTPSErrors: true,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--ignore-certificate-errors'],
        `--host-resolver-rules=${rules.join(', ')}`,
        '--disable-features=Translate,OptimizationHints,MediaRouter',
        ...(setting.thirdPartyCookies === 'blocked' ? ['--test-third-party-cookie-phaseout'] : []),
      ],
    });
    const scene = new FramedScene(emulator, strategy, context, [house, site], () =>
      rmSync(folder, { recursive: true, force: true }),
    );
    if (setting.signedIn !== false) await scene.signInToMarketingCloud();
    return scene;
  }

  /** Signs the user in to Marketing Cloud itself, by way of another app. */
  async signInToMarketingCloud(name = 'Maya Lind'): Promise<void> {
    const { subdomain, clientID } = this.emulator.strategyOptions();
    const query = new URLSearchParams({ response_type: 'code', client_id: clientID, redirect_uri: `${OTHER}/cb` });
    const page = await this.context.newPage();
    await page.goto(`https://${subdomain}.auth.marketingcloudapis.com/v2/authorize?${query.toString()}`);
    await page.getByRole('button', { name }).click();
    await page.waitForURL(`${OTHER}/cb**`);
    await page.close();
    this.emulator.requests.clear();
  }

  /**
   * Opens the app in the app menu, or nested: in a frame of Content Builder inside the shell. `wide` gives the frame the
   * whole page.
   */
  async openApp({
    nested = false,
    path = '/page',
    wide = false,
    in: given = undefined as Page | undefined,
  } = {}): Promise<Page> {
    const page = given ?? (await this.context.newPage());
    const inner = nested ? `${BUILDER}/?frame=${encodeURIComponent(`${APP}${path}`)}` : `${APP}${path}`;
    await page.goto(`${SHELL}/?frame=${encodeURIComponent(inner)}${wide ? '&wide' : ''}`);
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.strategy.close();
    await Promise.all(this.#sites.map((site) => site.close()));
    await this.emulator.close();
    this.clean();
  }
}

/** Debian's Chromium blocks them unless its profile says otherwise. The switch that blocks them counts all the same. */
function allowThirdPartyCookies(folder: string): void {
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));
}

/** A page of Marketing Cloud with an app in a frame. */
function toShell(title: string, query: URLSearchParams): string {
  const inner = query.get('frame');
  const size = query.has('wide')
    ? 'style="position:fixed;inset:0;width:100%;height:100%;border:0"'
    : 'width="900" height="600"';
  const frame = inner === null ? '' : `<iframe src="${inner}" ${size}></iframe>`;
  return `<!doctype html><title>${title}</title><h1>Marketing Cloud</h1>${frame}`;
}

/** The frame that shows the app. */
export async function appFrame(page: Page): Promise<Frame> {
  for (;;) {
    const frame = page
      .frames()
      .find((one) => one.url().startsWith(APP) && one.parentFrame()?.url().startsWith(APP) !== true);
    if (frame !== undefined) return frame;
    await page.waitForEvent('framenavigated');
  }
}

/** What the app's frame ends in: the app's page, the sign-in page's state, or nothing at all. */
export async function outcomeOf(page: Page, timeout = 20_000): Promise<string> {
  const deadline = Date.now() + timeout;
  let last = 'blank';
  while (Date.now() < deadline) {
    last = await lookInto(page);
    if (!['starting', 'blank', 'waiting'].includes(last)) return last;
    await page.waitForTimeout(100);
  }
  return last;
}

/** The state of one of the package's pages, else the heading. */
const SHOWN = "document.documentElement.dataset.marketingCloud ?? document.querySelector('h1')?.textContent ?? 'blank'";

async function lookInto(page: Page): Promise<string> {
  const frame = page
    .frames()
    .find((one) => one.url().startsWith(APP) && one.parentFrame()?.url().startsWith(APP) !== true);
  if (frame === undefined) return 'blank';
  try {
    return await frame.evaluate<string>(SHOWN);
  } catch {
    return 'blank';
  }
}
