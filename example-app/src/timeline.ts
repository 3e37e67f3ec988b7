import type { LifeEvent } from './journal';

/** The life of the token that is in use now. */
export interface Timeline {
  /** Unknown where it was issued before this app began to watch. */
  readonly issuedAt: number | undefined;
  /** From when on the next request has it renewed. */
  readonly dueAt: number | undefined;
  readonly expiresAt: number;
}

/** The strategy's own default: a token is due so long before it expires, at the earliest at half its life. */
const REFRESH_AHEAD_MS = 300_000;

/** @param events of its grant, the newest first */
export function timelineOf(events: readonly LifeEvent[], expiresAt: number): Timeline {
  const issue = issueOf(events);
  // Its life counts from the moment when it was asked for.
  const issuedAt = issue && issue.at - (issue.tookMs ?? 0);
  if (issuedAt === undefined || issuedAt >= expiresAt) return { issuedAt: undefined, dueAt: undefined, expiresAt };
  return { issuedAt, dueAt: expiresAt - Math.min(REFRESH_AHEAD_MS, (expiresAt - issuedAt) / 2), expiresAt };
}

/** The event that has brought the token. */
export function issueOf(events: readonly LifeEvent[]): LifeEvent | undefined {
  return events.find(({ what }) => what === 'signed-in' || what === 'refreshed');
}

/** Where a moment lies in the token's life, in percent. */
export function percentOf(moment: number, { issuedAt, expiresAt }: Timeline): number | undefined {
  if (issuedAt === undefined) return undefined;
  const part = (moment - issuedAt) / (expiresAt - issuedAt);
  return Math.round(Math.min(Math.max(part, 0), 1) * 1_000) / 10;
}
