import { MarketingCloudError } from '../errors';
import type { BrowserCookies } from './browser-cookies';

/** Refusals within a minute that make the next start an error. */
const MAX_REFUSALS = 3;
const WINDOW_MS = 60_000;

/** Its value: when the last refusals were, in milliseconds since the epoch, written to the base 36 and joined by dots. */
const NAME = 'mc-refusals';

/** Counts a refused sign-in of this browser. */
export function countRefusal(cookies: BrowserCookies, nowMs: number): void {
  const times = [...recentRefusals(cookies, nowMs), nowMs].slice(-MAX_REFUSALS);
  cookies.set(NAME, times.map((time) => time.toString(36)).join('.'), WINDOW_MS / 1000);
}

/** Starts counting again after a sign-in that succeeded. */
export function clearRefusals(cookies: BrowserCookies): void {
  if (cookies.get(NAME) !== undefined) cookies.remove(NAME);
}

/**
 * Ends a loop: a refused sign-in that leads to the login route, which leads to a refused sign-in. The count starts
 * again, so that the user can try again later.
 *
 * @throws MarketingCloudError `sign_in_loop`
 */
export function assertNoLoop(cookies: BrowserCookies, nowMs: number): void {
  if (recentRefusals(cookies, nowMs).length < MAX_REFUSALS) return;
  cookies.remove(NAME);
  throw new MarketingCloudError('sign_in_loop');
}

function recentRefusals(cookies: BrowserCookies, nowMs: number): number[] {
  const value = cookies.get(NAME);
  if (value === undefined) return [];
  const times = value.split('.').map((time) => (/^[0-9a-z]{1,11}$/.test(time) ? parseInt(time, 36) : NaN));
  return times.filter((time) => time <= nowMs && nowMs - time < WINDOW_MS);
}
