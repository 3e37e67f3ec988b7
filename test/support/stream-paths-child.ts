import { gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { startEmulator, type Emulator, type Fault } from '../../src/emulator';
import type { MarketingCloud } from '../../src';
import { startApp } from './app';
import { ALL_FLAVOURS } from './flavours';

/** What the child reports. */
export interface StreamReport {
  readonly version: string;
  /** Paths that did not end as they should, and why. */
  readonly failures: readonly string[];
  /** Errors without a handler, which would have ended the process. */
  readonly uncaught: readonly string[];
  readonly paths: number;
}

const CONTEXT = '/platform/v1/tokenContext';
const LARGE = Buffer.alloc(65_536, 'x');

/** Answers: `ends` are read to their end, the others break off or never end. */
const ANSWERS: Readonly<Record<string, { fault: Fault; ends: boolean }>> = {
  'of 100 bytes': { fault: { body: 'y'.repeat(100) }, ends: true },
  large: { fault: { body: LARGE, repeat: 32 }, ends: true },
  gzipped: {
    fault: { body: gzipSync(Buffer.alloc(4_000_000, 'z')), headers: { 'content-encoding': 'gzip' } },
    ends: true,
  },
  'without a body': { fault: { status: 204 }, ends: true },
  'that breaks off': { fault: { body: LARGE, drop: 'mid-body' }, ends: false },
  'gzipped and cut': {
    fault: { body: gzipSync(LARGE).subarray(0, 60), headers: { 'content-encoding': 'gzip' } },
    ends: false,
  },
  'that falls silent': { fault: { body: LARGE, hang: 'mid-body' }, ends: false },
  'that drips for ever': { fault: { body: 'w', drip: { intervalMs: 5, endless: true } }, ends: false },
};

type Action = (call: (signal?: AbortSignal) => Promise<Response>) => Promise<void>;

/** What a caller does with an answer, other than reading it to its end. */
const ACTIONS: Readonly<Record<string, Action>> = {
  'is cancelled at once': async (call) => {
    await (await call()).body?.cancel();
  },
  'is cancelled after its first chunk': async (call) => {
    const reader = (await call()).body?.getReader();
    await reader?.read().catch(() => undefined);
    await reader?.cancel('enough').catch(() => undefined);
  },
  'is cancelled while its reader waits': async (call) => {
    const reader = (await call()).body?.getReader();
    const reading = reader?.read().catch(() => undefined);
    await reader?.cancel().catch(() => undefined);
    await reading;
  },
  'loses its reader': async (call) => {
    const body = (await call()).body;
    const reader = body?.getReader();
    await reader?.read().catch(() => undefined);
    reader?.releaseLock();
    await body?.cancel().catch(() => undefined);
  },
  'is read into a buffer of the caller': async (call) => {
    const reader = (await call()).body?.getReader({ mode: 'byob' });
    await reader?.read(new Uint8Array(10)).catch(() => undefined);
    await reader?.cancel().catch(() => undefined);
  },
  'is split and given up': async (call) => {
    const [one, other] = (await call()).body?.tee() ?? [];
    await Promise.allSettled([one?.cancel(), other?.cancel()]);
  },
  'is piped into something that fails': async (call) => {
    const failing = new WritableStream({ write: () => Promise.reject(new Error('full')) });
    await (await call()).body?.pipeTo(failing).catch(() => undefined);
  },
  'is aborted before it is read': async (call) => {
    const stop = new AbortController();
    const answer = await call(stop.signal);
    stop.abort(new Error('stopped'));
    await answer.text().catch(() => undefined);
  },
  'is aborted while it is read': async (call) => {
    const stop = new AbortController();
    const reader = (await call(stop.signal)).body?.getReader();
    await reader?.read().catch(() => undefined);
    stop.abort('no error at all');
    await reader?.cancel().catch(() => undefined);
  },
  'is called for and aborted': async (call) => {
    const stop = new AbortController();
    const asked = call(stop.signal).catch(() => undefined);
    stop.abort();
    await asked;
  },
};

/** Request bodies that are not sent, or not to their end; each says whether it was ended. */
async function requestBodies({ emulator, grant, expire }: Parts, check: Check): Promise<void> {
  const failing = (): ReadableStream =>
    new ReadableStream({ start: (controller) => controller.error(new Error('cut')) });
  const late = (): ReadableStream =>
    new ReadableStream({ pull: () => Promise.resolve().then(() => Promise.reject(new Error('cut'))) });
  const broken = (): Readable =>
    new Readable({
      read() {
        this.destroy(new Error('cut'));
      },
    });
  const brokenNow = (): Readable => {
    const stream = new Readable({ read: () => undefined });
    setImmediate(() => stream.destroy(new Error('cut')));
    return stream;
  };
  for (const [name, make] of Object.entries({ failing, late, broken, brokenNow })) {
    // A token call that takes a while: the body fails before it is sent.
    expire();
    let release = (): void => undefined;
    emulator.fault('token', { until: new Promise<void>((resolve) => (release = resolve)), times: 1 });
    const sent = grant.fetch(CONTEXT, { method: 'POST', body: make() as ReadableStream });
    setTimeout(release, 20);
    await check(`a body ${name} rejects`, () => outcomeOf(sent), 'rejects: cut');
    emulator.clearFaults();
  }
  const kept = (): { stream: ReadableStream; state: { ended: boolean } } => {
    const state = { ended: false };
    return { stream: new ReadableStream({ cancel: () => void (state.ended = true) }), state };
  };
  const aborted = AbortSignal.abort(new Error('stopped'));
  const refusals: Readonly<Record<string, [string, object]>> = {
    'a target elsewhere': ['https://evil.example/', {}],
    'an unknown option': [CONTEXT, { querry: {} }],
    'a bad method': [CONTEXT, { method: 'TRACE' }],
    'a bad header': [CONTEXT, { headers: { 'x y': '1' } }],
    'an aborted signal': [CONTEXT, { signal: aborted }],
  };
  for (const [name, [path, init]] of Object.entries(refusals)) {
    const { stream, state } = kept();
    await grant.fetch(path, { method: 'POST', body: stream, ...init }).catch(() => undefined);
    await check(`a body is cancelled for ${name}`, () => Promise.resolve(state.ended), true);
    const node = new Readable({ read: () => undefined });
    await grant
      .fetch(path, { method: 'POST', body: node as unknown as ReadableStream, ...init })
      .catch(() => undefined);
    await check(`a body is destroyed for ${name}`, () => Promise.resolve(node.destroyed), true);
  }
}

interface Parts {
  readonly emulator: Emulator;
  readonly grant: MarketingCloud;
  /** Lets the access token expire by the app's clock: the next call waits for a refresh. */
  readonly expire: () => void;
}

function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolves',
    (error: unknown) => `rejects: ${error instanceof Error ? error.message : String(error)}`,
  );
}

