import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator';
import { agingClock } from './clock';
import { startApp, type AppOptions, type TestApp } from './app';
import type { Browser, Reply } from './browser';
import { ATTACKED_FLAVOURS, type Flavour } from './flavours';
import { openSink, type Sink } from './sink';

/** What an attack has to work with: an app, an emulator and a sink of its own. */
export interface Scene {
  readonly emulator: Emulator;
  readonly sink: Sink;
  readonly flavour: Flavour;
  /** The app, as the attack's options make it. */
  readonly app: TestApp;
  /** The victim's browser. */
  readonly browser: Browser;
  /** Starts one more app at the same emulator. */
  readonly another: (options?: AttackOptions['app']) => Promise<TestApp>;
  /** One more browser at the app. */
  readonly anotherBrowser: () => Browser;
}

/** How an attack's scene differs from the usual one. */
export interface AttackOptions {
  /** Over the emulator's own strategy options and `scope: ['offline']`. */
  readonly app?: Partial<Omit<AppOptions, 'flavour' | 'strategy'>> & {
    readonly strategy?: Partial<AppOptions['strategy']>;
  };
  readonly emulator?: EmulatorOptions;
  /** The victim's browser is signed in when the attack is over. Otherwise it must be anonymous. */
  readonly signsIn?: boolean;
  /** More strings that must not turn up anywhere. */
  readonly canaries?: readonly string[];
  /** How long it may take. @default 15,000 */
  readonly timeoutMs?: number;
}

/**
 * Tests one row of docs/security/attacks.md, by its code, with each attacked version of Express. Afterwards it checks
 * that the process is healthy, that nothing was left unhandled, that no secret is in any reply or error, that the sink got
 * no connection, and that the browser is anonymous unless `signsIn` is set.
 */
export function attack(
  row: string,
  title: string,
  run: (scene: Scene) => Promise<void>,
  options: AttackOptions = {},
): void {
  describe.each(ATTACKED_FLAVOURS)('$name', (flavour) => {
    test(
      `${row} ${title}`,
      async () => {
        const emulator = await startEmulator(options.emulator);
        const sink = await openSink();
        const apps: TestApp[] = [];
        const browsers: Browser[] = [];
        const another = async (more: AttackOptions['app'] = {}): Promise<TestApp> => {
          const clock = agingClock(emulator);
          const strategy = { ...emulator.strategyOptions(), scope: ['offline'], clock, ...more.strategy };
          const app = await startApp({ ...more, flavour, strategy });
          apps.push(app);
          return app;
        };
        const unhandled = watchUnhandled();
        try {
          const app = await another(options.app);
          const anotherBrowser = (): Browser => {
            const browser = app.browser();
            browsers.push(browser);
            return browser;
          };
          const browser = anotherBrowser();
          await run({ emulator, sink, flavour, app, browser, another, anotherBrowser });
          await assertInvariants({ app, apps, browser, browsers, emulator, sink }, options);
        } finally {
          await Promise.all([...apps.map((app) => app.close()), emulator.close(), sink.close()]);
          expect(unhandled.stop()).toEqual([]);
        }
      },
      options.timeoutMs ?? 15_000,
    );
  });
}

/** A refusal as the harness wants it: 4xx, a fixed text, not stored anywhere, and no token call. */
export function expectRejected(reply: Reply, emulator: Emulator, statuses: readonly number[] = [400, 401, 403]): void {
  expect(statuses).toContain(reply.status);
  expect(reply.headers['cache-control']).toBe('no-store');
  expect(reply.text).toMatch(/^(?:Bad Request|Unauthorized|Forbidden|Method Not Allowed)?$/);
  expect(emulator.requestsTo('token')).toHaveLength(0);
}

/** A breakdown upstream as the harness wants it. */
export function expectUpstream(reply: Reply): void {
  expect([502, 503, 504]).toContain(reply.status);
  expect(reply.headers['cache-control']).toBe('no-store');
}

