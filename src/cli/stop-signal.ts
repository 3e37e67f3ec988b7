const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Listens for the signals that ask a process to end: Ctrl+C, a supervisor, a closed terminal. Call it before anything is
 * opened or printed. The first signal aborts what it returns; a second one ends the process in the system's own way.
 */
export function listenForStopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    // What cleans up at once does so here, before a second signal can end the process.
    controller.abort();
    for (const name of SIGNALS) process.off(name, stop);
  };
  for (const name of SIGNALS) process.on(name, stop);
  return controller.signal;
}
