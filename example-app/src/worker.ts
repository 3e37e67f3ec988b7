import { EventEmitter } from 'node:events';
import type { Bus } from './bus';
import type { FromPrimary, FromWorker } from './cluster-messages';
import { ConfigError } from './config-error';
import { greeting } from './greeting';
import { serve, type Serving } from './serve';

/** Runs as one process of several: asks the primary for its settings, then answers requests until it is told to end. */
export function runWorker(): void {
  const emitter = new EventEmitter();
  const bus: Bus = {
    send: tell,
    listen: (listener) => {
      emitter.on('message', listener);
      return () => void emitter.off('message', listener);
    },
  };
  let serving: Promise<Serving> | undefined;

  const end = (): void => {
    const closed = serving?.then(({ close }) => close());
    Promise.resolve(closed).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('message', (message: FromPrimary) => {
    if (message.kind === 'end') end();
    else if (message.kind !== 'settings') emitter.emit('message', message);
    else {
      const { prepared, past, aheadMs } = message;
      serving = serve(prepared, (text) => console.error(text), bus);
      serving.then((running) => {
        emitter.emit('message', { kind: 'advance', ms: aheadMs });
        for (const event of past) emitter.emit('message', { kind: 'life', event });
        tell({ kind: 'ready', lines: greeting(prepared, running) });
      }, failed);
    }
  });
  // Ctrl+C and a closed terminal signal every process, and the primary decides. Where it has died, Node ends this one.
  for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
  process.once('SIGTERM', end);
  tell({ kind: 'hello' });
}

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** Says why, and ends. */
function failed(error: unknown): void {
  const message: FromWorker = {
    kind: 'failed',
    message: error instanceof ConfigError ? error.message : String(error),
  };
  process.send?.(message, undefined, undefined, () => process.exit(1));
}
