/** What a vault keeps under an id: a user's grant, or a sign-in that is under way. */
export type RecordKind = 'grant' | 'sign-in';

/** A record as a vault gives it. What is in `data` and `note` is no business of the vault's. */
export interface VaultRecord {
  /** 1 when created, one more with every commit: the fence that keeps an older writer from overwriting a newer one. */
  readonly version: number;
  /** Of a dead record: what `markDead` left, which is no token. */
  readonly data: string;
  /** Why the grant is dead, where it is. A later commit of the version it died at revives it, unless that is final. */
  readonly dead?: string;
  /** What the last refresh that failed left behind; a commit of new tokens clears it. */
  readonly note?: string;
}

/** What came of asking for a lease. */
export type Acquired =
  /**
   * The lease is yours until `leaseMs` have passed. `interrupted`: an earlier lease on these tokens was neither given
   * back nor followed by new ones, or was given back as interrupted. What it was for may have happened.
   */
  | { readonly outcome: 'leased'; readonly record: VaultRecord; readonly interrupted: boolean }
  /** Another owner holds the lease. */
  | { readonly outcome: 'busy'; readonly record: VaultRecord }
  /** The record has another version than the one asked for, or is dead: look at it first. */
  | { readonly outcome: 'changed'; readonly record: VaultRecord }
  | { readonly outcome: 'missing' };

/** What a commit writes over the version that was seen. */
export interface Commit {
  readonly version: number;
  readonly data: string;
  readonly ttlMs: number;
  /** Whose lease ends with it. */
  readonly owner?: string | undefined;
  /** The tokens are unchanged: the lease, the note and the dead mark of the version before stay in force. */
  readonly sameTokens?: boolean | undefined;
}

/** What the owner of a lease leaves to the next one. */
export interface ReleaseInfo {
  /** Replaces the record's note; left out, the note stays. */
  readonly note?: string | undefined;
  /** What the lease was for may have happened: the next lease on these tokens is told so. */
  readonly interrupted?: boolean | undefined;
}

/** Why a record is dead. */
export interface Death {
  /** The version that was seen. */
  readonly version: number;
  readonly reason: string;
  /** Replaces the record's data, and holds no token. Left out, nothing is kept. */
  readonly data?: string | undefined;
}

/** How long a dead record is kept, in milliseconds: a late commit may revive it until then. */
export const TOMBSTONE_MS = 600_000;

/** The reasons that are final: no commit revives a record that died of one. */
export const FINAL_REASONS: readonly string[] = ['signed_out', 'identity_changed'];

/** How long the data of a consumed sign-in stays readable for the owner that consumed it, in milliseconds. */
export const CONSUMED_MS = 60_000;

/**
 * Where grants and pending sign-ins are kept. Every operation is atomic for its id, and safe to repeat: an operation
 * whose answer was lost may be sent again with the same arguments (ioredis does so after a reconnect) and then gives the
 * answer that was lost. A vault measures its own durations (`ttlMs`, `leaseMs`) by its own clock. Anything it throws,
 * and no answer in time, counts as *not available*; *missing* is an answer, not an error. An expired record is
 * missing.
 *
 * @example
 * class MyVault implements Vault {
 *   // test it with vaultContract() of passport-marketing-cloud/testing
 * }
 */
export interface Vault {
  /**
   * True where operations are atomic within one process only. A caller that finds a refresh token dead there reads again for a
   * while, since another process may be about to write newer tokens.
   */
  readonly perProcess?: boolean;
  /**
   * Where `perProcess`: whether another owner than this one refreshes the grant, as far as the vault can see. Such a
   * refresh is waited for longer than one that cannot be seen. Left out, none can be seen.
   */
  isRefreshedElsewhere?(id: string, owner: string): Promise<boolean>;
  /**
   * Stores a new record of version 1 for `ttlMs`. An equal record (the same kind and data, still at version 1) counts as
   * created and is left as it is; any other record under this id, and a sign-in that was consumed, rejects.
   */
  create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void>;
  /** A grant's record, dead ones too; undefined when there is none or it has expired. A pending sign-in is none. */
  read(id: string): Promise<VaultRecord | undefined>;
  /** Asks for the right to refresh a grant that has been seen at `version`. The lease saves calls; `commit` protects data. */
  acquire(id: string, ask: { version: number; owner: string; leaseMs: number }): Promise<Acquired>;
  /** Extends a lease that is still the owner's; false when it is not. */
  renew(id: string, owner: string, leaseMs: number): Promise<boolean>;
  /**
   * Gives a lease back; nothing happens when it is not the owner's. What is left behind is about the tokens that were
   * leased, and is dropped where others have been committed.
   */
  release(id: string, owner: string, left?: ReleaseInfo): Promise<void>;
  /**
   * Replaces the data of the given version, with or without the lease, and sets a new `ttlMs`. New tokens clear a
   * tombstone, the note and what was left interrupted, and end the owner's lease. With `sameTokens` the note and the
   * interruption stay, every lease too, as if it had been taken at the new version, and a record that is dead is not
   * changed: `superseded`. So is one that died of a final reason, with any tokens. A record that is one version further and holds this very data has had this commit:
   * `committed`.
   */
  commit(id: string, change: Commit): Promise<'committed' | 'superseded' | 'missing'>;
  /**
   * Marks the version that was seen as dead, replaces its data, and keeps it for ten minutes at most (`TOMBSTONE_MS`).
   * True also when that version is dead for the same reason already. False when the version has moved on, is dead for
   * another reason, or there is none.
   */
  markDead(id: string, death: Death): Promise<boolean>;
  /** Removes a grant; nothing happens when there is none. */
  delete(id: string): Promise<void>;
  /**
   * Takes a pending sign-in out and gives its data. The first owner to ask is the only one that gets it, and gets it
   * again when it asks again within a minute (`CONSUMED_MS`). Every other owner gets undefined.
   */
  consume(id: string, owner: string): Promise<string | undefined>;
}
