import { ApiError, hasCode, MarketingCloudError } from '../errors';
import { markDead } from '../grants/end-grant';
import {
  holdSameTokens,
  toIdentity,
  isUnconfirmed,
  withFlags,
  withIdentity,
  type Grant,
  type Identity,
  type Refusal,
} from '../grants/grant';
import { createWaitBudget, type WaitBudget } from '../refresh/grant-reader';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import { parsePositiveInteger } from '../whole-number';
import type { Profile } from '../protocol/userinfo';
import { toCredentials, type Credentials } from './credentials';
import type { Engine } from './engine';
import { marketingCloudFetch, type MarketingCloudFetch } from './fetch';
import { restClient, type RestClient } from './rest-client';

/** A grant to call Marketing Cloud with: `req.marketingCloud`, or `strategy.grant(id)` outside a request. */
export interface MarketingCloud {
  /** Whether this session holds a grant's id. No I/O, so the grant may be dead: `credentials()` knows. */
  readonly connected: boolean;
  /** That id, for work outside a request. */
  readonly grantId: string | undefined;
  /**
   * Credentials that are good now. A due token is served while a refresh runs in the background; the caller waits only
   * when less than 30 seconds are left.
   *
   * @throws MarketingCloudError `sign_in_required` without a grant; else why the refresh failed
   */
  credentials(): Promise<Credentials>;
  /** Asks Marketing Cloud again who this is, in which business unit and with which permissions. */
  userinfo(): Promise<Profile>;
  readonly rest: RestClient;
  readonly fetch: MarketingCloudFetch;
  /**
   * For an app that makes its own calls: says that Marketing Cloud has refused this token. The token is refreshed once for
   * all who say so; one that took the place of a refused token itself stays, since a permission is missing then.
   *
   * @example
   * let { accessToken } = await req.marketingCloud.credentials();
   * if ((await send(accessToken)).status === 401) ({ accessToken } = await req.marketingCloud.refused(accessToken));
   */
  refused(accessToken: string): Promise<Credentials>;
  /**
   * Has the grant act in another business unit: new tokens, by `account_id` on a refresh. Credentials and `userinfo()`
   * follow, the app's own user does not.
   *
   * @param businessUnitId its MID
   * @throws MarketingCloudError `business_unit_denied` (403) when the user or the integration has no access to it; the
   *   grant stays as it was
   */
  switchBusinessUnit(businessUnitId: number | string): Promise<Credentials>;
  /**
   * Lets the grant outlive this session, for jobs: sign-out and the next sign-in leave it in the vault. Ask for the scope
   * `offline`, or Marketing Cloud ends its tokens when the user signs out there. Resolves to the id for
   * `strategy.grant(id)`.
   *
   * @throws MarketingCloudError `sign_in_required` when the grant is dead or gone
   */
  keep(): Promise<string>;
  /** Forgets the grant, kept or not. */
  disconnect(): Promise<void>;
}

const USERINFO = { method: 'GET', path: '/v2/userinfo' };

function isUnauthorized(error: unknown): boolean {
  return error instanceof MarketingCloudError && error.response?.status === 401;
}

/** Who holds the id of a connection's grant. */
export interface GrantHolder {
  /** The id at this moment. No I/O. */
  grantId(): string | undefined;
  /** The id, once it is certain that it may still be used. */
  settle(): Promise<string | undefined>;
  /** Whether it is a session, which has no access to a grant that was kept when the session ended. */
  readonly isSession: boolean;
  /** Lets go of the id. */
  release(): Promise<void>;
}

/** A connection over a strategy's engine. */
export class Connection implements MarketingCloud {
  readonly rest: RestClient;
  readonly fetch: MarketingCloudFetch;
  readonly #engine: Engine;
  readonly #holder: GrantHolder;
  /** A request's; a job's calls may be hours apart, and each has its own. */
  readonly #patience: WaitBudget | undefined;
  #latest: GrantSnapshot | undefined;

  constructor(engine: Engine, holder: GrantHolder) {
    this.#engine = engine;
    this.#holder = holder;
    this.#patience = holder.isSession ? createWaitBudget() : undefined;
    const source = {
      fresh: () => this.#fresh(),
      replaced: (accessToken: string, refusal: Refusal) => this.#replaced(accessToken, refusal),
    };
    this.rest = restClient(engine.transport, source);
    this.fetch = marketingCloudFetch(engine.transport, source);
  }

  get connected(): boolean {
    return this.#holder.grantId() !== undefined;
  }

  get grantId(): string | undefined {
    return this.#holder.grantId();
  }

  async credentials(): Promise<Credentials> {
    const seen = await this.#fresh();
    const { identity } = seen.grant;
    if (identity !== undefined && !isUnconfirmed(seen.grant)) return toCredentials(seen, identity);
    try {
      // Signed in with skipUserProfile, or userinfo has not answered after a switch.
      const asked = await this.#askWho(seen);
      return toCredentials(asked.seen, asked.profile);
    } catch (error) {
      if (identity === undefined || hasCode(error, 'sign_in_required')) throw error;
      return toCredentials(seen, identity);
    }
  }

