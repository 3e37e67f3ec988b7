/** How often to look for the result of another process's refresh: soon at first, then less often. */
const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 100;
const GROWTH = 1.6;
/** A vault that takes long to answer is asked less often. */
const PAUSE_PER_ANSWER = 4;

/**
 * The pauses between the questions to a vault whether another process has refreshed a grant.
 *
 * Many requests that wait would fill the queue of a slow vault, and the renewals of leases behind them would come too
 * late. The first answer is ignored: it may be late only because of a burst of requests.
 */
export class PollPauses {
  #pauseMs = FIRST_PAUSE_MS;
  #isFirst = true;

  /** The pause before the next question, in milliseconds, when the last one was answered after `answerMs`. */
  next(answerMs: number): number {
    const pauseMs = this.#pauseMs * (0.75 + Math.random() / 2);
    const slowVaultMs = this.#isFirst ? 0 : answerMs * PAUSE_PER_ANSWER;
    this.#pauseMs = Math.min(this.#pauseMs * GROWTH, MAX_PAUSE_MS);
    this.#isFirst = false;
    return Math.max(pauseMs, slowVaultMs);
  }
}
