/** A time of day, in UTC: `12:03:11`. Times are milliseconds since the epoch. */
export function timeText(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** How far a moment is away: `in 40 s`, `3 min ago`. */
export function agoText(at: number, now: number): string {
  const seconds = Math.round(Math.abs(at - now) / 1_000);
  const span = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return at > now ? `in ${span}` : `${span} ago`;
}