  async userinfo(): Promise<Profile> {
    return (await this.#askWho(await this.#fresh())).profile;
  }

  async switchBusinessUnit(businessUnitId: number | string): Promise<Credentials> {
    const accountId = parsePositiveInteger(businessUnitId);
    if (accountId === undefined) {
      throw new TypeError(
        'switchBusinessUnit() needs the MID of a business unit, a positive whole number or its digits.',
      );
    }
    const { refresher } = this.#engine;
    const before = this.#note(await refresher.known.load(await this.#id(), this.#patience));
    // Only a userinfo answer says which business unit the new tokens act in.
    const { seen, profile } = await this.#askWho(this.#note(await refresher.switched(before, accountId)));
    if (profile.businessUnitId !== accountId) throw new MarketingCloudError('business_unit_denied');
    return toCredentials(seen, profile);
  }

  async keep(): Promise<string> {
    const { id } = await this.#fresh();
    await this.#engine.refresher.known.change(id, (grant) => withFlags(grant, { persistent: true, kept: true }));
    return id;
  }

  async refused(accessToken: string): Promise<Credentials> {
    if (typeof accessToken !== 'string') throw new TypeError('refused(accessToken) needs the token that was refused.');
    // The app has judged the answer: how old the token is does not count.
    await this.#replaced(accessToken, 'expired');
    return await this.credentials();
  }

  /** The same as `refused()`, for a 401 that may have other reasons than the token. */
  static async replace(connection: MarketingCloud, accessToken: string): Promise<Credentials> {
    if (!(#holder in connection)) return await connection.refused(accessToken);
    await connection.#replaced(accessToken, 'unauthorized');
    return await connection.credentials();
  }

  /**
   * The credentials that this connection has used last, so that what the guard has shown follows a refresh within the
   * same request.
   */
  static latestOf(connection: MarketingCloud): Credentials | undefined {
    const latest = #latest in connection ? connection.#latest : undefined;
    return latest?.grant.identity && toCredentials(latest, latest.grant.identity);
  }

  /** Has a session let go of a grant whose login is over. */
  static async settle(connection: MarketingCloud): Promise<void> {
    if (#holder in connection) await connection.#holder.settle();
  }

  async disconnect(): Promise<void> {
    const id = await this.#holder.settle();
    // In this order: while the vault is away the id stays, so that it can be repeated.
    if (id !== undefined && !(this.#holder.isSession && (await this.#isDetached(id)))) {
      await this.#engine.grants.delete(id);
    }
    await this.#holder.release();
  }

  /** Whether the grant was kept when its session ended: a session that comes back has no say in it. */
  async #isDetached(id: string): Promise<boolean> {
    const seen = await this.#engine.grants.read(id).catch((error: unknown) => {
      if (hasCode(error, 'sign_in_required')) return undefined;
      throw error;
    });
    return seen?.grant.detached === true;
  }

  async #fresh(): Promise<GrantSnapshot> {
    return this.#note(await this.#engine.refresher.fresh(await this.#id(), this.#patience));
  }

  async #replaced(accessToken: string, refusal: Refusal): Promise<GrantSnapshot> {
    return this.#note(await this.#engine.refresher.replaced(await this.#id(), accessToken, refusal, this.#patience));
  }

  #note(seen: GrantSnapshot): GrantSnapshot {
    if (this.#holder.isSession && seen.grant.detached === true) throw new MarketingCloudError('sign_in_required');
    if (!isUnconfirmed(seen.grant)) this.#latest = seen;
    return seen;
  }

  /** Who this is, and the grant with the tokens that userinfo took: others than these where it refused them. */
  async #askWho(from: GrantSnapshot): Promise<{ readonly seen: GrantSnapshot; readonly profile: Profile }> {
    let seen = from;
    const ask = (): Promise<Profile> =>
      this.#engine.client.userinfo(seen.tenant, seen.grant.accessToken, 'sign_in_required');
    const profile = await ask().catch(async (error: unknown) => {
      if (!isUnauthorized(error)) throw error;
      const { accessToken } = seen.grant;
      seen = this.#note(await this.#engine.refresher.replaced(seen.id, accessToken, 'unauthorized', this.#patience));
      if (seen.grant.accessToken === accessToken) throw new ApiError({ status: 401 }, USERINFO);
      return await ask().catch((again: unknown) => {
        throw isUnauthorized(again) ? new ApiError({ status: 401 }, USERINFO) : again;
      });
    });
    await this.#settleIdentity(seen, toIdentity(profile));
    return { seen, profile };
  }

  /** Files what userinfo says. Tokens that have become another user's end the grant: they are nobody's here. */
  async #settleIdentity(seen: GrantSnapshot, identity: Identity): Promise<void> {
    const known = seen.grant.identity;
    if (known !== undefined && (known.userId !== identity.userId || known.enterpriseId !== identity.enterpriseId)) {
      // Others that have come meanwhile are asked about in their turn.
      await markDead(this.#engine.grants, seen, 'identity_changed');
      throw new MarketingCloudError('sign_in_required');
    }
    if (known?.businessUnitId === identity.businessUnitId && !isUnconfirmed(seen.grant)) return;
    // Tokens that have come meanwhile may act in another business unit.
    const settle = (grant: Grant): Grant => (holdSameTokens(grant, seen.grant) ? withIdentity(grant, identity) : grant);
    try {
      this.#note(await this.#engine.refresher.known.change(seen.id, settle));
    } catch (error) {
      // The new tokens of a switch wait for the vault, too; the next one to use them asks again whose they are.
      if (!isUnconfirmed(seen.grant) || !hasCode(error, 'vault_unavailable')) throw error;
    }
  }

  async #id(): Promise<string> {
    const id = await this.#holder.settle();
    if (id === undefined) throw new MarketingCloudError('sign_in_required');
    return id;
  }
}
