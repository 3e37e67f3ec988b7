import { MarketingCloudError } from '../../src';
import type { GrantStore } from '../../src/grants/grant-store';
import { LateCommits } from '../../src/refresh/late-commits';
import type { GrantSnapshot } from '../../src/grants/grant-snapshot';

/**
 * Run as a process of its own: has the tokens of so many grants wait for a vault that stays away, and closes. Node's
 * warnings are on stderr.
 *
 * Argument: how many.
 */
async function main(grants: number): Promise<void> {
  const store = { commit: () => Promise.reject(new MarketingCloudError('vault_unavailable')) } as unknown as GrantStore;
  const commits = new LateCommits(store);
  const waiting = Array.from({ length: grants }, (_, index) => {
    const base = { id: String(index), version: 1, grant: {} } as GrantSnapshot;
    return commits.commit({ base, renew: (grant) => grant, owner: 'owner' });
  });
  await Promise.all(waiting);
  await commits.close();
  process.stdout.write(String(waiting.length));
}

main(Number(process.argv[2])).catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
