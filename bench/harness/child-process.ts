import { fork, type ChildProcess as NodeChild } from 'node:child_process';
import { once } from 'node:events';

/** The requests that a child process answers: their names, arguments and results. */
export type Orders<Self> = { readonly [Name in keyof Self]: (...args: never[]) => unknown };

interface Order {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

type Report = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };

interface StartOptions {
  /** Passed to the program as JSON. */
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node, such as `--expose-gc`. */
  readonly flags?: readonly string[];
}

/** A program of this folder in its own process, so that its CPU time is counted apart from the rest. */
export class ChildProcess<Self extends Orders<Self>> {
  readonly #child: NodeChild;
  readonly #waiting = new Map<number, (report: Report) => void>();
  #orders = 0;

  private constructor(child: NodeChild) {
    this.#child = child;
    child.on('message', (report: Report) => {
      this.#waiting.get(report.id)?.(report);
      this.#waiting.delete(report.id);
    });
    child.once('exit', (code, signal) => {
      for (const [id, settle] of this.#waiting) settle({ id, error: `The process ended with ${code ?? signal}.` });
      this.#waiting.clear();
    });
  }

  /**
   * Starts a program and waits until it serves orders.
   *
   * @throws Error when the process ends before
   */
  static async start<Self extends Orders<Self>>(
    program: string,
    { config = {}, env = {}, flags = [] }: StartOptions = {},
  ): Promise<ChildProcess<Self>> {
    const child = fork(program, [JSON.stringify(config)], {
      env: { ...process.env, ...env },
      execArgv: [...flags],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[];
    if (message !== 'ready') throw new Error(`${program} ended with ${String(message)} before it was ready.`);
    return new ChildProcess<Self>(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends one order and resolves to its result. */
  async ask<Name extends keyof Self & string>(
    name: Name,
    ...args: Parameters<Self[Name]>
  ): Promise<Awaited<ReturnType<Self[Name]>>> {
    const id = (this.#orders += 1);
    const report = await new Promise<Report>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, name, args } satisfies Order);
    });
    if ('error' in report) throw new Error(`${name}: ${report.error}`);
    return report.value as Awaited<ReturnType<Self[Name]>>;
  }

  /** Ends the process. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}

/** The child's side: serves orders until the parent disconnects. */
export function serveOrders<Self extends Orders<Self>>(handlers: Self): void {
  const send = (message: Report | 'ready'): void => void process.send?.(message);
  process.on('message', ({ id, name, args }: Order) => {
    Promise.resolve()
      .then(() => handlers[name as keyof Self](...(args as never[])))
      .then(
        (value) => send({ id, value }),
        (error: unknown) => send({ id, error: String(error instanceof Error ? error.stack : error) }),
      );
  });
  process.on('disconnect', () => process.exit());
  send('ready');
}

/** The child's side: what `config` was at its start. */
export function childConfig(): unknown {
  return JSON.parse(process.argv[2] ?? '{}') as unknown;
}
