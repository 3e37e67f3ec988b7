/**
 * A `Retry-After` header in seconds (RFC 9110 §10.2.3: seconds or a date), without an upper limit; undefined when it is
 * missing, past or malformed.
 *
 * @param nowMs milliseconds since the epoch
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - nowMs) / 1000);
  return seconds > 0 && Number.isSafeInteger(seconds) ? seconds : undefined;
}
