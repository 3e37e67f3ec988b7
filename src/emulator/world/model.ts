import type { Propagated } from './propagated';

/**
 * A time zone as in `/v2/userinfo`. `offset` is in hours.
 *
 * @example
 * const timezone: TimeZone = { longName: '(GMT) Coordinated Universal Time', shortName: 'GMT', offset: 0, dst: false };
 */
export interface TimeZone {
  readonly longName: string;
  readonly shortName: string;
  readonly offset: number;
  readonly dst: boolean;
}

/**
 * A business unit of a tenant. `id` is its MID; the MID of the top-level one is the tenant's EID.
 *
 * @example
 * emulator.world.tenants[0]?.businessUnits.push({ id: 510_001_103, name: 'Alpine Outfitters Outlet' });
 */
export interface BusinessUnit {
  readonly id: number;
  name: string;
  /** `IsActive` of SOAP. @default true */
  active?: boolean | undefined;
}

/**
 * A user. A change of a field has an effect on the next request.
 *
 * @example
 * emulator.world.user('maya.lind').permissions.delete('email_read');
 */
export interface User {
  /** The employee id, `user.sub` of userinfo; unique within a tenant only. */
  readonly id: number;
  /** The login name, unique in the whole emulator. */
  readonly username: string;
  name: string;
  email: string;
  locale: string;
  zoneinfo: string;
  timezone: TimeZone;
  /** The business units that the user has access to; the first is the one they sign in to. */
  businessUnitIds: number[];
  /** The user's permissions, as scope names. A call needs the scope in the token and here. */
  permissions: Set<string>;
  /** The names of the user's roles, such as `Administrator`, as SOAP shows them. They do not change the permissions. */
  roles: string[];
  /** A user who is not enabled cannot sign in, and their tokens stop working. */
  enabled: boolean;
  /** `IsLocked` of SOAP. It has no other effect. */
  locked: boolean;
  /** `IsAPIUser` of SOAP. It has no other effect. */
  apiUser: boolean;
}

/**
 * A tenant: a top-level account with its own subdomain.
 *
 * @example
 * emulator.world.tenant('mcemulator-alpine-outfitters').enterpriseName = 'Renamed';
 */
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

/**
 * The kind of a package's API integration.
 *
 * @example
 * const kind: PackageKind = 'server-to-server';
 * const { clientID } = emulator.strategyOptions({ app: kind });
 */
export type PackageKind = 'web' | 'public' | 'server-to-server';

/**
 * A client secret of an integration. Active and staged secrets are accepted until `expiresAt`.
 *
 * @example
 * const active = emulator.world.package('web').secrets.find((secret) => secret.status === 'active');
 */
export interface ClientSecret {
  readonly value: string;
  status: 'staged' | 'active' | 'expired';
  /** When it begins to be accepted: after the propagation time. Milliseconds since the epoch. */
  acceptedFrom: number;
  /** When it expires, by default after 180 days. Milliseconds since the epoch. */
  expiresAt: number;
}

/**
 * The settings of a package that an administrator can change in Setup. A change takes `propagationSeconds` to have an
 * effect.
 *
 * @example
 * emulator.world.change('web', { scopes: ['email_read'] });
 */
export interface PackageSettings {
  readonly scopes: readonly string[];
  /** The redirect URLs, which are compared exactly, or any URL on loopback. */
  readonly redirectUrls: readonly string[] | 'any-on-loopback';
  /** The usernames without a licence; all other users have one. */
  readonly unlicensedUsers: readonly string[];
  /** The business units in which the integration is enabled. */
  readonly businessUnitIds: readonly number[] | 'all';
}

/**
 * An installed package with its API integration.
 *
 * @example
 * emulator.world.package('web').enabled = false;
 */
export interface InstalledPackage {
  readonly id: string;
  readonly name: string;
  readonly kind: PackageKind;
  /** The subdomain of the tenant that created it. */
  readonly subdomain: string;
  readonly clientId: string;
  /** Empty for a public app. */
  readonly secrets: ClientSecret[];
  readonly settings: Propagated<PackageSettings>;
  /** Whether it is on AppExchange: installed in every tenant, and the callback has the user's `tssd`. */
  published: boolean;
  /** A package that is not enabled is unknown to every endpoint, as after its removal in Setup. */
  enabled: boolean;
  /** The user id of a server-to-server token in userinfo and tokenContext. */
  readonly apiUserId: number;
}

/**
 * An app in the shell's menu.
 *
 * @example
 * emulator.world.menuApps.push({ name: 'My app', loginUrl: 'https://127.0.0.1:3000/', logoutUrl: 'https://127.0.0.1:3000/mc-logout' });
 */
export interface MenuApp {
  readonly name: string;
  /** _Login Endpoint_: the page that the shell shows in its frame. */
  readonly loginUrl: string;
  /** _Logout Endpoint_: called by a GET of the browser at a sign-out and at a switch of business unit. */
  readonly logoutUrl?: string | undefined;
}
