/**
 * The emulator's clock: real time, which a test can move or stop. It counts for every lifetime (codes, tokens, secrets,
 * propagation of changes), but not for the delays of faults.
 *
 * @example
 * emulator.clock.advance(20 * 60_000); // access tokens expire
 */
export interface EmulatorClock {
  /** Returns milliseconds since the epoch. It needs no `this`: `new Strategy({ clock: emulator.clock.now })`. */
  readonly now: () => number;
  /** Moves the clock forward by milliseconds, or back by a negative number. */
  readonly advance: (ms: number) => void;
  /** Sets the clock to milliseconds since the epoch. It runs on from there unless it is frozen. */
  readonly set: (ms: number) => void;
  /** Stops the clock: only {@link advance} and {@link set} move it afterwards. */
  readonly freeze: () => void;
}

/** Creates a clock that shows real time. */
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
