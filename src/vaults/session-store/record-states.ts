import { withoutPrototype } from '../../own-properties';

/** What this process knows of a record beyond what is in the store. */
export interface RecordState {
  /** The version that everything but the lease is about. */
  readonly version: number;
  /** Why the record is dead, and what is left of its data. */
  readonly death?: { readonly reason: string; readonly data: string } | undefined;
  readonly note?: string | undefined;
  readonly interrupted?: boolean | undefined;
  /** Stays when another caller commits a new version. */
  readonly lease?: Lease | undefined;
}

interface Lease {
  readonly owner: string;
  readonly version: number;
  /** By the monotonic clock, in milliseconds. */
  readonly until: number;
}

/** A state beyond this many replaces the oldest, which costs one more token call at worst. */
const MAX_STATES = 10_000;

/** The states of one store's records, by id: each for the version it was set at, and for later ones of the same tokens. */
export class RecordStates {
  readonly #byId = new Map<string, RecordState>();

  /** Whether nothing is known of a record. */
  isEmpty(id: string): boolean {
    return !this.#byId.has(id);
  }

  at(id: string, version: number): RecordState {
    const state = this.#byId.get(id);
    return state?.version === version ? state : withoutPrototype({ version, lease: state?.lease });
  }

  set(id: string, state: RecordState): void {
    this.#byId.delete(id);
    const { death, note, interrupted, lease } = withoutPrototype(state);
    if (death === undefined && note === undefined && interrupted !== true && lease === undefined) return;
    const oldest = this.#byId.size >= MAX_STATES ? this.#byId.keys().next().value : undefined;
    if (oldest !== undefined) this.#byId.delete(oldest);
    this.#byId.set(id, withoutPrototype(state));
  }

  /** Changes the state of a record on which this owner has a running lease. False when there is no such lease. */
  changeLeased(id: string, owner: string, change: (state: RecordState, lease: Lease) => RecordState): boolean {
    const state = this.#byId.get(id);
    if (state?.lease?.owner !== owner || !isRunning(state.lease)) return false;
    this.set(id, change(state, state.lease));
    return true;
  }

  delete(id: string): void {
    this.#byId.delete(id);
  }
}

/** A lease that ends `leaseMs` from now. */
export function createLease(owner: string, version: number, leaseMs: number): Lease {
  return { owner, version, until: performance.now() + leaseMs };
}

/** The state at a later version that has the same tokens: a lease taken at the earlier one counts as taken there. */
export function carryForward(state: RecordState, version: number): RecordState {
  const { lease } = state;
  return { ...state, version, lease: lease?.version === state.version ? { ...lease, version } : lease };
}

/** Whether a lease has not ended by its time. */
export function isRunning(lease: Lease): boolean {
  return lease.until > performance.now();
}

/** Whether a lease on the state's own version ended without being given back. */
export function hasLapsed({ version, lease }: RecordState): boolean {
  return lease !== undefined && lease.version === version && !isRunning(lease);
}
