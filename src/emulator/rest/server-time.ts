const centralStandardTimeMs = -6 * 60 * 60 * 1000;

/**
 * A moment as Marketing Cloud's servers write it, in Central Standard Time all year round: `2024-05-17T09:30:00.12`.
 * The fraction of a second has no zeros at its end, and is left out where it is zero. The zone is left out, as in
 * journeys.
 */
export function serverTime(epochMs: number): string {
  return trimmedTime(epochMs + centralStandardTimeMs);
}

/** A moment in UTC, as the legacy routes write it: `2024-05-17T15:30:00.12Z`, with a fraction like that of `serverTime`. */
export function utcTime(epochMs: number): string {
  return `${trimmedTime(epochMs)}Z`;
}

/** The same with the zone, as assets have it: `2024-05-17T09:30:00.12-06:00`. */
export function serverTimeWithZone(epochMs: number): string {
  return `${serverTime(epochMs)}-06:00`;
}

/** A date in a row of a data extension: `5/17/2024 9:30:00 AM`, the US form without a zone, in whole seconds. */
export function rowTime(epochMs: number): string {
  const local = new Date(epochMs + centralStandardTimeMs);
  const hours = local.getUTCHours();
  const [minutes, seconds] = [local.getUTCMinutes(), local.getUTCSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  const day = `${local.getUTCMonth() + 1}/${local.getUTCDate()}/${local.getUTCFullYear()}`;
  return `${day} ${hours % 12 || 12}:${minutes ?? ''}:${seconds ?? ''} ${hours < 12 ? 'AM' : 'PM'}`;
}

/** The ISO form without its zone and without the zeros at the end of its fraction. */
export function trimmedTime(epochMs: number): string {
  return new Date(epochMs)
    .toISOString()
    .slice(0, -1)
    .replace(/\.?0+$/, '');
}
