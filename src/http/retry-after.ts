/**
 * A `Retry-After` header in seconds, as the server says it (RFC 9110 §10.2.3: seconds or a date); undefined when it is
 * missing, past or makes no sense. Whoever waits by it sets a limit.
 */
export function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - nowMs) / 1000);
  return seconds > 0 && Number.isSafeInteger(seconds) ? seconds : undefined;
}
