import { MarketingCloudError } from '../errors';
import { withTimeout } from '../with-timeout';

/** A moment by two clocks. */
interface Moment {
  /** `performance.now()` */
  readonly monotonic: number;
  /** The strategy's `clock`. */
  readonly clock: number;
}

interface Failure {
  readonly at: Moment;
  /** The place of this failure in the order of all outcomes. */
  readonly order: number;
  /** When another grant's refresh succeeded although this one failed. */
  readonly excusedAt: Moment | undefined;
}

interface Pause {
  readonly from: Moment;
  readonly ms: number;
  /** How long the server asked for, where it did. */
  readonly askedMs: number;
}

/** After failures of this many different grants in a row the tenant is left alone. */
const MAX_FAILED_GRANTS = 5;
/** After failures of this many others a failed call is not made again at once. */
const MAX_OTHERS_FOR_RETRY = 2;
/** While a tenant is left alone, a grant that has not failed lately may try once in this time. */
const PROBE_INTERVAL_MS = 1_000;
/** The same for the grants that have. */
const LATE_PROBE_INTERVAL_MS = 2_000;
/** How long a grant counts as one that has failed lately: healthy ones go first. */
const RECENT_FAILURE_MS = 30_000;
/** After a success within this time a tenant is taken to work, until `MAX_BROKEN_GRANTS` different grants have failed. */
const RECENT_SUCCESS_MS = 300_000;
const MAX_BROKEN_GRANTS = 12;
/** A failure that is older than this counts for nothing, and so does the success that excuses one. */
const MAX_AGE_MS = 60_000;
const MAX_FAILURES = 1_000;
const FIRST_PAUSE_MS = 1_000;
/** The longest pause after a 429 that names no time. */
const MAX_PAUSE_MS = 30_000;
/** The longest pause after a 429 that does. */
const MAX_ASKED_PAUSE_MS = 60_000;

/**
 * What a process knows of one tenant's token endpoint by the outcomes of its refreshes, and by sign-ins that met a 429.
 *
 * It counts grants, not calls: one grant whose refresh always fails says nothing of the tenant, however often it is tried.
 * A grant that failed while others succeeded does not count, and grants that have not failed lately try first, so that a
 * few broken grants do not block the refreshes of others.
 */
export class TenantHealth {
  readonly #clock: () => number;
  /** The grants whose last refresh failed, the latest last. */
  readonly #failures = new Map<string, Failure>();
  /** Those of them that count, since the last success. */
  readonly #failedSinceSuccess = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #order = 0;
  #lastError: MarketingCloudError | undefined;
  #lastSuccess: { readonly at: Moment; readonly order: number } | undefined;
  #probeAt: Moment | undefined;
  #lateProbeAt: Moment | undefined;
  #probing: { readonly grantId: string; readonly at: Moment } | undefined;
  #pause: Pause | undefined;
  #nextPauseMs = FIRST_PAUSE_MS;

  /** @param clock the strategy's `clock` */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Whether a refresh of this grant has failed here within half a minute. */
  hasFailedLately(grantId: string): boolean {
    const failure = this.#failures.get(grantId);
    return failure !== undefined && this.#since(failure.at) < RECENT_FAILURE_MS;
  }

