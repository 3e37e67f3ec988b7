import { MarketingCloudError } from '../errors';
import { digest } from '../identifiers';
import type { Sealing } from '../vaults/sealing';
import type { Vault } from '../vaults/vault';
import { callVault } from '../grants/vault-call';
import { parseObject } from '../own-properties';
import { isBoolean, isNumber, isText, isTexts, optional, parseStored, type Checks } from '../stored-members';
import { isSubdomain } from '../tenant';
import { ConsumeOwners } from './consume-owners';

/** How long a user may take to sign in: the lifetime of a pending sign-in and of its cookie. */
export const PENDING_SIGN_IN_MS = 600_000;

/** What is remembered between the redirect and the callback. */
export interface PendingSignIn {
  readonly subdomain: string;
  /** The app chose the tenant for this sign-in; a callback from another one is refused. */
  readonly pinned: boolean;
  readonly verifier?: string | undefined;
  readonly scope?: readonly string[] | undefined;
  readonly accountId?: number | undefined;
  readonly returnTo?: string | undefined;
  readonly refusalUrl?: string | undefined;
}

/**
 * Sign-ins that are under way, any number at once. The key of each is a hash of its strategy, client id, state and cookie:
 * a callback that differs in any of them finds nothing, and so consumes nothing.
 */
export class PendingSignIns {
  readonly #name: string;
  readonly #clientID: string;
  readonly #vault: Vault;
  readonly #sealing: Sealing | undefined;
  readonly #vaultTimeoutMs: number;
  readonly #now: () => number;
  readonly #owners = new ConsumeOwners();

  constructor(options: {
    name: string;
    clientID: string;
    vault: Vault;
    sealing: Sealing | undefined;
    vaultTimeoutMs: number;
    now: () => number;
  }) {
    this.#name = options.name;
    this.#clientID = options.clientID;
    this.#vault = options.vault;
    this.#sealing = options.sealing;
    this.#vaultTimeoutMs = options.vaultTimeoutMs;
    this.#now = options.now;
  }

  /**
   * Keeps a sign-in that begins, for `PENDING_SIGN_IN_MS`.
   *
   * @param secret of the cookie that ties it to its browser
   */
  async create(state: string, secret: string, pending: PendingSignIn): Promise<void> {
    const key = this.#key(state, secret);
    const data = JSON.stringify({ createdAt: this.#now(), ...pending });
    const kept = this.#sealing?.seal(data, key) ?? data;
    await this.#callVault('create', () => this.#vault.create(key, 'sign-in', kept, PENDING_SIGN_IN_MS));
  }

  /**
   * Takes out the sign-in that a callback names; of any number of copies of it exactly one gets it.
   *
   * @throws MarketingCloudError `invalid_state`, `vault_unavailable`
   */
  async consume(state: string, secret: string): Promise<PendingSignIn> {
    const key = this.#key(state, secret);
    const kept = await this.#consume(key);
    const data = kept !== undefined && this.#sealing !== undefined ? this.#sealing.open(kept, key) : kept;
    const pending = data === undefined ? undefined : this.#parseLive(data);
    if (pending === undefined) throw new MarketingCloudError('invalid_state');
    return pending;
  }

  /** The data of a sign-in. When the vault does not answer, the next callback asks again as the same owner. */
  async #consume(key: string): Promise<string | undefined> {
    const owner = this.#owners.take(key);
    try {
      return await this.#callVault('consume', () => this.#vault.consume(key, owner));
    } catch (error) {
      this.#owners.remember(key, owner);
      throw error;
    }
  }

  #callVault<T>(operation: string, call: () => Promise<T>): Promise<T> {
    return callVault({ strategy: this.#name, operation, timeoutMs: this.#vaultTimeoutMs }, call);
  }

  #key(state: string, secret: string): string {
    return digest('sign-in', this.#name, this.#clientID, state, secret);
  }

  #parseLive(data: string): PendingSignIn | undefined {
    const stored = parseObject(data);
    const pending = stored && parseStored(stored, CHECKS);
    return pending !== undefined && this.#now() - pending.createdAt < PENDING_SIGN_IN_MS ? pending : undefined;
  }
}

/** What a record of a sign-in holds. Its subdomain decides where the code and the client secret are sent. */
const CHECKS: Checks<PendingSignIn & { readonly createdAt: number }> = {
  createdAt: isNumber,
  subdomain: isSubdomain,
  pinned: isBoolean,
  verifier: optional(isText),
  scope: optional(isTexts),
  accountId: optional(isNumber),
  returnTo: optional(isText),
  refusalUrl: optional(isText),
};
