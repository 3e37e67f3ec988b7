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
 * @param toError gives the error to throw for what `run` or `onTimeout` has thrown
 * @throws the error that `run` or `onTimeout` throws
 */
export function withTimeout<T>(
  ms: number,
  run: () => T | PromiseLike<T>,
  onTimeout: () => T,
  toError: (error: unknown) => unknown = (error) => error,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (error: unknown): void => {
      cancel();
      // What is given on is what was thrown, also where that is no error.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(toError(error));
    };
    const cancel = startTimeout(ms, () => {
      try {
        resolve(onTimeout());
      } catch (error) {
        fail(error);
      }
    });
    try {
      Promise.resolve(run()).then((value) => {
        cancel();
        resolve(value);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}
