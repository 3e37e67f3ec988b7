import { afterEach } from '@jest/globals';
import type { Emulator } from '../../../src/emulator';
import { comeBack, openLogin } from '../attack';
import { Browser } from '../browser';
import type { Hit } from './load';
import { LoadProcess } from './load-process';
import type { WorkerConfig } from './worker-config';
import { FLEET_ORIGIN, Worker } from './worker-process';

const running: Fleet[] = [];

afterEach(async () => {
  for (const fleet of running.splice(0)) await fleet.close();
}, 60_000);

/** Processes that share sessions and a vault, and the emulator that they talk to. */
export class Fleet {
  #load: LoadProcess | undefined;

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
  async burst(workers: readonly Worker[], path: string, cookie: string, times: number): Promise<readonly Hit[]> {
    this.#load ??= new LoadProcess();
    return await this.#load.send({ origins: workers.map(({ origin }) => origin), path, cookie, times });
  }

  async close(): Promise<void> {
    // One that is stopped would never hear of it.
    for (const worker of this.workers) worker.signal('SIGCONT');
    await this.#load?.close();
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