  /**
   * How long a grant has to wait before its refresh may be sent, in milliseconds; at 0 it is taken to be sent now.
   *
   * @param hasFailed whether it comes after the grants that have not failed
   */
  waitBefore(grantId: string, hasFailed: boolean): number {
    this.#sweep();
    if (this.#failedSinceSuccess.size < MAX_FAILED_GRANTS && this.#pause === undefined) return 0;
    const pauseMs = this.#leftOf(this.#pause?.from, this.#pause?.ms ?? 0);
    if (pauseMs > 0) return pauseMs;
    const now = this.#now();
    // After a pause all are equal: a limit is the tenant's, and no grant's.
    const isLate = this.#pause === undefined && hasFailed;
    const leftMs = isLate
      ? Math.max(...[this.#probeAt, this.#lateProbeAt].map((at) => this.#leftOf(at, LATE_PROBE_INTERVAL_MS)))
      : this.#leftOf(this.#probeAt, PROBE_INTERVAL_MS);
    if (leftMs > 0) return leftMs;
    if (isLate) this.#lateProbeAt = now;
    else this.#probeAt = now;
    this.#probing = { grantId, at: now };
    return 0;
  }

  /** Whether waiting for the next call is worth it: one is under way, or one has succeeded lately. Not during a pause. */
  isWorthWaiting(hasFailed: boolean): boolean {
    if (this.#leftOf(this.#pause?.from, this.#pause?.ms ?? 0) > 0 || hasFailed) return false;
    const isProbing = this.#probing !== undefined && this.#since(this.#probing.at) < PROBE_INTERVAL_MS;
    const hasSucceededLately =
      this.#lastSuccess !== undefined && performance.now() - this.#lastSuccess.at.monotonic < RECENT_SUCCESS_MS;
    return isProbing || (hasSucceededLately && this.#failedSinceSuccess.size < MAX_BROKEN_GRANTS);
  }

  /** Resolves at the next outcome of a call, or after `ms`. */
  async changed(ms: number): Promise<void> {
    let stop = (): void => undefined;
    const change = new Promise<void>((resolve) => {
      stop = resolve;
    });
    this.#waiting.add(stop);
    await withTimeout(ms, () => change, stop);
    this.#waiting.delete(stop);
  }

  /** Whether so many other grants have failed that a failed call is not made again at once. */
  haveOthersFailed(grantId: string): boolean {
    return this.#failedSinceSuccess.size - (this.#failedSinceSuccess.has(grantId) ? 1 : 0) >= MAX_OTHERS_FOR_RETRY;
  }

  /** The last failure again, for a refresh that is not sent; what the server said of another grant is left out. */
  failure(waitMs: number): MarketingCloudError {
    const { code, status, response, reason, hint } = this.#lastError ?? new MarketingCloudError('upstream_unavailable');
    const leftMs = Math.max(waitMs, this.#leftOf(this.#pause?.from, this.#pause?.askedMs ?? 0));
    return new MarketingCloudError(code, {
      status,
      response: response && { ...response },
      reason,
      hint,
      retryAfter: Math.ceil(leftMs / 1000),
    });
  }

  /** Records a refresh call's outcome. */
  record(grantId: string, error?: MarketingCloudError): void {
    this.#order += 1;
    if (this.#probing?.grantId === grantId) this.#probing = undefined;
    if (error?.code === 'rate_limited') {
      this.#addFailure(grantId);
      this.#beginPause(error);
    } else if (error !== undefined && isOutage(error)) this.#failed(grantId, error);
    else this.#answered(grantId);
    for (const wake of this.#waiting) wake();
  }

  /**
   * Pauses refreshes because the token call of a sign-in was answered by 429. That counts once until a refresh succeeds:
   * however many sign-ins follow one another, refreshes are tried in between.
   */
  pauseForSignIn(error: MarketingCloudError): void {
    this.#sweep();
    if (this.#pause !== undefined) return;
    this.#beginPause(error);
    for (const wake of this.#waiting) wake();
  }

  #beginPause(error: MarketingCloudError): void {
    this.#lastError = error;
    const leftMs = this.#leftOf(this.#pause?.from, this.#pause?.ms ?? 0);
    const askedMs = (error.retryAfter ?? 0) * 1000;
    // Calls that were under way together are told one after another: they are one reason to pause, not many.
    const stepMs = leftMs > 0 ? leftMs : this.#nextPauseMs;
    const ms = Math.max(askedMs > 0 ? Math.min(askedMs, MAX_ASKED_PAUSE_MS) : stepMs, leftMs);
    if (leftMs === 0) this.#nextPauseMs = Math.min(this.#nextPauseMs * 2, MAX_PAUSE_MS);
    this.#pause = {
      from: this.#now(),
      ms,
      askedMs: Math.max(askedMs, this.#leftOf(this.#pause?.from, this.#pause?.askedMs ?? 0)),
    };
  }

  /** Records an answer of Marketing Cloud itself, whether success or failure. */
  #answered(grantId: string): void {
    this.#lastSuccess = { at: this.#now(), order: this.#order };
    this.#failures.delete(grantId);
    this.#failedSinceSuccess.clear();
    // A call that was under way when the tenant said 429 says nothing of the limit.
    if (this.#leftOf(this.#pause?.from, this.#pause?.ms ?? 0) > 0) return;
    this.#pause = undefined;
    this.#nextPauseMs = FIRST_PAUSE_MS;
  }

  #failed(grantId: string, error: MarketingCloudError): void {
    this.#lastError = error;
    if (this.#addFailure(grantId) !== undefined) return;
    const { size } = this.#failedSinceSuccess;
    this.#failedSinceSuccess.add(grantId);
    if (size < MAX_FAILED_GRANTS && this.#failedSinceSuccess.size >= MAX_FAILED_GRANTS) this.#lateProbeAt = this.#now();
  }

  /** Records a failure. Returns when other grants have succeeded since the previous one, which excuses it. */
  #addFailure(grantId: string): Moment | undefined {
    const before = this.#failures.get(grantId);
    const isExcused = before !== undefined && this.#lastSuccess !== undefined && this.#lastSuccess.order > before.order;
    const latest = isExcused ? this.#lastSuccess?.at : before?.excusedAt;
    const excusedAt = latest !== undefined && this.#since(latest) < MAX_AGE_MS ? latest : undefined;
    this.#failures.delete(grantId);
    this.#failures.set(grantId, { at: this.#now(), order: this.#order, excusedAt });
    return excusedAt;
  }

  /** Drops failures that are old, or too many, from the old end, and a pause that has long been over. */
  #sweep(): void {
    if (this.#pause !== undefined && this.#since(this.#pause.from) - this.#pause.ms >= MAX_AGE_MS) {
      this.#pause = undefined;
      this.#nextPauseMs = FIRST_PAUSE_MS;
    }
    for (const [grantId, { at }] of this.#failures) {
      if (this.#failures.size <= MAX_FAILURES && this.#since(at) < MAX_AGE_MS) return;
      this.#failures.delete(grantId);
      this.#failedSinceSuccess.delete(grantId);
    }
  }

  #now(): Moment {
    return { monotonic: performance.now(), clock: this.#clock() };
  }

  /**
   * Milliseconds since a moment. The monotonic clock decides, so that a wall clock that is set back prolongs no wait;
   * where the strategy's own `clock` has moved further, as it does in tests, that counts.
   */
  #since({ monotonic, clock }: Moment): number {
    return Math.max(performance.now() - monotonic, this.#clock() - clock);
  }

  /** What is left of so many milliseconds since a moment. */
  #leftOf(from: Moment | undefined, ms: number): number {
    return from === undefined ? 0 : Math.max(0, ms - this.#since(from));
  }
}

/** Whether a failure may be the whole tenant's: no answer, a server's or a proxy's trouble, or an invalid answer. */
function isOutage({ code, response }: MarketingCloudError): boolean {
  return code === 'upstream_unavailable' || (code === 'invalid_response' && (response?.status ?? 0) < 400);
}
