import type { GrantSnapshot } from '../grants/grant-snapshot';

/** The right to refresh a grant, as long as it lasts. */
export interface Lease {
  readonly seen: GrantSnapshot;
  readonly owner: string;
  /** An earlier refresh of the same tokens has not been heard of again. */
  readonly interrupted: boolean;
}

/** A lease lives this long unless it is renewed; after a crash the next process waits no longer. */
export const LEASE_MS = 3_000;
