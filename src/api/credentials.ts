import type { Grant } from '../grants/grant';
import type { GrantSnapshot } from '../grants/grant-snapshot';

/**
 * What it takes to call Marketing Cloud on a user's behalf. The two tokens are readable by name and not enumerable, so
 * that they stay out of JSON, spreads and logs.
 *
 * @example
 * const { accessToken, restBaseUrl }: Credentials = await req.marketingCloud.credentials();
 * await fetch(`${restBaseUrl}/platform/v1/tokenContext`, { headers: { Authorization: `Bearer ${accessToken}` } });
 */
export interface Credentials {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly scope: string[];
  /** Base URLs end without a slash. */
  readonly authBaseUrl: string;
  readonly restBaseUrl: string;
  readonly soapBaseUrl: string;
  readonly subdomain: string;
  /** MID of the business unit that the tokens act in. */
  readonly businessUnitId: number;
  /** EID of the top-level account. */
  readonly enterpriseId: number;
}

/** The credentials of a grant whose identity is known. */
export function toCredentials(
  snapshot: GrantSnapshot,
  identity: { businessUnitId: number; enterpriseId: number },
): Credentials {
  return new GrantCredentials(snapshot, identity);
}

/** The tokens are accessors of the prototype: inspection with showHidden would print hidden data properties. */
class GrantCredentials implements Credentials {
  readonly expiresAt: number;
  readonly scope: string[];
  readonly authBaseUrl: string;
  readonly restBaseUrl: string;
  readonly soapBaseUrl: string;
  readonly subdomain: string;
  readonly businessUnitId: number;
  readonly enterpriseId: number;
  readonly #grant: Grant;

  constructor({ grant, tenant }: GrantSnapshot, identity: { businessUnitId: number; enterpriseId: number }) {
    this.expiresAt = grant.expiresAt;
    this.scope = [...grant.scope];
    this.authBaseUrl = tenant.authBaseUrl;
    this.restBaseUrl = tenant.restBaseUrl;
    this.soapBaseUrl = tenant.soapBaseUrl;
    this.subdomain = tenant.subdomain;
    this.businessUnitId = identity.businessUnitId;
    this.enterpriseId = identity.enterpriseId;
    this.#grant = grant;
  }

  get accessToken(): string {
    return this.#grant.accessToken;
  }

  get refreshToken(): string | undefined {
    return this.#grant.refreshToken;
  }
}
