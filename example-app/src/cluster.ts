/** Entry point of `npm run start:cluster`: the primary process starts this file again for each worker. */
import cluster from 'node:cluster';
import { EventEmitter } from 'node:events';
import { ConfigError } from './config/variables';
import type { Message, MessageBus } from './events/message-bus';
import { startAppProcess, type AppProcess } from './server/app-process';
import { startCluster, type ToPrimary, type ToWorker } from './server/cluster-primary';
import { runUntilSignal } from './server/run-until-signal';

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
