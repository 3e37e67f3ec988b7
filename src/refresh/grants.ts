import { hasCode, MarketingCloudError } from '../errors';
import { hashGrantId, publish, type ForgottenGrant } from '../grants/events';
import { markTokensDead, readIfAlive, releaseGrant } from '../grants/end-grant';
import {
  holdSameTokens,
  isUnconfirmed,
  withFlags,
  withIdentity,
  type Grant,
  type Identity,
  type TokenRefusal,
} from '../grants/grant';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import { GrantStore, type GrantStoreOptions, type NewGrantDetails } from '../grants/grant-store';
import type { IssuedTokens, OAuthClient } from '../oauth/oauth-client';
import { Breaker } from './breaker';
import { GrantReader, type WaitBudget } from './grant-reader';
import { LateCommits } from './late-commits';
import { Refresher } from './refresher';

/** What grants need: where they are stored, and how they are refreshed. */
export interface GrantsOptions extends GrantStoreOptions {
  readonly client: OAuthClient;
  readonly refreshAheadMs: number;
  /** How long to look for newer tokens of another process where the vault cannot keep processes apart. */
  readonly timeoutMs: number;
}

/**
 * The grants of one strategy: everything that sessions, sign-ins and API calls do with them. A grant is read from the
 * vault and refreshed when it is due; storage and refresh are details behind this class.
 */
export class Grants {
  readonly #name: string;
  readonly #store: GrantStore;
  readonly #commits: LateCommits;
  readonly #reader: GrantReader;
  readonly #breaker: Breaker;
  readonly #refresher: Refresher;
  /** New grants that nothing has asked for yet. */
  readonly #unused = new Set<string>();

  constructor(options: GrantsOptions) {
    this.#name = options.name;
    this.#store = new GrantStore(options);
    this.#commits = new LateCommits(this.#store);
    this.#reader = new GrantReader(this.#store, this.#commits, options.now);
    this.#breaker = new Breaker(options.now);
    this.#refresher = new Refresher({ ...options, store: this.#store, commits: this.#commits, breaker: this.#breaker });
  }

  /** Creates a grant for its whole time. The caller says how its sign-in has ended: `hold`, `limit` or `delete`. */
  async create(tokens: IssuedTokens, about: NewGrantDetails): Promise<GrantSnapshot> {
    const snapshot = await this.#store.create(tokens, about);
    this.#unused.add(snapshot.id);
    return snapshot;
  }

  /** Keeps a new grant for its whole time, now that a session holds it. */
  async hold(snapshot: GrantSnapshot): Promise<void> {
    this.#unused.delete(snapshot.id);
    await this.#store.persist(snapshot);
  }

  /**
   * Keeps a new grant for ten minutes only, until it is used. One that is in use already stays as it is. Resolves to the
   * grant as it was written last.
   */
  async limit(snapshot: GrantSnapshot): Promise<GrantSnapshot> {
    return this.#unused.delete(snapshot.id) ? await this.#store.limit(snapshot) : snapshot;
  }

  /**
   * The grant as it is, without a refresh.
   *
   * @param budget how long the request will wait for the vault while this process remembers a usable token
   * @throws MarketingCloudError `sign_in_required` when it is gone or dead; `vault_unavailable`
   */
  load(id: string, budget?: WaitBudget): Promise<GrantSnapshot> {
    this.#unused.delete(id);
    return this.#reader.load(id, budget);
  }

  /**
   * The grant with a token that is good now, where it can be had without waiting: the vault keeps its records in this
   * process, and nothing has to be refreshed or written. Undefined where `fresh` has to be asked.
   */
  freshNow(id: string): GrantSnapshot | undefined {
    this.#unused.delete(id);
    const snapshot = this.#commits.getWaiting(id) === undefined ? this.#store.readNow(id) : undefined;
    return snapshot !== undefined && this.#refresher.isFresh(snapshot) ? snapshot : undefined;
  }

