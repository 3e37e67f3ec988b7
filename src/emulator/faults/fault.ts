import type { RecordedRequest } from '../request-log/request-log';

/**
 * Where an answer is interrupted: before anything is sent, after the headers, or in the middle of the body.
 *
 * @example
 * const point: BreakPoint = 'mid-body';
 * emulator.fault('token', { drop: point, times: 1 });
 */
export type BreakPoint = 'before-headers' | 'after-headers' | 'mid-body';

/**
 * What goes wrong with an answer. A fault with a `status`, a `body` or `raw` replaces the endpoint's answer; any other
 * fault changes it.
 *
 * @example
 * const fault: Fault = { status: 503, headers: { 'Retry-After': '1' }, times: 2 };
 * emulator.fault('token', fault);
 */
export interface Fault {
  /** The status of the answer, which is empty without a `body`. @default 200 with a `body`, else the endpoint's */
  readonly status?: number | undefined;
  /** Headers to add or replace; `undefined` removes one. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** The body: text or a buffer, or any other value as JSON. The content type is JSON unless `headers` has another. */
  readonly body?: unknown;
  /** Sends the body this many times in a row, as fast as the client reads it. */
  readonly repeat?: number | undefined;
  /** Receives the JSON of the endpoint's answer and returns the changed one. */
  readonly transform?: ((json: unknown) => unknown) | undefined;
  /** Writes these bytes to the connection instead of an HTTP answer, and closes it. */
  readonly raw?: string | Buffer | undefined;

  /** Waits this long before the answer, in real milliseconds. */
  readonly delayMs?: number | undefined;
  /** Waits until this promise resolves or rejects, so that a test can hold an answer back without sleeping. */
  readonly until?: Promise<unknown> | undefined;
  /** Resets the connection at this point. */
  readonly drop?: BreakPoint | undefined;
  /** Stops sending at this point and leaves the connection open. */
  readonly hang?: BreakPoint | undefined;
  /** Sends the body byte by byte; with `endless` spaces follow without end. */
  readonly drip?: { readonly intervalMs: number; readonly endless?: boolean | undefined } | undefined;

  /**
   * Whether the fault happens `'before'` the endpoint handles the request, or `'after'`: then the request has its effect (a
   * code is consumed, a refresh token rotated), and only the answer is lost or late. @default 'before' with `status`,
   * `body`, `raw` or a break before the headers, else 'after'
   */
  readonly timing?: 'before' | 'after' | undefined;
  /** Affects this many requests and is then removed. @default every request, until it is removed */
  readonly times?: number | undefined;
  /** Affects only the requests for which this returns true. */
  readonly when?: ((request: RecordedRequest) => boolean) | undefined;
}

/**
 * A fault that has been set.
 *
 * @example
 * const handle: FaultHandle = emulator.fault('token', { status: 500 });
 * handle.remove();
 */
export interface FaultHandle {
  /** The number of requests that it has affected. */
  readonly hits: number;
  /** Removes the fault. */
  readonly remove: () => void;
}

/** Returns whether a fault has its own answer, which replaces the endpoint's. */
export function hasOwnAnswer(fault: Fault): boolean {
  return fault.status !== undefined || fault.body !== undefined || fault.raw !== undefined;
}

/** Returns whether the endpoint handles the request before the fault happens. */
export function happensAfter(fault: Fault): boolean {
  if (fault.timing !== undefined) return fault.timing === 'after';
  return !hasOwnAnswer(fault) && fault.drop !== 'before-headers' && fault.hang !== 'before-headers';
}
