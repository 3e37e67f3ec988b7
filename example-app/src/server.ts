import { readProcessConfig } from './config';
import { ConfigError } from './config-error';
import { start } from './start';

async function main(): Promise<void> {
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
  if (process.env['npm_lifecycle_event'] === 'start') watchParent(stop);
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

main().catch(failed);
