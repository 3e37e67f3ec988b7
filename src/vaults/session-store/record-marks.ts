import { withoutPrototype } from '../../own-properties';

/** What this process knows of a record besides what lies in the store. */
export interface RecordState {
  /** The version that all of it but the lease is about. */
  readonly version: number;
  /** Why it is dead, and what is left of its data. */
  readonly death?: { readonly reason: string; readonly data: string } | undefined;
  readonly note?: string | undefined;
  readonly interrupted?: boolean | undefined;
  /** Outlives its version when somebody else commits. */
  readonly lease?: Lease | undefined;
}

interface Lease {
  readonly owner: string;
  readonly version: number;
  readonly until: number;
}

/** Marks beyond this many make room for newer ones: a forgotten one costs a token call. */
const MAX_MARKS = 10_000;

/** The marks of one store's records, by id. They hold for the version that they were made at, and later ones of the same tokens. */
export class RecordStates {
  readonly #byId = new Map<string, RecordState>();

  at(id: string, version: number): RecordState {
    const mark = this.#byId.get(id);
    return mark?.version === version ? mark : withoutPrototype({ version, lease: mark?.lease });
  }

  set(id: string, mark: RecordState): void {
    this.#byId.delete(id);
    const { death, note, interrupted, lease } = withoutPrototype(mark);
    if (death === undefined && note === undefined && interrupted !== true && lease === undefined) return;
    const oldest = this.#byId.size >= MAX_MARKS ? this.#byId.keys().next().value : undefined;
    if (oldest !== undefined) this.#byId.delete(oldest);
    this.#byId.set(id, withoutPrototype(mark));
  }

  /** Gives a record with a running lease of this owner another mark. False when there is no such lease. */
  changeLeased(id: string, owner: string, change: (mark: RecordState, lease: Lease) => RecordState): boolean {
    const mark = this.#byId.get(id);
    if (mark?.lease?.owner !== owner || !isRunning(mark.lease)) return false;
    this.set(id, change(mark, mark.lease));
    return true;
  }

  delete(id: string): void {
    this.#byId.delete(id);
  }
}

/** A lease that ends `leaseMs` from now. */
export function leaseFor(owner: string, version: number, leaseMs: number): Lease {
  return { owner, version, until: performance.now() + leaseMs };
}

/** A mark at a later version that has the same tokens: a lease taken at the earlier one counts as taken there. */
export function carryForward(mark: RecordState, version: number): RecordState {
  const { lease } = mark;
  return { ...mark, version, lease: lease?.version === mark.version ? { ...lease, version } : lease };
}

export function isRunning(lease: Lease): boolean {
  return lease.until > performance.now();
}

/** Whether a lease on the mark's own version was never given back. */
export function hasLapsed({ version, lease }: RecordState): boolean {
  return lease !== undefined && lease.version === version && !isRunning(lease);
}
