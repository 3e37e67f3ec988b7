const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_CHECK_MS = 250;

/**
 * Listens for what asks this process to end: Ctrl+C, a supervisor, a closed terminal. Call it before anything is opened
 * or printed. The first signal aborts what it returns; a second one ends the process in the system's own way.
 */
export function listenForStopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    for (const name of SIGNALS) process.off(name, stop);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  if (/^start(?::cluster)?$/.test(process.env['npm_lifecycle_event'] ?? '')) watchParent(stop);
  return controller.signal;
}

/** npm starts the app through a shell, which dies of SIGTERM without passing it on: the app then stops as well. */
function watchParent(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, PARENT_CHECK_MS);
  watch.unref();
}
