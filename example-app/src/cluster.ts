/** Entry point of `npm run start:cluster`: the primary process starts this file again for each worker. */
import cluster, { type Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import type { Config } from './config/config';
import { ConfigError } from './config/variables';
import { controlEmulator } from './emulator/emulator-controls';
import type { GrantEvent, Message, MessageBus } from './events/message-bus';
import { startAppProcess, type AppProcess } from './server/app-process';
import { createProcessSettings, type ProcessSettings } from './server/process-settings';
import { runUntilSignal, type Closable, type Output } from './server/run-until-signal';
import { withSharedStore } from './stores/stores';

/** What the primary sends to a worker, in addition to the messages of the bus. */
type ToWorker =
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
type ToPrimary =
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

if (cluster.isPrimary) runUntilSignal(startCluster);
else runWorker();

/** Runs this process as a worker: asks the primary for its settings, then answers requests until it is told to stop. */
function runWorker(): void {
  const emitter = new EventEmitter();
  const bus: MessageBus = {
    send: sendToPrimary,
    listen: (listener) => void emitter.on('message', listener),
  };
  const deliver = (message: Message): void => void emitter.emit('message', message);
  let app: Promise<AppProcess> | undefined;

  const stop = (): void => {
    const closed = app?.then(({ close }) => close());
    Promise.resolve(closed).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') stop();
    else if (message.kind !== 'settings') deliver(message);
    else {
      const { settings, pastEvents, clockOffsetMs } = message;
      app = startAppProcess(settings, (text) => console.error(text), bus);
      app.then(({ startupMessage }) => {
        deliver({ kind: 'advance-clocks', ms: clockOffsetMs });
        for (const event of pastEvents) deliver({ kind: 'grant-event', event });
        sendToPrimary({ kind: 'ready', startupMessage });
      }, reportFailure);
    }
  });
  // A terminal sends these to every process of the cluster, but only the primary reacts: it then stops the workers. If
  // the primary has died, Node ends this process.
  for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
  process.once('SIGTERM', stop);
  sendToPrimary({ kind: 'started' });
}

function sendToPrimary(message: ToPrimary): void {
  if (process.connected) process.send?.(message);
}

/** Tells the primary why this worker cannot start, then ends it. */
function reportFailure(error: unknown): void {
  const message: ToPrimary = {
    kind: 'failed',
    message: error instanceof ConfigError ? error.message : String(error),
  };
  process.send?.(message, undefined, undefined, () => process.exit(1));
}

/**
 * Starts the workers, forwards their messages to each other, and replaces a worker that dies.
 *
 * @throws ConfigError if a setting is bad, or if there is no store that all workers can share
 */
async function startCluster(config: Config, { print, report }: Output): Promise<Closable> {
  const { settings, emulator } = await createProcessSettings(await withSharedStore(config), print);
  const pastEvents: GrantEvent[] = [];
  let clockOffsetMs = 0;
  let isClosing = false;

  const broadcast = (message: Message): void => {
    if (message.kind === 'grant-event') {
      pastEvents.push(message.event);
      pastEvents.splice(0, pastEvents.length - MAX_PAST_EVENTS);
    }
    if (message.kind === 'advance-clocks') clockOffsetMs += message.ms;
    if (emulator !== undefined) controlEmulator(emulator, message);
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
