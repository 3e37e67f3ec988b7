import type { Emulator } from '../../src/emulator';

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

const agingClocks = new WeakMap<Emulator, () => number>();

/**
 * The present time, and a minute more each time the emulator expires its access tokens: an app does not take a younger
 * token for the reason of a 401.
 */
export function agingClock(emulator: Emulator): () => number {
  const known = agingClocks.get(emulator);
  if (known !== undefined) return known;
  let aheadMs = 0;
  const expire = emulator.expireAccessTokens.bind(emulator);
  Object.assign(emulator, {
    expireAccessTokens: (...args: Parameters<typeof expire>) => {
      aheadMs += 60_000;
      return expire(...args);
    },
  });
  const clock = (): number => Date.now() + aheadMs;
  agingClocks.set(emulator, clock);
  return clock;
}
