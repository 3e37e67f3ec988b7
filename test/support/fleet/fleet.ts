import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach } from '@jest/globals';
import { buildSync } from 'esbuild';
import { Pool } from 'undici';
import type { Emulator } from '../../../src/emulator';
import { comeBack, openLogin } from '../attack';
import { Browser } from '../browser';
import type { Order, Report, WorkerConfig } from './worker-config';

const ROOT = join(__dirname, '..', '..', '..');

/** The worker as one file, so that four of them start within a second; its packages are loaded as usual. */
let bundle: string | undefined;
function workerFile(): string {
  if (bundle !== undefined) return bundle;
  const folder = join(ROOT, 'node_modules', '.cache', `fleet-${process.pid}`);
  bundle = join(folder, 'worker.js');
  buildSync({
    entryPoints: [join(__dirname, 'worker.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
  });
  return bundle;
}

/** Where the users find a fleet: its processes are behind one address. */
const FLEET_ORIGIN = 'http://127.0.0.1';

/** How long a process may take to end. */
const CLOSING_MS = 20_000;

/** What a process answered, and after how many milliseconds. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One process of a fleet. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #events: { channel: string; event: unknown }[] = [];
  readonly #pool: Pool;

  private constructor(
    child: ChildProcess,
    readonly origin: string,
  ) {
    this.#child = child;
    this.#pool = new Pool(origin, { connections: 250, headersTimeout: 60_000 });
    child.on('message', (message: Report) => {
      if (message.report === 'event') this.#events.push({ channel: message.channel, event: message.event });
    });
  }

  static async start(config: WorkerConfig): Promise<Worker> {
    const child = fork(workerFile(), [JSON.stringify(config)], {
      cwd: ROOT,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const origin = await new Promise<string>((resolve, reject) => {
      child.once('message', (message: Report) => {
        if (message.report === 'ready') resolve(message.origin);
      });
      child.once('exit', (code) => reject(new Error(`A worker ended with ${code} before it was ready.`)));
    });
    return new Worker(child, origin);
  }

  /** The events that it has published, by the channel's last word. */
  events(channel: string): unknown[] {
    return this.#events.filter((one) => one.channel === channel).map(({ event }) => event);
  }

  /** Resolves once it has published an event on a channel. */
  async eventOn(channel: string): Promise<void> {
    while (this.events(channel).length === 0) await once(this.#child, 'message');
  }

  async advance(ms: number): Promise<void> {
    const done = new Promise<void>((resolve) => {
      const hear = (message: Report): void => {
        if (message.report !== 'done') return;
        this.#child.off('message', hear);
        resolve();
      };
      this.#child.on('message', hear);
    });
    this.#tell({ order: 'advance', ms });
    await done;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it with kill -9, and waits until it is gone. */
  async crash(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    await this.#pool.destroy();
  }

  /** Has it close everything and end by itself; it is ended where it does not. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    await this.#pool.destroy();
    this.#tell({ order: 'close' });
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), CLOSING_MS);
    await gone;
    clearTimeout(patience);
  }

  /** A request over kept connections, up to 250 at once. */
  async get(path: string, cookie: string): Promise<Answer> {
    return await this.#send('GET', path, { cookie });
  }

  /** Signs out, as by a button on one of the app's pages. */
  async signOut(cookie: string): Promise<Answer> {
    return await this.#send('POST', '/logout', { cookie, origin: FLEET_ORIGIN });
  }

  async #send(method: 'GET' | 'POST', path: string, sent: Record<string, string>): Promise<Answer> {
    const startedAt = performance.now();
    const { statusCode, headers, body } = await this.#pool.request({ path, method, headers: sent });
    const text = await body.text();
    return { status: statusCode, text, ms: performance.now() - startedAt, headers };
  }

  #tell(order: Order): void {
    this.#child.send(order);
  }
}

const running: Fleet[] = [];

afterAll(() => {
  if (bundle !== undefined) rmSync(dirname(bundle), { recursive: true, force: true });
});

afterEach(async () => {
  for (const fleet of running.splice(0)) await fleet.close();
}, 60_000);

/** Processes that share sessions and a vault, and the emulator that they talk to. */
export class Fleet {
  constructor(
    readonly emulator: Emulator,
    readonly workers: readonly [Worker, ...Worker[]],
  ) {}

  /** Moves every clock. */
  async pass(ms: number): Promise<void> {
    this.emulator.clock.advance(ms);
    await Promise.all(this.workers.map((worker) => worker.advance(ms)));
  }

  /** Signs a user in at the first process, or at another; the cookie is good for all. */
  async signIn(user?: string, at = this.workers[0]): Promise<{ readonly cookie: string; readonly grantId: string }> {
    const browser = new Browser(at.origin);
    await browser.get(await comeBack(this.emulator, await openLogin(browser), user));
    const grantId = JSON.parse((await browser.get('/grant-id')).text) as string;
    return { cookie: browser.cookie, grantId };
  }

  /** Many requests of one user at once, spread over some of the processes. */
  async burst(workers: readonly Worker[], path: string, cookie: string, times: number): Promise<Answer[]> {
    return await Promise.all(
      Array.from({ length: times }, (_, index) =>
        (workers[index % workers.length] ?? this.workers[0]).get(path, cookie),
      ),
    );
  }

  async close(): Promise<void> {
    // One that is stopped would never hear of it.
    for (const worker of this.workers) worker.signal('SIGCONT');
    await Promise.all(this.workers.map((worker) => worker.close()));
  }
}

/** Starts processes alike, or each with differences of its own; they are ended after the test. */
export async function startFleet(
  emulator: Emulator,
  config: Omit<WorkerConfig, 'strategy'> & { readonly strategy?: Partial<WorkerConfig['strategy']> },
  differences: readonly Partial<WorkerConfig>[] = [{}, {}, {}, {}],
): Promise<Fleet> {
  const strategy = {
    ...emulator.strategyOptions(),
    scope: ['offline'],
    callbackURL: `${FLEET_ORIGIN}/cb`,
    ...config.strategy,
  };
  const workers = await Promise.all(differences.map((own) => Worker.start({ ...config, strategy, ...own })));
  const fleet = new Fleet(emulator, workers as [Worker, ...Worker[]]);
  running.push(fleet);
  return fleet;
}

/** The value below which 99 of 100 lie. */
export function p99(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
}
