/**
 * Calls `onTimeout` after `ms` milliseconds, measured by the monotonic clock.
 *
 * After a blocked event loop, a SIGSTOP or a frozen container Node runs timers before it reads its sockets: an answer that
 * has arrived in time would lose against a timer that fires late. So two turns of the event loop pass first, in which
 * everything that lies in a socket is read: https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick
 *
 * @returns cancels it
 */
export function startTimeout(ms: number, onTimeout: () => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    turn = setImmediate(() => {
      turn = setImmediate(onTimeout);
    });
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}

/**
 * Resolves to the result of `run`, or to that of `onTimeout` when `run` takes longer than `ms` milliseconds. The work of
 * `run` is not cancelled.
 *
 * @throws the error that `run` or `onTimeout` throws
 */
export function withTimeout<T>(ms: number, run: () => T | PromiseLike<T>, onTimeout: () => T): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = startTimeout(ms, () => {
      begin(onTimeout).then(resolve, reject);
    });
    const work = begin(run);
    work.then(cancel, cancel);
    work.then(resolve, reject);
  });
}

/** What a function gives or throws, as a promise. */
function begin<T>(run: () => T | PromiseLike<T>): Promise<T> {
  return new Promise<T>((resolve) => {
    resolve(run());
  });
}
