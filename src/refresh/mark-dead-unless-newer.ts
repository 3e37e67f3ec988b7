import { setTimeout as wait } from 'node:timers/promises';
import { MarketingCloudError } from '../errors';
import { markTokensDead } from '../grants/end-grant';
import { publish, publishFailure, toGrantEvent } from '../grants/events';
import { holdSameTokens } from '../grants/grant';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { GrantStore } from '../grants/grant-store';
import type { Lease } from './lease';
import type { RefreshFailure } from './refresh-call';

/** How long to wait for a process that has lost its lease: it may be slow rather than dead, and have the new tokens. */
const LATE_COMMIT_WAIT_MS = 750;
/** How long to wait for a process whose refresh cannot be seen, where the vault is atomic within one process only. */
const UNSEEN_REFRESH_WAIT_MS = 1_500;
const READ_INTERVAL_MS = 250;

/**
 * Decides what becomes of a grant whose refresh token was refused for good. It is marked dead unless another process has
 * refreshed it; resolves to the newer grant where one has.
 *
 * @throws MarketingCloudError `sign_in_required`, with the reason `rotation_lost` where the refresh token was spent for new
 *   tokens that no process has
 */
export async function markDeadUnlessNewer(
  parts: { readonly name: string; readonly store: GrantStore; readonly timeoutMs: number },
  lease: Lease,
  failure: RefreshFailure,
): Promise<GrantSnapshot> {
  const { name, store } = parts;
  const { error, kind, mayBeSpent } = failure;
  const { snapshot, owner, interrupted } = lease;
  // A process that took the lease over after it ran out may have spent the token, too.
  const isContested = interrupted || !(await lease.renew());
  const isElsewhere = (): Promise<boolean> => store.isRefreshedElsewhere(snapshot.id, owner);
  const current = store.isPerProcess
    ? await readUntilNewer(store, snapshot, UNSEEN_REFRESH_WAIT_MS, { maxMs: parts.timeoutMs, isElsewhere })
    : await readUntilNewer(store, snapshot, isContested ? LATE_COMMIT_WAIT_MS : 0);
  if (!holdSameTokens(current.grant, snapshot.grant)) return current;
  const isLost = kind === 'dead' && (mayBeSpent || isContested);
  const word = kind === 'dead' ? (error.response?.error ?? 'refused') : 'unexplained';
  const newer = await markTokensDead(store, current, isLost ? 'rotation_lost' : word);
  if (newer !== undefined) return newer;
  if (isLost) publish('rotation-lost', () => toGrantEvent(name, current));
  publishFailure(name, current, failure, { failures: (snapshot.note?.failures ?? 0) + 1, willRetry: false });
  throw new MarketingCloudError('sign_in_required', {
    response: error.response,
    reason: isLost ? 'rotation_lost' : undefined,
    cause: error.cause,
  });
}

/**
 * The grant as it is; where another process may be about to write newer tokens, after waiting for them.
 *
 * @param longer how long to wait while another process can be seen to refresh
 */
async function readUntilNewer(
  store: GrantStore,
  snapshot: GrantSnapshot,
  waitMs: number,
  longer?: { readonly maxMs: number; readonly isElsewhere: () => Promise<boolean> },
): Promise<GrantSnapshot> {
  const startedAt = performance.now();
  for (;;) {
    const waitedMs = performance.now() - startedAt;
    const mayChange =
      waitedMs < waitMs || (longer !== undefined && waitedMs < longer.maxMs && (await longer.isElsewhere()));
    // Read after that question: a process that commits stops being seen afterwards.
    const current = await store.read(snapshot.id);
    if (!mayChange || !holdSameTokens(current.grant, snapshot.grant)) return current;
    await wait(READ_INTERVAL_MS);
  }
}
