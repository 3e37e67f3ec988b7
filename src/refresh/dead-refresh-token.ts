import { setTimeout as wait } from 'node:timers/promises';
import { MarketingCloudError } from '../errors';
import { markDead } from '../grants/end-grant';
import { toGrantEvent, publish, publishFailure } from '../grants/events';
import { holdSameTokens } from '../grants/grant';
import type { GrantStore } from '../grants/grant-store';
import { LEASE_MS, type Lease } from './lease';
import type { RefreshFailure } from './refresh-call';
import type { GrantSnapshot } from '../grants/grant-snapshot';

/** How long a process that has lost its lease is waited for: it may be slow rather than dead, and have the new tokens. */
const LATE_MS = 750;
/** How long a process is waited for that may refresh without being seen, where a vault knows its own process only. */
const UNSEEN_MS = 1_500;
const LOOK_MS = 250;

/**
 * What becomes of a grant whose refresh token was refused for good. It is dead only when nobody has refreshed it
 * meanwhile; resolves to the newer grant where somebody has.
 *
 * @throws MarketingCloudError `sign_in_required`, with the reason `rotation_lost` where the token has been spent for new
 *   ones that nobody has
 */
export async function resolveDeadRefreshToken(
  parts: { readonly name: string; readonly store: GrantStore; readonly timeoutMs: number },
  { seen, owner, interrupted }: Lease,
  { error, kind, mayBeSpent }: RefreshFailure,
): Promise<GrantSnapshot> {
  const { name, store } = parts;
  // Whoever has taken over a lease that ran out may have spent the token, too.
  const isContested = interrupted || !(await store.renew(seen.id, owner, LEASE_MS));
  const isElsewhere = (): Promise<boolean> => store.isRefreshedElsewhere(seen.id, owner);
  const current = store.isPerProcess
    ? await newerWithin(store, seen, UNSEEN_MS, { maxMs: parts.timeoutMs, isElsewhere })
    : await newerWithin(store, seen, isContested ? LATE_MS : 0);
  if (!holdSameTokens(current.grant, seen.grant)) return current;
  const isLost = kind === 'dead' && (mayBeSpent || isContested);
  const word = kind === 'dead' ? (error.response?.error ?? 'refused') : 'unexplained';
  const newer = await markDead(store, current, isLost ? 'rotation_lost' : word);
  if (newer !== undefined) return newer;
  if (isLost) publish('rotation-lost', () => toGrantEvent(name, current));
  publishFailure(name, current, error, { failures: (seen.note?.failures ?? 0) + 1, willRetry: false });
  throw new MarketingCloudError('sign_in_required', {
    response: error.response,
    reason: isLost ? 'rotation_lost' : undefined,
    cause: error.cause,
  });
}

/**
 * The grant as it stands; where another process may be about to write newer tokens, after waiting for them.
 *
 * @param longer how long to wait while another process can be seen to refresh
 */
async function newerWithin(
  store: GrantStore,
  seen: GrantSnapshot,
  patienceMs: number,
  longer?: { readonly maxMs: number; readonly isElsewhere: () => Promise<boolean> },
): Promise<GrantSnapshot> {
  const startedAt = performance.now();
  for (;;) {
    const waitedMs = performance.now() - startedAt;
    const isWorthIt =
      waitedMs < patienceMs || (longer !== undefined && waitedMs < longer.maxMs && (await longer.isElsewhere()));
    // Read after that look: whoever commits stops being seen afterwards.
    const current = await store.read(seen.id);
    if (!isWorthIt || !holdSameTokens(current.grant, seen.grant)) return current;
    await wait(LOOK_MS);
  }
}
