import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'undici';
import type { Hit } from './load';
import { programFile, ROOT } from './programs';
import type { Order, Report, WorkerConfig } from './worker-config';

/** Where the users find a fleet: its processes are behind one address. */
export const FLEET_ORIGIN = 'http://127.0.0.1';

/** How long a process may take to end. */
const CLOSING_MS = 20_000;

/** What a process answered. */
export interface Answer extends Hit {
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
    const child = fork(programFile('worker'), [JSON.stringify(config)], {
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

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Moves its clock. */
  async advance(ms: number): Promise<void> {
    await this.#obeyed({ order: 'advance', ms });
  }

  /** Resolves as it begins to block its event loop. */
  async block(ms: number): Promise<void> {
    await this.#obeyed({ order: 'block', ms });
  }

  async #obeyed(order: Order): Promise<void> {
    const done = new Promise<void>((resolve) => {
      const hear = (message: Report): void => {
        if (message.report !== 'done') return;
        this.#child.off('message', hear);
        resolve();
      };
      this.#child.on('message', hear);
    });
    this.#tell(order);
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