type Check = <T>(name: string, actual: () => Promise<T>, expected: T) => Promise<void>;

/** Run as a process of its own, in several lines of Node: walks every path that a stream can take. */
async function main(): Promise<void> {
  const uncaught: string[] = [];
  process.on('uncaughtException', (error) => uncaught.push(`uncaughtException ${error.stack ?? error.message}`));
  process.on('unhandledRejection', (reason) => uncaught.push(`unhandledRejection ${String(reason)}`));
  const [flavour] = ALL_FLAVOURS;
  if (flavour === undefined) throw new Error('There is no flavour.');
  const emulator = await startEmulator();
  let aheadMs = 0;
  const clock = (): number => Date.now() + aheadMs;
  const app = await startApp({
    flavour,
    strategy: { ...emulator.strategyOptions(), scope: ['offline'], clock },
    routes: (express) => {
      express.get('/grant-id', (req, res) => void res.json(req.marketingCloud.grantId));
    },
  });
  const browser = app.browser();
  const callback = new URL(await emulator.signIn((await browser.get('/login')).location));
  await browser.get(callback.pathname + callback.search);
  const grant = app.strategy.grant(JSON.parse((await browser.get('/grant-id')).text) as string);

  const failures: string[] = [];
  let paths = 0;
  const check: Check = async (name, actual, expected) => {
    paths += 1;
    const settled = await Promise.race([
      actual(),
      new Promise((resolve) => setTimeout(resolve, 20_000, 'hangs').unref()),
    ]);
    if (settled !== expected) failures.push(`${name}: ${String(settled)}`);
  };
  for (const [answerName, { fault, ends }] of Object.entries(ANSWERS)) {
    emulator.fault('tokenContext', fault);
    const call = (signal?: AbortSignal): Promise<Response> => grant.fetch(CONTEXT, { ...(signal && { signal }) });
    for (const [name, act] of Object.entries(ACTIONS)) {
      // More than one grant has connections: a path that kept its connection would stop the next.
      const all = Array.from({ length: 70 }, () => act(call));
      await check(`an answer ${answerName} ${name}`, () => Promise.all(all).then(() => 'done'), 'done');
    }
    if (ends) {
      await check(
        `an answer ${answerName} is read by fetch`,
        () =>
          call()
            .then((res) => res.text())
            .then(() => 1),
        1,
      );
      await check(`an answer ${answerName} is read by rest`, () => grant.rest.get(CONTEXT).then(() => 1), 1);
      // Left unread: short ones free their connection, long ones keep it until the strategy closes.
      for (let index = 0; index < 3; index += 1) await call();
    } else {
      const walk = (signal: AbortSignal): AsyncIterator<unknown> =>
        grant.rest.pages(CONTEXT, { signal })[Symbol.asyncIterator]();
      const readers: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
        rest: (signal) => grant.rest.get(CONTEXT, { signal }),
        pages: (signal) => walk(signal).next(),
        fetch: (signal) => call(signal).then((answer) => answer.text()),
      };
      for (const [name, read] of Object.entries(readers)) {
        const isRejected = outcomeOf(read(AbortSignal.timeout(100))).then((outcome) => outcome.startsWith('rejects'));
        await check(`an answer ${answerName} fails in ${name}`, () => isRejected, true);
      }
      await call();
    }
    emulator.clearFaults();
    await check(`a call after ${answerName} succeeds`, () => grant.rest.get(CONTEXT).then(() => 1), 1);
  }
  await requestBodies({ emulator, grant, expire: () => (aheadMs += 1_100_000) }, check);
  await check('the strategy closes', () => app.close().then(() => 1), 1);
  await emulator.close();
  const report: StreamReport = { version: process.version, failures, uncaught, paths };
  process.stdout.write(JSON.stringify(report));
}

main().catch((error: unknown) => {
  process.stderr.write(String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
});
