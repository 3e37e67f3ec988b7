import type { Propagated } from './propagated';

/** A time zone as `/v2/userinfo` writes it; `offset` is in hours. */
export interface TimeZone {
  readonly longName: string;
  readonly shortName: string;
  readonly offset: number;
  readonly dst: boolean;
}

/** An account under a tenant that users work in; `id` is its MID. The top one's MID is the tenant's EID. */
export interface BusinessUnit {
  readonly id: number;
  name: string;
  /** `IsActive` of SOAP. @default true */
  active?: boolean | undefined;
}

/** A person who signs in. Change the fields at will: they are read at every call. */
export interface User {
  /** The employee id, `user.sub` of userinfo; unique within a tenant only. */
  readonly id: number;
  /** The login name; unique in the whole emulator, since the login page knows nothing else. */
  readonly username: string;
  name: string;
  email: string;
  locale: string;
  zoneinfo: string;
  timezone: TimeZone;
  /** The business units the user may work in; the first is the one they sign in to. */
  businessUnitIds: number[];
  /** What the user may do, as scope names. A REST call needs the scope in the token *and* here. */
  permissions: Set<string>;
  /** The names of the user's roles, such as `Administrator`, as SOAP shows them. They give no permissions. */
  roles: string[];
  /** A user who is not enabled cannot sign in, and tokens issued before stop working. */
  enabled: boolean;
  /** `IsLocked` of SOAP: too many wrong passwords. Only shown; there are no passwords here. */
  locked: boolean;
  /** `IsAPIUser` of SOAP. Only shown. */
  apiUser: boolean;
}

/** A customer of Marketing Cloud: a top-level account with its own subdomain. */
export interface Tenant {
  readonly subdomain: string;
  readonly enterpriseId: number;
  enterpriseName: string;
  accountType: 'core' | 'reseller' | 'tiered' | 'enterprise';
  stackKey: string;
  region: 'NA1' | 'EU1';
  locale: string;
  zoneinfo: string;
  timezone: TimeZone;
  readonly businessUnits: BusinessUnit[];
  readonly users: User[];
}

/** The three types of API integration. */
export type PackageKind = 'web' | 'public' | 'server-to-server';

/** One client secret of an integration. Active and staged secrets are both accepted, until `expiresAt`. */
export interface ClientSecret {
  readonly value: string;
  status: 'staged' | 'active' | 'expired';
  /** From when it is accepted: a fresh one needs the propagation time. Milliseconds since the epoch. */
  acceptedFrom: number;
  /** 180 days after it was generated, unless the options say otherwise. Milliseconds since the epoch. */
  expiresAt: number;
}

/** What an admin can change in Setup; a change takes `propagationSeconds` to be seen. */
export interface PackageSettings {
  readonly scopes: readonly string[];
  /** Exact callback URLs, or every one on this machine. */
  readonly redirectUrls: readonly string[] | 'any-on-loopback';
  /** Login names of users without a licence; everybody else has one. */
  readonly unlicensedUsers: readonly string[];
  /** The business units in which the integration is enabled. */
  readonly businessUnitIds: readonly number[] | 'all';
}

/** An installed package with its one API integration. */
export interface InstalledPackage {
  readonly id: string;
  readonly name: string;
  readonly kind: PackageKind;
  /** The tenant it was made in. */
  readonly subdomain: string;
  readonly clientId: string;
  /** Empty for a public app. */
  readonly secrets: ClientSecret[];
  readonly settings: Propagated<PackageSettings>;
  /** On AppExchange: installed in every tenant, and the callback carries the user's `tssd`. */
  published: boolean;
  /** A package that is not enabled (removed by the admin) is not known to any endpoint. */
  enabled: boolean;
  /** The user that a server-to-server token acts as in userinfo and tokenContext. */
  readonly apiUserId: number;
}
