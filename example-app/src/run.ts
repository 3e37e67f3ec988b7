import { once } from 'node:events';
import { readProcessConfig, type Config } from './config';
import { ConfigError } from './config-error';
import type { Output } from './start';
import { listenForStopSignal } from './stop-signal';

type Start = (config: Config, output: Output) => Promise<{ close: () => Promise<void> }>;

/** Starts by the environment of this process, and ends in good order at a stop signal, also while it starts. */
export function run(start: Start): void {
  const stopping = listenForStopSignal();
  runUntil(stopping, start).catch((error: unknown) => {
    console.error(error instanceof ConfigError ? `The example app cannot start. ${error.message}` : error);
    process.exitCode = 1;
  });
}

async function runUntil(stopping: AbortSignal, start: Start): Promise<void> {
  const running = await startUnless(stopping, start);
  if (running === undefined) return;
  if (!stopping.aborted) await once(stopping, 'abort');
  await running.close();
}

/** A start that fails after a stop signal is no failure: Ctrl+C ends the processes of a cluster too. */
async function startUnless(stopping: AbortSignal, start: Start): Promise<{ close: () => Promise<void> } | undefined> {
  try {
    return await start(readProcessConfig(), {
      print: (line) => {
        // Where the app is, is of no use to anyone once it is about to end.
        if (!stopping.aborted) console.log(line);
      },
      report: (text) => console.error(text),
    });
  } catch (error) {
    if (stopping.aborted) return undefined;
    throw error;
  }
}
