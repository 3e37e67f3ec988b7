import { MarketingCloudError } from '../errors';
import { coolDownMs } from './failure-note';

interface Trouble {
  failures: number;
  /** Milliseconds since the epoch. */
  until: number;
  error: MarketingCloudError;
}

/** So many failures in a row, whoever's grant it was, and the tenant is left alone for a while. */
const TOLERATED = 5;
/** The cool-down of a tenant grows no further than this many steps: a grant's own grows on. */
const MOST_STEPS = 3;

/**
 * Keeps a process from asking a tenant's token endpoint once per grant while it is down: after some failures in a row
 * only one call goes out per step of the cool-down, and everybody else gets the last failure.
 */
export class Breaker {
  readonly #now: () => number;
  /** By subdomain; a tenant that answers is taken out. */
  readonly #troubles = new Map<string, Trouble>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Lets a call through, or not.
   *
   * @throws MarketingCloudError the last failure, with the seconds that are left to wait
   */
  pass(subdomain: string): void {
    const trouble = this.#troubles.get(subdomain);
    if (trouble === undefined || trouble.failures < TOLERATED) return;
    const left = trouble.until - this.#now();
    if (left > 0) {
      const { code, status, response } = trouble.error;
      throw new MarketingCloudError(code, { status, response, retryAfter: Math.ceil(left / 1000) });
    }
    // One call tries; the others go on waiting for what comes of it.
    trouble.until = this.#now() + stepMs(trouble.failures);
  }

  /** Notes what came of a call; an answer, whatever it says, is no trouble. */
  note(subdomain: string, error?: MarketingCloudError): void {
    if (error?.code !== 'upstream_unavailable') {
      this.#troubles.delete(subdomain);
      return;
    }
    const failures = (this.#troubles.get(subdomain)?.failures ?? 0) + 1;
    this.#troubles.set(subdomain, { failures, until: this.#now() + stepMs(failures), error });
  }
}

function stepMs(failures: number): number {
  return coolDownMs(Math.min(Math.max(failures - TOLERATED + 1, 1), MOST_STEPS));
}
