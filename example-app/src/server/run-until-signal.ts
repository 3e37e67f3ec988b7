import { once } from 'node:events';
import { readConfig, type Config } from '../config/config';
import { ConfigError } from '../config/variables';

/** Where a starting app writes to. */
export interface Output {
  /** Prints a line for the user. */
  readonly print: (line: string) => void;
  /** Logs an error or a warning. */
  readonly report: (text: string) => void;
}

/** Something that runs and can be shut down. */
export interface Closable {
  readonly close: () => Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_CHECK_MS = 250;

/**
 * Runs a program: reads the settings, starts it, and shuts it down on SIGINT, SIGTERM or SIGHUP. A signal during the
 * start also leads to a clean shutdown. A second signal ends the process at once.
 */
export function runUntilSignal(start: (config: Config, output: Output) => Promise<Closable>): void {
  // First of all, so that no signal arrives before there is a listener.
  const stopSignal = listenForSignals();
  run(start, stopSignal).catch((error: unknown) => {
    console.error(error instanceof ConfigError ? `The example app cannot start. ${error.message}` : error);
    process.exitCode = 1;
  });
}

async function run(start: (config: Config, output: Output) => Promise<Closable>, stop: AbortSignal): Promise<void> {
  const output: Output = {
    print: (line) => {
      // The address is of no use once the app is shutting down.
      if (!stop.aborted) console.log(line);
    },
    report: (text) => console.error(text),
  };
  let app: Closable;
  try {
    app = await start(readConfig(), output);
  } catch (error) {
    // Ctrl+C also ends the workers of a cluster, and then its start fails.
    if (stop.aborted) return;
    throw error;
  }
  if (!stop.aborted) await once(stop, 'abort');
  await app.close();
}

/** The first signal aborts what this returns. A second one then has its default effect. */
function listenForSignals(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    for (const name of SIGNALS) process.off(name, stop);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  if (/^start(?::cluster)?$/.test(process.env['npm_lifecycle_event'] ?? '')) stopWithParent(stop);
  return controller.signal;
}

/** npm starts the app through a shell. SIGTERM ends that shell and is not passed on, so the app watches for its end. */
function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}
