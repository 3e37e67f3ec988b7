import { startEmulator, type Emulator, type EmulatorOptions } from '../../../src/emulator';
import type { Strategy } from '../../../src';
import { APP, createFramedApp, toCallbackUrl, type FramedAppOptions } from './framed-app';
import { openTlsSite } from './tls-site';

/** Marketing Cloud's shell, and its Content Builder, which frames blocks inside the shell. */
export const SHELL = 'https://mc.s7.exacttarget.com';
const BUILDER = 'https://content-builder.s7.marketingcloudapps.com';
/** An app that the user signs in to at top level, so that Marketing Cloud knows them. */
export const OTHER = 'https://other.example';

const EMULATOR_HOSTS = [
  '*.login.exacttarget.com',
  '*.marketingcloudapis.com',
  '*.s50.exacttarget.com',
  '*.s50.marketingcloudapps.com',
];
const SHELL_HOSTS = ['mc.s7.exacttarget.com', '*.marketingcloudapps.com', 'other.example', 'evil.example'];

/** What the sites around a framed app are made of. */
export interface FramedSitesOptions {
  readonly cookie: FramedAppOptions['cookie'];
  readonly app?: Omit<FramedAppOptions, 'cookie' | 'strategy'> | undefined;
  readonly emulator?: EmulatorOptions | undefined;
  /** Whether users of every tenant may sign in. */
  readonly multiTenant?: boolean | undefined;
}

/** Marketing Cloud, its shell and the app, each over TLS on loopback, for a browser that knows where their names lead. */
export interface FramedSites {
  readonly emulator: Emulator;
  readonly strategy: Strategy;
  /** The port of each host; `*` stands for any labels, and the first that fits counts. */
  readonly ports: readonly (readonly [host: string, port: number])[];
  readonly close: () => Promise<void>;
}

export async function openFramedSites(options: FramedSitesOptions): Promise<FramedSites> {
  const emulator = await startEmulator({
    ...options.emulator,
    https: true,
    callbackURLs: [toCallbackUrl(options.app), `${OTHER}/cb`],
    menuApps: [{ name: 'The app', loginUrl: `${APP}/page`, logoutUrl: `${APP}/mc-logout` }],
  });
  const { app, strategy } = createFramedApp({
    ...options.app,
    cookie: options.cookie,
    strategy: { ...emulator.strategyOptions(), multiTenant: options.multiTenant },
  });
  const shell = await openTlsSite((req, res) => {
    res.setHeader('content-type', 'text/html');
    const { pathname, searchParams } = new URL(req.url ?? '/', SHELL);
    res.end(toShell(pathname, searchParams));
  });
  const site = await openTlsSite(app);
  return {
    emulator,
    strategy,
    ports: [
      ...EMULATOR_HOSTS.map((host) => [host, emulator.port] as const),
      ...SHELL_HOSTS.map((host) => [host, shell.port] as const),
      [new URL(APP).hostname, site.port],
    ],
    close: async () => {
      await strategy.close();
      await Promise.all([shell.close(), site.close()]);
      await emulator.close();
    },
  };
}

/**
 * The address of a page of Marketing Cloud with the app in a frame; nested in a frame of Content Builder inside the shell.
 * `wide` gives the frame the whole page.
 */
export function framedUrl({ nested = false, path = '/page', wide = false } = {}): string {
  const inner = nested ? `${BUILDER}/?frame=${encodeURIComponent(`${APP}${path}`)}` : `${APP}${path}`;
  return `${SHELL}/?frame=${encodeURIComponent(inner)}${wide ? '&wide' : ''}`;
}

/** Where a user signs in to Marketing Cloud, by way of another app. */
export function otherLoginUrl(emulator: Emulator): string {
  const { subdomain, clientID } = emulator.strategyOptions();
  const query = new URLSearchParams({ response_type: 'code', client_id: clientID, redirect_uri: `${OTHER}/cb` });
  return `https://${subdomain}.auth.marketingcloudapis.com/v2/authorize?${query.toString()}`;
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
