import { setTimeout as wait } from 'node:timers/promises';

const EVERY_MS = 50;
/** Long, since it only ends what hangs: a busy machine may take a minute to start a program. */
const GIVE_UP_AFTER_MS = 120_000;

/** Asks again and again until the answer is the one that is hoped for; gives it. */
export async function poll<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<T> {
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    if (performance.now() > giveUpAt) throw new Error(`It stays so: ${JSON.stringify(answer)}`);
    await wait(EVERY_MS);
  }
}
