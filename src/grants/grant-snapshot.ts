import type { Tenant } from '../tenant';
import type { FailureNote } from './failure-note';
import type { Grant } from './grant';

/** A grant as it was at one version of its record. Immutable: requests share it. */
export interface GrantSnapshot {
  readonly id: string;
  readonly version: number;
  readonly grant: Grant;
  readonly tenant: Tenant;
  /** What the last refresh left, where it failed. */
  readonly note?: FailureNote | undefined;
}
