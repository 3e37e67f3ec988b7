import type { Profile } from '../protocol/userinfo';
import type { Credentials } from './credentials';
import type { MarketingCloudFetch } from './fetch';
import type { RestClient } from './rest-client';

/**
 * A grant to call Marketing Cloud with: `req.marketingCloud`, or `strategy.grant(id)` outside a request.
 *
 * @example
 * async function countAssets({ rest }: MarketingCloud): Promise<number> {
 *   return (await rest.get<{ count: number }>('/asset/v1/content/assets')).count;
 * }
 * await countAssets(req.marketingCloud); // in a job: strategy.grant(id)
 */
export interface MarketingCloud {
  /** Whether this session holds a grant's id. No I/O, so the grant may be dead: `credentials()` knows. */
  readonly connected: boolean;
  /** That id, for work outside a request. */
  readonly grantId: string | undefined;
  /**
   * An opaque tag of the user and the business unit that the session acts for, to print in a page: as
   * `<meta name="marketing-cloud-account">` it comes back with the page's requests, and the guard refuses those of a page
   * that was made for another. Undefined before the grant has been read in this request, as by the guard. No I/O.
   */
  readonly account: string | undefined;
  /**
   * Credentials that are good now. A due token is served while a refresh runs in the background; the caller waits only
   * when less than 30 seconds are left.
   *
   * @throws MarketingCloudError `sign_in_required` without a grant; else why the refresh failed
   */
  credentials(): Promise<Credentials>;
  /**
   * Asks Marketing Cloud again who this is, in which business unit and with which permissions.
   *
   * @throws MarketingCloudError as `credentials()` does; `ApiError` when userinfo refuses a token that is good elsewhere
   */
  userinfo(): Promise<Profile>;
  /** Calls REST APIs with a fresh token, and parses what they answer. */
  readonly rest: RestClient;
  /** Calls any API of the tenant with a fresh token, SOAP too. Resolves to a `Response` of any status. */
  readonly fetch: MarketingCloudFetch;
  /**
   * For an app that makes its own calls: says that Marketing Cloud has refused this token. The token is refreshed once for
   * all who say so; one that took the place of a refused token itself stays, since a permission is missing then.
   *
   * @throws MarketingCloudError as `credentials()` does
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
   *   grant stays as it was; else as `credentials()` does
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
  /**
   * Deletes the grant, kept or not. One that is gone is no error.
   *
   * @throws MarketingCloudError `vault_unavailable`; the call can then be repeated
   */
  disconnect(): Promise<void>;
}