  /**
   * The grant with a token that is good now.
   *
   * @throws MarketingCloudError `sign_in_required`, or why the refresh failed that had to be waited for
   */
  async fresh(id: string, budget?: WaitBudget): Promise<GrantSnapshot> {
    const snapshot = await this.load(id, budget);
    return this.#refresher.isFresh(snapshot) ? snapshot : await this.#refresher.fresh(snapshot);
  }

  /**
   * The grant with another token than this one, which an API has refused. A refresh since then counts; the token stays
   * where it is not a likely reason for the refusal (`isReplaceable`).
   *
   * @throws MarketingCloudError as `fresh` does
   */
  async replace(id: string, accessToken: string, refusal: TokenRefusal, budget?: WaitBudget): Promise<GrantSnapshot> {
    return await this.#refresher.replace(await this.load(id, budget), accessToken, refusal);
  }

  /**
   * The grant with tokens for another business unit. Only userinfo tells whether the tokens act there.
   *
   * @throws MarketingCloudError `business_unit_denied`, and then the grant stays as it was; else as `fresh` does
   */
  switchBusinessUnit(snapshot: GrantSnapshot, accountId: number): Promise<GrantSnapshot> {
    return this.#refresher.switchBusinessUnit(snapshot, accountId);
  }

  /**
   * Records what userinfo says of a grant's tokens. Resolves to the grant as it is then. Tokens that turn out to be
   * another user's end the grant.
   *
   * @throws MarketingCloudError `sign_in_required`; `vault_unavailable`
   */
  async confirmIdentity(snapshot: GrantSnapshot, identity: Identity): Promise<GrantSnapshot> {
    const known = snapshot.grant.identity;
    if (known !== undefined && (known.userId !== identity.userId || known.enterpriseId !== identity.enterpriseId)) {
      await markTokensDead(this.#store, snapshot, 'identity_changed');
      this.#publishForgotten(snapshot.id, 'user-changed');
      throw new MarketingCloudError('sign_in_required');
    }
    if (known?.businessUnitId === identity.businessUnitId && !isUnconfirmed(snapshot.grant)) return snapshot;
    // Tokens of a refresh since then may act in another business unit.
    const confirm = (grant: Grant): Grant =>
      holdSameTokens(grant, snapshot.grant) ? withIdentity(grant, identity) : grant;
    try {
      return await this.#change(snapshot.id, confirm);
    } catch (error) {
      // The new tokens of a switch wait for the vault, too; the next use asks userinfo again.
      if (!isUnconfirmed(snapshot.grant) || !hasCode(error, 'vault_unavailable')) throw error;
      return snapshot;
    }
  }

  /** Lets a grant outlive its session, for jobs. */
  async keep(id: string): Promise<void> {
    await this.#change(id, (grant) => withFlags(grant, { persistent: true, kept: true }));
  }

  /** Whether the grant was kept when its session ended: then only jobs may use it. */
  async isDetached(id: string): Promise<boolean> {
    return (await readIfAlive(this.#store, id))?.grant.detached === true;
  }

  /** Ends a session's use of a grant: a kept one stays for jobs, any other is deleted. */
  async release(id: string, why: ForgottenGrant): Promise<void> {
    if (await releaseGrant(this.#store, id)) this.#publishForgotten(id, why);
  }

  /** Deletes a grant, kept or not. */
  async delete(id: string, why: ForgottenGrant): Promise<void> {
    this.#unused.delete(id);
    await this.#store.delete(id);
    this.#publishForgotten(id, why);
  }

  /** Pauses a tenant's refreshes after a 429 at the token call of a sign-in: the limit is the tenant's. */
  pauseRefreshes(subdomain: string, error: MarketingCloudError): void {
    this.#breaker.pauseForSignIn(subdomain, error);
  }

  /** Resolves when the refreshes and commits that are under way have ended. */
  async close(): Promise<void> {
    await this.#refresher.close();
    await this.#commits.close();
  }

  #publishForgotten(id: string, why: ForgottenGrant): void {
    publish('grant-forgotten', () => ({ strategy: this.#name, grant: hashGrantId(id), why }));
  }

  async #change(id: string, change: (grant: Grant) => Grant): Promise<GrantSnapshot> {
    return await this.#store.change(await this.#reader.loadStored(id), change);
  }
}
