import { ApiError, hasCode, MarketingCloudError } from '../errors';
import { isUnconfirmed, toIdentity, type Refusal } from '../grants/grant';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { Profile } from '../protocol/userinfo';
import { createWaitBudget, type WaitBudget } from '../refresh/grant-reader';
import { parsePositiveInteger } from '../whole-number';
import { toCredentials, type Credentials } from './credentials';
import type { Engine } from './engine';
import { createFetch, type MarketingCloudFetch } from './fetch';
import { createRestClient, type RestClient } from './rest-client';

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

/** Where a connection has its grant's id from: a session, or a job. */
export interface GrantHolder {
  /** The id at this moment. No I/O. */
  grantId(): string | undefined;
  /** The id, after a grant whose login is over has been released. */
  resolveGrantId(): Promise<string | undefined>;
  /** Whether it is a session: it loses access to a grant that was kept when the session ended. */
  readonly isSession: boolean;
  /** Drops the id. */
  release(): Promise<void>;
}

/** A connection over a strategy's engine. */
export class Connection implements MarketingCloud {
  readonly #engine: Engine;
  readonly #holder: GrantHolder;
  #budget: WaitBudget | undefined;
  #latest: GrantSnapshot | undefined;
  /** The credentials of the latest snapshot, once they have been asked for. */
  #shown: { readonly snapshot: GrantSnapshot; readonly credentials: Credentials } | undefined;
  #rest: RestClient | undefined;
  #fetch: MarketingCloudFetch | undefined;

  constructor(engine: Engine, holder: GrantHolder) {
    this.#engine = engine;
    this.#holder = holder;
  }

  get connected(): boolean {
    return this.#holder.grantId() !== undefined;
  }

  get grantId(): string | undefined {
    return this.#holder.grantId();
  }

