import { hasCode } from '../errors';
import { holdSameTokens, withFlags } from './grant';
import type { GrantStore } from './grant-store';
import type { GrantSnapshot } from './grant-snapshot';

/**
 * Marks tokens as dead, whatever else of the grant is changed meanwhile. Where there are other tokens by then these
 * stay, and it resolves to them.
 *
 * @throws MarketingCloudError `sign_in_required` when somebody else has buried or forgotten the grant
 */
export async function markDead(
  store: GrantStore,
  from: GrantSnapshot,
  reason: string,
): Promise<GrantSnapshot | undefined> {
  let seen = from;
  do {
    if (await store.markDead(seen, reason)) return undefined;
    seen = await store.read(seen.id);
  } while (holdSameTokens(seen.grant, from.grant));
  return seen;
}

/**
 * A session lets go of its grant: one that is kept stays for jobs, also when it is kept in this very moment; any other is
 * forgotten.
 */
export async function releaseSessionGrant(store: GrantStore, id: string): Promise<void> {
  for (;;) {
    const seen = await store.read(id).catch((error: unknown) => {
      if (hasCode(error, 'sign_in_required')) return undefined;
      throw error;
    });
    if (seen?.grant.kept === true) {
      await store.change(seen, (grant) => withFlags(grant, { detached: true }));
      return;
    }
    // A vault forgets whatever is there. What is buried first is still what was read, and nobody can keep it any more.
    if (seen === undefined || (await store.markDead(seen, 'signed_out'))) break;
  }
  await store.delete(id);
}
