const MAX_SECONDS = 60;

/**
 * A `Retry-After` header in seconds (RFC 9110 §10.2.3: seconds or a date), a minute at most; undefined when it is
 * missing, past or makes no sense.
 */
export function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - nowMs) / 1000);
  return seconds > 0 ? Math.min(seconds, MAX_SECONDS) : undefined;
}
