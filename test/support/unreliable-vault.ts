import session from 'express-session';
import { SessionStoreVault, type Vault } from '../../src';

/** An operation of a vault that a test may get in the way of. */
export type VaultOperation =
  'create' | 'read' | 'acquire' | 'renew' | 'release' | 'commit' | 'markDead' | 'delete' | 'consume';

/** A vault in memory, for any number of strategies, whose operations can be made to fail or to take their time. */
export class UnreliableVault extends SessionStoreVault {
  /** What happens before an operation reaches the vault: a rejection is the vault being away. */
  before: ((operation: VaultOperation) => Promise<void> | void) | undefined;
  /** What happens between the vault's answer and its arrival. */
  after: ((operation: VaultOperation) => Promise<void> | void) | undefined;

  #lease = { id: '', owner: '' };

  constructor() {
    super(new session.MemoryStore());
  }

  /** Ends the lease that was asked for last, as its time does. */
  async endLease(): Promise<void> {
    await super.release(this.#lease.id, this.#lease.owner);
  }

  /** Has this operation fail, so many times. */
  fail(operation: VaultOperation, times: number): void {
    let left = times;
    this.before = (asked) => {
      if (asked !== operation || left === 0) return;
      left -= 1;
      throw new Error('The vault is away.');
    };
  }

  override create(...args: Parameters<Vault['create']>): ReturnType<Vault['create']> {
    return this.#with('create', () => super.create(...args));
  }

  override read(id: string): ReturnType<Vault['read']> {
    return this.#with('read', () => super.read(id));
  }

  override acquire(...[id, ask]: Parameters<Vault['acquire']>): ReturnType<Vault['acquire']> {
    this.#lease = { id, owner: ask.owner };
    return this.#with('acquire', () => super.acquire(id, ask));
  }

  override renew(...args: Parameters<Vault['renew']>): ReturnType<Vault['renew']> {
    return this.#with('renew', () => super.renew(...args));
  }

  override release(...args: Parameters<Vault['release']>): ReturnType<Vault['release']> {
    return this.#with('release', () => super.release(...args));
  }

  override commit(...args: Parameters<Vault['commit']>): ReturnType<Vault['commit']> {
    return this.#with('commit', () => super.commit(...args));
  }

  override markDead(...args: Parameters<Vault['markDead']>): ReturnType<Vault['markDead']> {
    return this.#with('markDead', () => super.markDead(...args));
  }

  override delete(id: string): ReturnType<Vault['delete']> {
    return this.#with('delete', () => super.delete(id));
  }

  override consume(...args: Parameters<Vault['consume']>): ReturnType<Vault['consume']> {
    return this.#with('consume', () => super.consume(...args));
  }

  async #with<T>(operation: VaultOperation, act: () => Promise<T>): Promise<T> {
    await this.before?.(operation);
    const answer = await act();
    await this.after?.(operation);
    return answer;
  }
}

/** What `before` is for a vault that is away. */
export function away(): never {
  throw new Error('The vault is away.');
}

/** What `before` is for a vault that never answers. */
export function silent(): Promise<never> {
  return new Promise(() => undefined);
}
