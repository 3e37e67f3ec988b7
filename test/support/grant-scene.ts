import { request } from 'node:http';
import { Strategy, type StrategyOptions, type Vault } from '../../src';
import type { Emulator, EmulatorOptions } from '../../src/emulator';
import { comeBack, openLogin } from './attack';
import { heldClock } from './clock';
import { appAt, emulate } from './scene';
import type { TestApp } from './app';
import type { Browser } from './browser';

/** The documented lifetime of an access token, as the emulator's answers say it. */
export const LIFETIME_MS = 1_079_000;

/** A user who is signed in, with every clock in the test's hand. */
export interface GrantScene {
  readonly emulator: Emulator;
  readonly app: TestApp;
  readonly browser: Browser;
  readonly grantId: string;
  /** Moves the app's clock and the emulator's. */
  readonly pass: (ms: number) => void;
  /** Moves the app's clock alone. */
  readonly shift: (ms: number) => void;
  readonly now: () => number;
}

/** Signs a user in; `requests` of the emulator start empty. */
export async function grantScene(
  options: {
    readonly emulator?: EmulatorOptions;
    readonly strategy?: Partial<StrategyOptions>;
    readonly app?: Parameters<typeof appAt>[1];
    readonly user?: string;
  } = {},
): Promise<GrantScene> {
  const emulator = await emulate(options.emulator);
  const clock = heldClock();
  const app = await appAt(emulator, {
    ...options.app,
    strategy: { clock: clock.now, ...options.strategy },
    routes: (express, strategy, passport) => {
      express.get('/grant-id', (req, res) => void res.json(req.marketingCloud.grantId ?? null));
      options.app?.routes?.(express, strategy, passport);
    },
  });
  const browser = app.browser();
  await browser.get(await comeBack(emulator, await openLogin(browser), options.user));
  const grantId = JSON.parse((await browser.get('/grant-id')).text) as string;
  emulator.requests.clear();
  return {
    emulator,
    app,
    browser,
    grantId,
    pass: (ms) => {
      clock.advance(ms);
      emulator.clock.advance(ms);
    },
    shift: clock.advance,
    now: clock.now,
  };
}

/** The statuses of many requests at once, and how often each came. */
export async function statusesOf(browser: Browser, target: string, times: number): Promise<Record<number, number>> {
  const replies = await Promise.all(Array.from({ length: times }, () => browser.get(target)));
  return count(replies.map(({ status }) => status));
}

/** How often each value is in a list. */
export function count(values: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** The access tokens that reached the API. */
export function tokensAtApi(emulator: Emulator): Set<unknown> {
  return new Set(emulator.requestsTo('tokenContext').map(({ headers }) => headers['authorization']));
}

/** A strategy of a second process, as it were: the same vault, another object. */
export function anotherStrategy(scene: GrantScene, vault: Vault): Strategy {
  return new Strategy({
    ...scene.emulator.strategyOptions(),
    callbackURL: `${scene.app.origin}/cb`,
    scope: ['offline'],
    vault,
    clock: scene.now,
  });
}

/** Sends a request and goes away once `until` has come. */
export async function abandon(browser: Browser, target: string, until: () => Promise<unknown>): Promise<void> {
  const { hostname, port } = new URL(browser.origin);
  const sent = request({ hostname, port, path: target, headers: { cookie: browser.cookie }, agent: false });
  const gone = new Promise((resolve) => sent.once('close', resolve));
  sent.on('error', () => undefined).end();
  await until();
  sent.destroy();
  await gone;
}

/** Holds an answer back until `open()` is called. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
