import cluster, { type Worker } from 'node:cluster';
import type { FromPrimary, FromWorker } from './cluster-messages';
import type { Config } from './config';
import { ConfigError } from './config-error';
import type { LifeEvent } from './journal';
import { prepare } from './prepare';
import { withSharedStore } from './shared-stores';
import type { Output } from './start';

/** Several processes behind one port. */
export interface RunningCluster {
  /** Ends all processes, and the emulator. */
  readonly close: () => Promise<void>;
}

const PROCESSES = 4;
/** What a worker that starts later is told of the past. */
const MOST_PAST_EVENTS = 200;
/** Before one more try, where a process has not come so far as to answer requests. */
const PAUSE_MS = 1_000;

/**
 * Starts the processes, which share what is prepared here, and passes on what they tell each other. One that dies is
 * replaced.
 *
 * @throws ConfigError when a setting is bad, or there is no store that all can share
 */
export async function startCluster(given: Config, { print, report }: Output): Promise<RunningCluster> {
  const config = await withSharedStore(given);
  const { prepared, emulator } = await prepare(config, print);
  const past: LifeEvent[] = [];
  /** How far the clocks have gone ahead. */
  let aheadMs = 0;
  let isClosing = false;

  /** Starts one process. Resolves to what it says when it answers requests. */
  const startWorker = (): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      const worker = cluster.fork();
      let isReady = false;
      worker.once('exit', (code, signal) => {
        if (isClosing) return;
        reject(new Error(`A process has ended while it started (${signal || code}).`));
        if (isReady) replace(worker);
      });
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'hello') tell(worker, { kind: 'settings', prepared, past, aheadMs });
        else if (message.kind === 'failed') reject(new ConfigError(message.message));
        else if (message.kind === 'ready') {
          isReady = true;
          resolve(message.lines);
        } else {
          if (message.kind === 'life') past.push(message.event);
          if (message.kind === 'advance') {
            aheadMs += message.ms;
            emulator?.clock.advance(message.ms);
          }
          past.splice(0, past.length - MOST_PAST_EVENTS);
          for (const each of workers()) tell(each, message);
        }
      });
    });
  const replace = ({ id }: Worker): void => {
    report(`Process ${id} has ended; another one takes its place.`);
    const start = (): void => {
      if (isClosing) return;
      startWorker().catch((error: unknown) => {
        report(`It does not start: ${String(error)}`);
        setTimeout(start, PAUSE_MS).unref();
      });
    };
    start();
  };
  const close = async (): Promise<void> => {
    isClosing = true;
    await Promise.all(workers().map(ended));
    await emulator?.close();
  };

  try {
    const [lines = []] = await Promise.all(Array.from({ length: PROCESSES }, startWorker));
    const pids = workers().map(({ process: { pid } }) => pid ?? 0);
    print(`${PROCESSES} processes: pid ${pids.join(', ')}`);
    for (const line of lines) print(line);
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

function tell(worker: Worker, message: FromPrimary): void {
  if (worker.isConnected()) worker.send(message);
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) resolve();
    else worker.once('exit', () => resolve());
    tell(worker, { kind: 'end' });
  });
}
