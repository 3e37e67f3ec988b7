import type { Strategy } from 'passport-marketing-cloud';
import type { LifeWatch } from './life-watch';

/** How many calls each process makes. */
export const CALLS = 10;

/** Calls Marketing Cloud with a grant, many times at once and outside a request, and tells how that went. */
export async function work(strategy: Strategy, watch: LifeWatch, grantId: string): Promise<void> {
  const connection = strategy.grant(grantId);
  const outcomes = await Promise.allSettled(Array.from({ length: CALLS }, () => connection.userinfo()));
  const failed = outcomes.filter(({ status }) => status === 'rejected').length;
  watch.tell(grantId, {
    what: 'worked',
    detail: failed === 0 ? `${CALLS} calls, all answered` : `${CALLS} calls, ${failed} failed`,
  });
}
