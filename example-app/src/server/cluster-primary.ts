import cluster, { type Worker } from 'node:cluster';
import type { Config } from '../config/config';
import { ConfigError } from '../config/variables';
import type { GrantEvent, Message } from '../events/message-bus';
import { withSharedStore } from '../stores/stores';
import { createProcessSettings, type ProcessSettings } from './process-settings';
import type { Closable, Output } from './run-until-signal';

/** What the primary sends to a worker, in addition to the messages of the bus. */
export type ToWorker =
  | Message
  /** The reply to `started`. */
  | {
      readonly kind: 'settings';
      readonly settings: ProcessSettings;
      /** Events from before this worker started. */
      readonly pastEvents: readonly GrantEvent[];
      /** How far the clocks have been moved forward. */
      readonly clockOffsetMs: number;
    }
  /** Shut down. */
  | { readonly kind: 'stop' };

/** What a worker sends to the primary, in addition to the messages of the bus. */
export type ToPrimary =
  | Message
  /** The worker runs and asks for its settings. */
  | { readonly kind: 'started' }
  /** The worker answers requests. */
  | { readonly kind: 'ready'; readonly startupMessage: readonly string[] }
  /** The worker cannot start. The message says how to fix it, if that is known. */
  | { readonly kind: 'failed'; readonly message: string };

const WORKERS = 4;
/** How many past events a new worker receives. */
const MAX_PAST_EVENTS = 200;
/** Delay before the next try if a replacement worker fails to start. */
const RESTART_DELAY_MS = 1_000;

/**
 * Starts the workers, forwards their messages to each other, and replaces a worker that dies.
 *
 * @throws ConfigError if a setting is bad, or if there is no store that all workers can share
 */
export async function startCluster(config: Config, { print, report }: Output): Promise<Closable> {
  const { settings, emulator } = await createProcessSettings(await withSharedStore(config), print);
  const pastEvents: GrantEvent[] = [];
  let clockOffsetMs = 0;
  let isClosing = false;

  const broadcast = (message: Message): void => {
    if (message.kind === 'grant-event') {
      pastEvents.push(message.event);
      pastEvents.splice(0, pastEvents.length - MAX_PAST_EVENTS);
    }
    if (message.kind === 'advance-clocks') {
      clockOffsetMs += message.ms;
      emulator?.clock.advance(message.ms);
    }
    for (const worker of getWorkers()) send(worker, message);
  };

  /** Resolves to the worker's startup message once it answers requests. */
  const startWorker = (): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      const worker = cluster.fork();
      let isReady = false;
      worker.once('exit', (code, signal) => {
        if (isClosing) return;
        reject(new Error(`A worker ended while it was starting (${signal || code}).`));
        if (isReady) replace(worker);
      });
      worker.on('message', (message: ToPrimary) => {
        if (message.kind === 'started') send(worker, { kind: 'settings', settings, pastEvents, clockOffsetMs });
        else if (message.kind === 'failed') reject(new ConfigError(message.message));
        else if (message.kind === 'ready') {
          isReady = true;
          resolve(message.startupMessage);
        } else broadcast(message);
      });
    });
  const replace = ({ id }: Worker): void => {
    report(`Process ${id} has ended. Starting another one.`);
    const start = (): void => {
      if (isClosing) return;
      startWorker().catch((error: unknown) => {
        report(`The new process did not start: ${String(error)}`);
        setTimeout(start, RESTART_DELAY_MS).unref();
      });
    };
    start();
  };
  const close = async (): Promise<void> => {
    isClosing = true;
    await Promise.all(getWorkers().map(stopWorker));
    await emulator?.close();
  };

  try {
    const [startupMessage = []] = await Promise.all(Array.from({ length: WORKERS }, startWorker));
    const pids = getWorkers().map(({ process: { pid } }) => pid ?? 0);
    print(`${WORKERS} processes: pid ${pids.join(', ')}`);
    for (const line of startupMessage) print(line);
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function getWorkers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

function stopWorker(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) resolve();
    else worker.once('exit', () => resolve());
    send(worker, { kind: 'stop' });
  });
}
