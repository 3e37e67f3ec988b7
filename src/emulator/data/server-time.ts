const CENTRAL_STANDARD_TIME_MS = -6 * 60 * 60 * 1000;

/**
 * Formats a time as Marketing Cloud's servers write it, in Central Standard Time all year round, without the zone:
 * `2024-05-17T09:30:00.12`. The fraction of a second has no trailing zeros and is left out when it is zero.
 */
export function toServerTime(epochMs: number): string {
  return toTrimmedTime(epochMs + CENTRAL_STANDARD_TIME_MS);
}

/** Formats a time in UTC, as the legacy routes write it: `2024-05-17T15:30:00.12Z`. */
export function toUtcTime(epochMs: number): string {
  return `${toTrimmedTime(epochMs)}Z`;
}

/** Formats a time in server time with its zone, as assets have it: `2024-05-17T09:30:00.12-06:00`. */
export function toServerTimeWithZone(epochMs: number): string {
  return `${toServerTime(epochMs)}-06:00`;
}

/** Formats a date in a row of a data extension: `5/17/2024 9:30:00 AM`, in server time, whole seconds, without a zone. */
export function toRowTime(epochMs: number): string {
  const local = new Date(epochMs + CENTRAL_STANDARD_TIME_MS);
  const hours = local.getUTCHours();
  const [minutes, seconds] = [local.getUTCMinutes(), local.getUTCSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  const day = `${local.getUTCMonth() + 1}/${local.getUTCDate()}/${local.getUTCFullYear()}`;
  return `${day} ${hours % 12 || 12}:${minutes ?? ''}:${seconds ?? ''} ${hours < 12 ? 'AM' : 'PM'}`;
}

/** Formats a time in ISO form without its zone and without the trailing zeros of its fraction. */
export function toTrimmedTime(epochMs: number): string {
  return new Date(epochMs)
    .toISOString()
    .slice(0, -1)
    .replace(/\.?0+$/, '');
}

/**
 * Parses a date of a request (`2024-05-17…` or `5/17/2024…`) and returns it in ISO form, or `undefined`. A date without
 * a zone is in server time.
 */
export function parseServerDate(text: string): string | undefined {
  if (!/^(\d{4}-\d\d-\d\d|\d{1,2}\/\d{1,2}\/\d{4})([T ].*)?$/.test(text)) return undefined;
  const hasZone = /(z|[+-]\d\d:\d\d)$/i.test(text);
  const epochMs = Date.parse(hasZone ? text : text.includes('T') ? `${text}-06:00` : `${text} GMT-0600`);
  return Number.isNaN(epochMs) ? undefined : new Date(epochMs).toISOString();
}
