/**
 * The emulator's time: real time plus an offset that tests move by hand.
 *
 * All lifetimes (codes, tokens, secrets, propagation of changes) are judged by it; delays of faults are not.
 */
export interface EmulatorClock {
  /** Milliseconds since the epoch. Bound, so that it can be passed on: `new Strategy({ clock: emulator.clock.now })`. */
  readonly now: () => number;
  /** Moves the clock forward (or back, with a negative number) by that many milliseconds. */
  readonly advance: (ms: number) => void;
  /** Sets the clock to milliseconds since the epoch; it goes on running from there unless it is frozen. */
  readonly set: (ms: number) => void;
  /** Stops the clock: from here on only {@link advance} and {@link set} move it. */
  readonly freeze: () => void;
}

/** A clock that starts as real time. */
export function createClock(): EmulatorClock {
  let offsetMs = 0;
  let frozenAt: number | undefined;
  const now = () => frozenAt ?? Date.now() + offsetMs;
  const set = (ms: number) => {
    if (!Number.isFinite(ms)) throw new TypeError('emulator.clock: give a finite number of milliseconds');
    if (frozenAt === undefined) offsetMs = ms - Date.now();
    else frozenAt = ms;
  };
  return {
    now,
    set,
    advance: (ms) => set(now() + ms),
    freeze: () => {
      frozenAt = now();
    },
  };
}
