import { hasCode, MarketingCloudError } from '../errors';
import { isUnconfirmed, type TokenRefusal } from '../grants/grant';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { Profile } from '../protocol/userinfo';
import { createWaitBudget, type WaitBudget } from '../refresh/grant-reader';
import { parsePositiveInteger } from '../whole-number';
import { withTimeout } from '../with-timeout';
import { askUserinfo } from './ask-userinfo';
import { toAccountTag } from './account-tag';
import { toCredentials, type Credentials } from './credentials';
import type { ConfirmedProfile, Engine } from './engine';
import { createFetch, type MarketingCloudFetch } from './fetch';
import type { MarketingCloud } from './marketing-cloud';
import { createRestClient, type RestClient } from './rest-client';
import { toSignInChallenge } from './sign-in-challenge';

/** How long a request waits for userinfo where the grant knows a business unit, which counts until another is confirmed. */
const MAX_CONFIRMATION_MS = 2_000;

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
  /** Where the user signs in: a page of the app. Unknown for a job. */
  #loginUrl: string | undefined;
  /** The credentials of the latest snapshot, once they have been asked for. */
  #shown: { readonly snapshot: GrantSnapshot; readonly credentials: Credentials } | undefined;
  #rest: RestClient | undefined;
  #fetch: MarketingCloudFetch | undefined;

  constructor(engine: Engine, holder: GrantHolder, loginUrl?: string) {
    this.#engine = engine;
    this.#holder = holder;
    this.#loginUrl = loginUrl;
  }

  get connected(): boolean {
    return this.#holder.grantId() !== undefined;
  }

  get grantId(): string | undefined {
    return this.#holder.grantId();
  }

  get account(): string | undefined {
    const { identity } = this.#latest?.grant ?? {};
    return identity === undefined || this.#holder.grantId() === undefined ? undefined : toAccountTag(identity);
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
      const key = `${this.#holder.isSession} ${snapshot.id} ${snapshot.grant.accessToken}`;
      const ask = (): Promise<ConfirmedProfile> =>
        this.#engine.confirmations.share(key, () => this.#askUserinfo(snapshot));
      if (identity === undefined) return this.#useProfile(await ask());
      const asked = await withTimeout(MAX_CONFIRMATION_MS, ask, () => undefined);
      return asked === undefined ? toCredentials(snapshot, identity) : this.#useProfile(asked);
    } catch (error) {
      if (hasCode(error, 'sign_in_required')) throw this.#withChallenge(error);
      if (identity === undefined) throw withRetryAfter(error);
      return toCredentials(snapshot, identity);
    }
  }

  async userinfo(): Promise<Profile> {
    try {
      const { profile } = await this.#askUserinfo(await this.#fresh());
      return profile;
    } catch (error) {
      throw this.#withChallenge(error);
    }
  }

  async switchBusinessUnit(businessUnitId: number | string): Promise<Credentials> {
    const accountId = parsePositiveInteger(businessUnitId);
    if (accountId === undefined) {
      throw new TypeError(
        'switchBusinessUnit() needs the MID of a business unit, a positive whole number or its digits.',
      );
    }
    const { grants } = this.#engine;
    try {
      const before = this.#use(await grants.load(await this.#id(), this.#getBudget()));
      const { snapshot, profile } = await this.#askUserinfo(
        this.#use(await grants.switchBusinessUnit(before, accountId)),
      );
      if (profile.businessUnitId !== accountId) throw new MarketingCloudError('business_unit_denied');
      return toCredentials(snapshot, profile);
    } catch (error) {
      throw this.#withChallenge(error);
    }
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

  /** Where the user signs in, on this request. */
  static getLoginUrl(connection: MarketingCloud): string | undefined {
    return #loginUrl in connection ? connection.#loginUrl : undefined;
  }

  /** Says where the user signs in, on this request. */
  static setLoginUrl(connection: MarketingCloud, loginUrl: string): void {
    if (#loginUrl in connection) connection.#loginUrl = loginUrl;
  }

  /** Releases the session's grant if its login is over. */
  static async releaseOrphan(connection: MarketingCloud): Promise<void> {
    if (#holder in connection) await connection.#holder.resolveGrantId();
  }

  async disconnect(): Promise<void> {
    const { grants } = this.#engine;
    const id = await this.#holder.resolveGrantId();
    // In this order: while the vault is away the id stays, so that the call can be repeated.
    if (id !== undefined && !(this.#holder.isSession && (await grants.isDetached(id))))
      await grants.delete(id, 'disconnect');
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
      strategy: this.#engine.name,
      fresh: () => this.#fresh(),
      replace: (accessToken: string, refusal: TokenRefusal) => this.#replace(accessToken, refusal),
    };
  }

  async #fresh(): Promise<GrantSnapshot> {
    try {
      const id = this.#holder.grantId() ?? (await this.#id());
      return this.#use(await this.#engine.grants.fresh(id, this.#getBudget()));
    } catch (error) {
      throw this.#withChallenge(error);
    }
  }

  async #replace(accessToken: string, refusal: TokenRefusal): Promise<GrantSnapshot> {
    try {
      return this.#use(await this.#engine.grants.replace(await this.#id(), accessToken, refusal, this.#getBudget()));
    } catch (error) {
      throw this.#withChallenge(error);
    }
  }

  /** @throws MarketingCloudError `sign_in_required` for a session whose grant belongs to jobs only */
  #use(snapshot: GrantSnapshot): GrantSnapshot {
    if (this.#holder.isSession && snapshot.grant.detached === true) throw new MarketingCloudError('sign_in_required');
    if (!isUnconfirmed(snapshot.grant)) this.#latest = snapshot;
    return snapshot;
  }

  /** The credentials that userinfo has confirmed, also where another request has asked. */
  #useProfile({ snapshot, profile, current }: ConfirmedProfile): Credentials {
    this.#use(current);
    return toCredentials(snapshot, profile);
  }

  /** What userinfo says of a grant; from here on this connection has the grant as it is then. */
  async #askUserinfo(from: GrantSnapshot): Promise<ConfirmedProfile> {
    const asked = await askUserinfo(this.#engine, from, async ({ id, grant }) =>
      this.#use(await this.#engine.grants.replace(id, grant.accessToken, 'unauthorized', this.#getBudget())),
    );
    this.#use(asked.current);
    return asked;
  }

  /** Has `sign_in_required` say where to sign in: Express's own handler sends the error's headers to the page. */
  #withChallenge(error: unknown): unknown {
    if (this.#loginUrl === undefined || !hasCode(error, 'sign_in_required')) return error;
    const { message, status, hint, response, retryAfter, reason, cause } = error;
    // A new one: requests that have waited together share the error, and each has a login URL of its own.
    const own = new MarketingCloudError('sign_in_required', {
      ...{ message, status, hint, response, retryAfter, reason, cause },
    });
    return Object.assign(own, {
      headers: { ...own.headers, 'WWW-Authenticate': toSignInChallenge(this.#loginUrl) },
    });
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

/** An outage with the time to wait: a request that comes at once would ask again. */
function withRetryAfter(error: unknown): unknown {
  if (!hasCode(error, 'upstream_unavailable') || error.retryAfter !== undefined) return error;
  const { code, message, status, hint, response, cause } = error;
  return new MarketingCloudError(code, { message, status, hint, response, cause, retryAfter: 1 });
}