  get rest(): RestClient {
    return (this.#rest ??= createRestClient(this.#engine.transport, this.#tokens()));
  }

  get fetch(): MarketingCloudFetch {
    return (this.#fetch ??= createFetch(this.#engine.transport, this.#tokens()));
  }

  credentials(): Promise<Credentials> {
    const credentials = this.#credentialsNow();
    return credentials === undefined ? this.#waitForCredentials() : Promise.resolve(credentials);
  }

  async #waitForCredentials(): Promise<Credentials> {
    const snapshot = await this.#fresh();
    const { identity } = snapshot.grant;
    if (identity !== undefined && !isUnconfirmed(snapshot.grant)) return toCredentials(snapshot, identity);
    try {
      // The sign-in skipped the profile, or userinfo has not answered since a switch of business unit.
      const asked = await this.#askUserinfo(snapshot);
      return toCredentials(asked.snapshot, asked.profile);
    } catch (error) {
      if (identity === undefined || hasCode(error, 'sign_in_required')) throw error;
      return toCredentials(snapshot, identity);
    }
  }

  async userinfo(): Promise<Profile> {
    return (await this.#askUserinfo(await this.#fresh())).profile;
  }

  async switchBusinessUnit(businessUnitId: number | string): Promise<Credentials> {
    const accountId = parsePositiveInteger(businessUnitId);
    if (accountId === undefined) {
      throw new TypeError(
        'switchBusinessUnit() needs the MID of a business unit, a positive whole number or its digits.',
      );
    }
    const { grants } = this.#engine;
    const before = this.#use(await grants.load(await this.#id(), this.#getBudget()));
    const { snapshot, profile } = await this.#askUserinfo(
      this.#use(await grants.switchBusinessUnit(before, accountId)),
    );
    if (profile.businessUnitId !== accountId) throw new MarketingCloudError('business_unit_denied');
    return toCredentials(snapshot, profile);
  }

  async keep(): Promise<string> {
    const { id } = await this.#fresh();
    await this.#engine.grants.keep(id);
    return id;
  }

  async refused(accessToken: string): Promise<Credentials> {
    if (typeof accessToken !== 'string') throw new TypeError('refused(accessToken) needs the token that was refused.');
    // The app has read the answer, so that the token's age does not count.
    await this.#replace(accessToken, 'expired');
    return await this.credentials();
  }

  /** The same as `refused()`, for a 401 that may have other reasons than the token. */
  static async replace(connection: MarketingCloud, accessToken: string): Promise<Credentials> {
    if (!(#holder in connection)) return await connection.refused(accessToken);
    await connection.#replace(accessToken, 'unauthorized');
    return await connection.credentials();
  }

  /**
   * The credentials that this connection has used last, so that what the guard has shown follows a refresh within the
   * same request.
   */
  static getLatest(connection: MarketingCloud): Credentials | undefined {
    return #latest in connection ? connection.#latestCredentials() : undefined;
  }

  /** The credentials, where they are good and can be had without waiting; undefined where `credentials()` has to be asked. */
  static getNow(connection: MarketingCloud): Credentials | undefined {
    return #latest in connection ? connection.#credentialsNow() : undefined;
  }

  /** Releases the session's grant if its login is over. */
  static async releaseOrphan(connection: MarketingCloud): Promise<void> {
    if (#holder in connection) await connection.#holder.resolveGrantId();
  }

  async disconnect(): Promise<void> {
    const { grants } = this.#engine;
    const id = await this.#holder.resolveGrantId();
    // In this order: while the vault is away the id stays, so that the call can be repeated.
    if (id !== undefined && !(this.#holder.isSession && (await grants.isDetached(id)))) await grants.delete(id);
    await this.#holder.release();
  }

  #credentialsNow(): Credentials | undefined {
    const id = this.#holder.grantId();
    const snapshot = id === undefined ? undefined : this.#engine.grants.freshNow(id);
    if (snapshot?.grant.identity === undefined || isUnconfirmed(snapshot.grant)) return undefined;
    if (snapshot.grant.detached === true) return undefined;
    this.#use(snapshot);
    return this.#latestCredentials();
  }

  #latestCredentials(): Credentials | undefined {
    const latest = this.#latest;
    if (latest?.grant.identity === undefined) return undefined;
    if (this.#shown?.snapshot !== latest) {
      this.#shown = { snapshot: latest, credentials: toCredentials(latest, latest.grant.identity) };
    }
    return this.#shown.credentials;
  }

  #tokens() {
    return {
      fresh: () => this.#fresh(),
      replace: (accessToken: string, refusal: Refusal) => this.#replace(accessToken, refusal),
    };
  }

  async #fresh(): Promise<GrantSnapshot> {
    return this.#use(await this.#engine.grants.fresh(await this.#id(), this.#getBudget()));
  }

  async #replace(accessToken: string, refusal: Refusal): Promise<GrantSnapshot> {
    return this.#use(await this.#engine.grants.replace(await this.#id(), accessToken, refusal, this.#getBudget()));
  }

  /** @throws MarketingCloudError `sign_in_required` for a session whose grant belongs to jobs only */
  #use(snapshot: GrantSnapshot): GrantSnapshot {
    if (this.#holder.isSession && snapshot.grant.detached === true) throw new MarketingCloudError('sign_in_required');
    if (!isUnconfirmed(snapshot.grant)) this.#latest = snapshot;
    return snapshot;
  }

  /** What userinfo says, and the grant with the tokens that it accepted. A token that it refuses is replaced once. */
  async #askUserinfo(from: GrantSnapshot): Promise<{ readonly snapshot: GrantSnapshot; readonly profile: Profile }> {
    const { client, grants } = this.#engine;
    let snapshot = from;
    const ask = (): Promise<Profile> =>
      client.userinfo(snapshot.tenant, snapshot.grant.accessToken, 'sign_in_required');
    const profile = await ask().catch(async (error: unknown) => {
      if (!isUnauthorized(error)) throw error;
      const { accessToken } = snapshot.grant;
      snapshot = this.#use(await grants.replace(snapshot.id, accessToken, 'unauthorized', this.#getBudget()));
      if (snapshot.grant.accessToken === accessToken) throw new ApiError({ status: 401 }, USERINFO);
      return await ask().catch((again: unknown) => {
        throw isUnauthorized(again) ? new ApiError({ status: 401 }, USERINFO) : again;
      });
    });
    this.#use(await grants.confirmIdentity(snapshot, toIdentity(profile)));
    return { snapshot, profile };
  }

  /** A request has one for all its reads. A job's calls may be hours apart, and each has its own. */
  #getBudget(): WaitBudget | undefined {
    return this.#holder.isSession ? (this.#budget ??= createWaitBudget()) : undefined;
  }

  async #id(): Promise<string> {
    const id = await this.#holder.resolveGrantId();
    if (id === undefined) throw new MarketingCloudError('sign_in_required');
    return id;
  }
}
