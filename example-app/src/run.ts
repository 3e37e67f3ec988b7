import { readProcessConfig, type Config } from './config';
import { ConfigError } from './config-error';
import type { Output } from './start';

/** Starts by the environment of this process, and ends in good order by SIGINT or SIGTERM. */
export function run(start: (config: Config, output: Output) => Promise<{ close: () => Promise<void> }>): void {
  const main = async (): Promise<void> => {
    const running = await start(readProcessConfig(), {
      print: (line) => console.log(line),
      report: (text) => console.error(text),
    });
    const stop = (): void => {
      running.close().catch(failed);
    };
    // A second signal ends the process in the system's own way.
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    if (/^start(?::cluster)?$/.test(process.env['npm_lifecycle_event'] ?? '')) watchParent(stop);
  };
  main().catch(failed);
}

/** npm starts this through a shell, and that dies of SIGTERM without passing it on: an orphan is to end as well. */
function watchParent(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 250);
  watch.unref();
}

function failed(error: unknown): void {
  console.error(error instanceof ConfigError ? `The example app cannot start. ${error.message}` : error);
  process.exitCode = 1;
}
