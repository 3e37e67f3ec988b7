import { hasCode } from '../errors';
import { holdSameTokens, withFlags } from './grant';
import type { GrantSnapshot } from './grant-snapshot';
import type { GrantStore } from './grant-store';

/**
 * Marks a grant's tokens as dead, also when something else of the grant is changed at the same time. Resolves to the grant
 * as it is where it has other tokens by then: these stay.
 *
 * @throws MarketingCloudError `sign_in_required` when the grant was marked dead or deleted by another caller
 */
export async function markTokensDead(
  store: GrantStore,
  from: GrantSnapshot,
  reason: string,
): Promise<GrantSnapshot | undefined> {
  let snapshot = from;
  do {
    if (await store.markDead(snapshot, reason)) return undefined;
    snapshot = await store.read(snapshot.id);
  } while (holdSameTokens(snapshot.grant, from.grant));
  return snapshot;
}

/** The grant as the vault has it; undefined when it is gone or dead. */
export async function readIfAlive(store: GrantStore, id: string): Promise<GrantSnapshot | undefined> {
  try {
    return await store.read(id);
  } catch (error) {
    if (hasCode(error, 'sign_in_required')) return undefined;
    throw error;
  }
}

/**
 * Ends a session's use of its grant. A kept grant stays for jobs, also when `keep()` runs at the same time; any other is
 * deleted. Resolves to whether a grant that was alive has been deleted.
 */
export async function releaseGrant(store: GrantStore, id: string): Promise<boolean> {
  for (;;) {
    const snapshot = await readIfAlive(store, id);
    if (snapshot?.grant.kept === true) {
      await store.change(snapshot, (grant) => withFlags(grant, { detached: true }));
      return false;
    }
    // Marked dead before it is deleted: a deletion would also hit a grant that has been kept since it was read.
    if (snapshot !== undefined && !(await store.markDead(snapshot, 'signed_out'))) continue;
    await store.delete(id);
    return snapshot !== undefined;
  }
}
