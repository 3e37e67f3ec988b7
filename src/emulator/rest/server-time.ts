const centralStandardTimeMs = -6 * 60 * 60 * 1000;

/**
 * A moment as Marketing Cloud's servers write it, in Central Standard Time all year round: `2024-05-17T09:30:00.123`.
 * The zone is left out, as journeys do.
 */
export function serverTime(epochMs: number): string {
  return new Date(epochMs + centralStandardTimeMs).toISOString().slice(0, -1);
}

/** The same with the zone, as assets have it: `2024-05-17T09:30:00.123-06:00`. */
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
