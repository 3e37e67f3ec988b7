import type { GrantSnapshot } from '../grants/grant-snapshot';

/**
 * What it takes to call Marketing Cloud on a user's behalf. The two tokens are readable by name and not enumerable, so
 * that they stay out of JSON, spreads and logs.
 */
export interface Credentials {
  readonly accessToken: string;
  readonly refreshToken?: string;
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

/** A grant, with its identity known, as credentials. */
export function toCredentials(
  seen: GrantSnapshot,
  identity: { businessUnitId: number; enterpriseId: number },
): Credentials {
  const { grant, tenant } = seen;
  const shown = {
    expiresAt: grant.expiresAt,
    scope: [...grant.scope],
    authBaseUrl: tenant.authBaseUrl,
    restBaseUrl: tenant.restBaseUrl,
    soapBaseUrl: tenant.soapBaseUrl,
    subdomain: tenant.subdomain,
    businessUnitId: identity.businessUnitId,
    enterpriseId: identity.enterpriseId,
  };
  // Getters, since inspection with showHidden prints the values of hidden data properties.
  return Object.defineProperties(shown, {
    accessToken: { get: () => grant.accessToken, enumerable: false },
    ...(grant.refreshToken !== undefined && { refreshToken: { get: () => grant.refreshToken, enumerable: false } }),
  }) as Credentials;
}
