/** How long a token is still good, in words. Both times are milliseconds since the epoch. */
export function lifetimeText(expiresAt: number, now: number): string {
  const minutes = Math.floor((expiresAt - now) / 60_000);
  if (expiresAt <= now) return 'has expired';
  if (minutes < 1) return 'expires in less than a minute';
  return `expires in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}
