/** Answers that wait for their turn, which comes in an order that a seed decides. */
export interface Shuffle {
  /** Resolves when it is this answer's turn. */
  readonly turn: () => Promise<void>;
  /**
   * Runs a piece of work that will ask for turns. Turns are given while half of the works that run wait for one, so that
   * there is always a choice and a work that goes on.
   */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** How many turns came out of the order in which they were asked for. */
  readonly overtaken: number;
}

/** No answer waits until more than this many others have asked: a call has its deadline. */
const MAX_OVERTAKING = 100;
/** Where several works wait for one and the same turn, too few ask for one: it is given when nothing else happens. */
const STALLED_MS = 250;

/** Holds answers back: up to `most` at once, then one of them at random goes. */
export function shuffle(random: () => number, most: number): Shuffle {
  const held: { readonly number: number; readonly go: () => void }[] = [];
  let running = 0;
  let asked = 0;
  let overtaken = 0;
  let stalled: NodeJS.Timeout | undefined;
  const giveOne = (): void => {
    const isOld = asked - (held[0]?.number ?? asked) > MAX_OVERTAKING;
    const [chosen] = held.splice(isOld ? 0 : Math.floor(random() * held.length), 1);
    if (chosen === undefined) return;
    if (held.some((other) => other.number < chosen.number)) overtaken += 1;
    chosen.go();
  };
  const give = (): void => {
    while (held.length > Math.min(most, running / 2)) giveOne();
    stalled?.refresh();
  };
  return {
    turn: () =>
      new Promise((go) => {
        held.push({ number: (asked += 1), go });
        give();
      }),
    run: async (work) => {
      running += 1;
      stalled ??= setInterval(giveOne, STALLED_MS);
      try {
        return await work();
      } finally {
        running -= 1;
        give();
        if (running === 0) {
          clearInterval(stalled);
          stalled = undefined;
        }
      }
    },
    get overtaken() {
      return overtaken;
    },
  };
}

/** Numbers from 0 up to 1 that look random and are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
