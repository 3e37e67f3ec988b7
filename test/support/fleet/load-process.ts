import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Hit, LoadOrder, LoadReport } from './load';
import { programFile, ROOT } from './programs';

/** The process that sends a fleet its bursts of requests. */
export class LoadProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (report: LoadReport) => void>();
  #orders = 0;

  constructor() {
    this.#child = fork(programFile('load'), { cwd: ROOT, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (report: LoadReport) => this.#waiting.get(report.id)?.(report));
    this.#child.once('exit', (code) => {
      for (const [id, tell] of this.#waiting) tell({ id, error: `The load process ended with ${code}.` });
    });
  }

  /** Sends requests at once, and resolves when the last is answered. */
  async send(order: Omit<LoadOrder, 'id'>): Promise<readonly Hit[]> {
    const id = (this.#orders += 1);
    const report = await new Promise<LoadReport>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ ...order, id } satisfies LoadOrder);
    });
    this.#waiting.delete(id);
    if ('error' in report) throw new Error(report.error);
    return report.hits;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }
}
