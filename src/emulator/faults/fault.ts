import type { RecordedRequest } from '../request-log/request-log';

/** Where an answer breaks off: before anything was sent, after the headers, or in the middle of the body. */
export type BreakPoint = 'before-headers' | 'after-headers' | 'mid-body';

/**
 * What goes wrong with an answer. A fault with a `status` or a `body` of its own takes the endpoint's place; one without
 * alters the real answer.
 */
export interface Fault {
  /** The status; without a `body` the answer is empty then. @default 200 with a `body`, else the real one */
  readonly status?: number | undefined;
  /** Headers to add or replace; `undefined` takes one away. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** Strings and buffers are sent as they are, anything else as JSON. The content type is JSON unless `headers` says otherwise. */
  readonly body?: unknown;
  /** Sends the body that many times over, in chunks, as fast as it is read. */
  readonly repeat?: number | undefined;
  /** Changes the real answer, which must be JSON; give back the new one. */
  readonly transform?: ((json: unknown) => unknown) | undefined;
  /** Writes these bytes to the connection instead of an HTTP answer, and ends it. */
  readonly raw?: string | Buffer | undefined;

  /** Real milliseconds to wait. */
  readonly delayMs?: number | undefined;
  /** Waits until this promise settles: how a test holds an answer back without a sleep. */
  readonly until?: Promise<unknown> | undefined;
  /** Resets the connection at this point. */
  readonly drop?: BreakPoint | undefined;
  /** Falls silent at this point and leaves the connection open. */
  readonly hang?: BreakPoint | undefined;
  /** Sends the body one byte at a time; with `endless`, blanks follow for ever. */
  readonly drip?: { readonly intervalMs: number; readonly endless?: boolean | undefined } | undefined;

  /**
   * Whether the request takes effect: `'before'` the endpoint has seen it, or `'after'` (a code is spent, a refresh token
   * rotated, and the answer is lost or late). @default 'before' with an own answer, `raw`, or a break before the headers;
   * 'after' otherwise
   */
  readonly timing?: 'before' | 'after' | undefined;
  /** Strikes that many requests and is gone; 1 is a one-shot. @default every request, until it is removed */
  readonly times?: number | undefined;
  /** Strikes only these requests. */
  readonly when?: ((request: RecordedRequest) => boolean) | undefined;
}

/** A fault that has been set. */
export interface FaultHandle {
  /** How many requests it has struck. */
  readonly hits: number;
  readonly remove: () => void;
}

/** Whether the fault has an answer of its own, and the endpoint's is not needed. */
export function hasOwnAnswer(fault: Fault): boolean {
  return fault.status !== undefined || fault.body !== undefined || fault.raw !== undefined;
}

/** Whether the endpoint acts on the request before the fault strikes. */
export function happensAfter(fault: Fault): boolean {
  if (fault.timing !== undefined) return fault.timing === 'after';
  return !hasOwnAnswer(fault) && fault.drop !== 'before-headers' && fault.hang !== 'before-headers';
}
