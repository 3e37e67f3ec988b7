/** A clock that stands still until it is moved. */
export interface HeldClock {
  readonly now: () => number;
  readonly advance: (ms: number) => void;
}

/** A clock at the present time, moved by hand. */
export function heldClock(): HeldClock {
  let now = Date.now();
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
}
