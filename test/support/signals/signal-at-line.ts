/**
 * Preloaded into a program (`node -r`): the program receives signals at the moment it writes a line, while the write is
 * still under way, or at the moment it begins to listen for signals. A supervisor may be that fast.
 *
 * Environment: `SIGNALS`, the signals to send, one in each turn of the event loop; `SIGNAL_AT`, a part of the line, or
 * nothing for the moment of listening.
 */
function signalAt(part: string, signals: readonly NodeJS.Signals[]): void {
  let remaining = signals;
  const send = (): void => {
    const [next, ...others] = remaining;
    remaining = others;
    if (next === undefined) return;
    process.kill(process.pid, next);
    setImmediate(send);
  };

  if (part === '') {
    // The event comes before the listener is added.
    process.on('newListener', (name) => name === signals[0] && process.nextTick(send));
    return;
  }
  const write: (...args: never[]) => boolean = process.stdout.write.bind(process.stdout);
  process.stdout.write = (...args: never[]): boolean => {
    const written = write(...args);
    if (String(args[0]).includes(part)) send();
    return written;
  };
}

const { SIGNAL_AT = '', SIGNALS = '' } = process.env;
signalAt(SIGNAL_AT, SIGNALS.split(',') as NodeJS.Signals[]);