/** Opens the login route and gives the authorize URL that it leads to. */
export async function openLogin(browser: Browser, target = '/login'): Promise<URL> {
  // An attack's many refusals would end here as a loop, which has a test of its own.
  for (const name of ['mc-refusals', '__Host-mc-refusals']) browser.cookies.delete(name);
  const reply = await browser.get(target);
  expect(reply.status).toBe(302);
  return new URL(reply.location);
}

/** Signs in at Marketing Cloud, without the app's callback: gives its path and query. */
export async function comeBack(emulator: Emulator, authorizeUrl: URL | string, user?: string): Promise<string> {
  const callback = new URL(await emulator.signIn(String(authorizeUrl), user));
  return callback.pathname + callback.search;
}

/** The whole way in. */
export async function signIn(emulator: Emulator, browser: Browser, user?: string): Promise<Reply> {
  return await browser.get(await comeBack(emulator, await openLogin(browser), user));
}

/** Who the app takes this browser for. */
export async function whoIs(browser: Browser): Promise<{ displayName?: string; id?: string } | null> {
  return (JSON.parse((await browser.get('/me')).text) as { user: { displayName?: string } | null }).user;
}

interface Aftermath {
  readonly app: TestApp;
  readonly apps: readonly TestApp[];
  readonly browser: Browser;
  readonly browsers: readonly Browser[];
  readonly emulator: Emulator;
  readonly sink: Sink;
}

async function assertInvariants(after: Aftermath, options: AttackOptions): Promise<void> {
  const health = await after.app.browser().get('/health');
  expect([health.status, JSON.parse(health.text)]).toEqual([200, { pid: process.pid }]);
  expect(after.sink.connections).toBe(0);
  if (options.app?.session !== false) {
    const me = await after.browser.get('/me');
    if (me.status === 200) {
      const { user } = JSON.parse(me.text) as { user: unknown };
      if (options.signsIn === true) expect(user).not.toBeNull();
      else expect(user).toBeNull();
    }
  }
  const secrets = [...secretsOf(after.emulator), ...(options.canaries ?? []), 'CANARY'];
  for (const { status, headers, text } of after.browsers.flatMap((browser) => browser.replies)) {
    expectNoSecret(`${status} ${JSON.stringify(headers)} ${text}`, secrets);
  }
  for (const error of after.apps.flatMap((app) => app.errors)) {
    expectNoSecret(printed(error), secrets);
  }
}

/** Everything that a log could show of an error. */
export function printed(error: unknown): string {
  const known = error instanceof Error ? [error.message, error.stack, JSON.stringify(error)] : [];
  return [...known, inspect(error, { depth: 10, showHidden: true })].join('\n');
}

/** Fails, without printing it, when one of the secrets is in the text; says what stands before it. */
export function expectNoSecret(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    const at = text.indexOf(secret);
    if (at >= 0) throw new Error(`A secret is in: ${text.slice(Math.max(0, at - 300), at)}<secret>`);
  }
}

/** Codes, verifiers, tokens and client secrets, as they went over the wire. */
export function secretsOf(emulator: Emulator): string[] {
  const found = new Set<string>();
  for (const { body, headers } of emulator.requests) {
    const sent = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    for (const name of ['code', 'code_verifier', 'client_secret', 'refresh_token']) {
      const value = sent[name];
      if (typeof value === 'string' && value.length >= 16) found.add(value);
    }
    const { authorization } = headers;
    if (typeof authorization === 'string') found.add(authorization.replace(/^Bearer /, ''));
  }
  return [...found];
}

function watchUnhandled(): { stop(): unknown[] } {
  const seen: unknown[] = [];
  const note = (what: unknown): void => void seen.push(what);
  const events = ['unhandledRejection', 'uncaughtException', 'warning'] as const;
  for (const event of events) process.on(event, note);
  return {
    stop: () => {
      for (const event of events) process.off(event, note);
      return seen;
    },
  };
}
