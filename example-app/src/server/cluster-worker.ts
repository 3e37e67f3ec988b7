import { EventEmitter } from 'node:events';
import { ConfigError } from '../config/variables';
import type { GrantEvent, Message, MessageBus } from '../events/message-bus';
import { startAppProcess, type AppProcess } from './app-process';
import type { ProcessSettings } from './process-settings';

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

/** Runs this process as a worker: asks the primary for its settings, then answers requests until it is told to stop. */
export function runWorker(): void {
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
