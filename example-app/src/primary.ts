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
  let isClosing = false;
  let isReady = false;

  const close = async (): Promise<void> => {
    isClosing = true;
    await Promise.all(workers().map(ended));
    await emulator?.close();
  };
  const passOn = (message: FromPrimary): void => {
    for (const worker of workers()) if (worker.isConnected()) worker.send(message);
  };
  const started = new Promise<void>((resolve, reject) => {
    let ready = 0;
    const fork = (): void => {
      const worker = cluster.fork();
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'hello') worker.send({ kind: 'settings', prepared, past } satisfies FromPrimary);
        else if (message.kind === 'failed') reject(new ConfigError(message.message));
        else if (message.kind === 'ready') {
          ready += 1;
          if (ready !== PROCESSES || isReady) return;
          isReady = true;
          print(
            `${PROCESSES} processes: pid ${workers()
              .map(({ process: { pid } }) => pid ?? 0)
              .join(', ')}`,
          );
          for (const line of message.lines) print(line);
          resolve();
        } else if (message.kind === 'expire') {
          emulator?.expireAccessTokens({ user: message.username });
        } else {
          if (message.kind === 'life') past.push(message.event);
          past.splice(0, past.length - MOST_PAST_EVENTS);
          passOn(message);
        }
      });
      worker.once('exit', (code, signal) => {
        if (isClosing) return;
        if (!isReady) {
          reject(new Error(`A process ended while it started (${signal || code}).`));
          return;
        }
        report(`Process ${worker.id} has ended (${signal || code}); another one takes its place.`);
        fork();
      });
    };
    for (let count = 0; count < PROCESSES; count += 1) fork();
  });
  try {
    await started;
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) resolve();
    else worker.once('exit', () => resolve());
    if (worker.isConnected()) worker.send({ kind: 'end' } satisfies FromPrimary);
  });
}
