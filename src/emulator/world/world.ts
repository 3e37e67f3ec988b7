import { randomInt, randomUUID } from 'node:crypto';
import { stageSecret, activateSecret, expireSecret, createInitialSecrets, type SecretRules } from './client-secrets';
import type {
  BusinessUnit,
  InstalledPackage,
  MenuApp,
  PackageKind,
  PackageSettings,
  Tenant,
  TimeZone,
  User,
} from './model';
import { Propagated } from './propagated';

const UTC: TimeZone = { longName: '(GMT) Coordinated Universal Time', shortName: 'GMT', offset: 0, dst: false };

/**
 * The values of a new user for `world.addUser`; the others have defaults.
 *
 * @example
 * emulator.world.addUser('mcemulator-alpine-outfitters', { username: 'ada', permissions: ['email_read'] });
 */
export interface NewUser {
  readonly username: string;
  readonly id?: number | undefined;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** @default 'en-US' */
  readonly locale?: string | undefined;
  /** @default 'UTC' */
  readonly zoneinfo?: string | undefined;
  readonly timezone?: TimeZone | undefined;
  /** @default the top-level business unit */
  readonly businessUnitIds?: readonly number[] | undefined;
  /** Scope names. @default none */
  readonly permissions?: Iterable<string> | undefined;
  /** Names of roles. @default `['Content Creator']` */
  readonly roles?: readonly string[] | undefined;
  /** @default false */
  readonly locked?: boolean | undefined;
  /** @default false */
  readonly apiUser?: boolean | undefined;
}

/**
 * The values of a new tenant for `world.addTenant`; the others have defaults.
 *
 * @example
 * emulator.world.addTenant({ subdomain: 'mcexample', enterpriseId: 530_000_000, users: [{ username: 'bo' }] });
 */
export interface NewTenant extends Partial<Omit<Tenant, 'users' | 'subdomain' | 'enterpriseId' | 'businessUnits'>> {
  readonly subdomain: string;
  readonly enterpriseId: number;
  /** @default one, with the EID as its MID */
  readonly businessUnits?: readonly BusinessUnit[] | undefined;
  readonly users?: readonly NewUser[] | undefined;
}

/**
 * The values of a new package for `world.addPackage`; the others have defaults.
 *
 * @example
 * emulator.world.addPackage({ subdomain: 'mcexample', kind: 'public', clientId: 'app', scopes: ['offline'] });
 */
export interface NewPackage extends Partial<PackageSettings> {
  readonly subdomain: string;
  readonly kind: PackageKind;
  readonly clientId: string;
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  /** The active secret; required for a web or server-to-server package. */
  readonly secret?: string | undefined;
  /** @default false */
  readonly published?: boolean | undefined;
}

/**
 * A user with their tenant.
 *
 * @example
 * const account: Account | undefined = emulator.world.findAccount('maya.lind');
 */
export interface Account {
  readonly tenant: Tenant;
  readonly user: User;
}

/**
 * The data that Setup of Marketing Cloud shows: tenants, users and installed packages. A change has an effect on the next
 * request.
 *
 * A package is named by its client id or by its kind (`'web'`, `'public'`, `'server-to-server'`), which means the first
 * tenant's. A method throws an Error for an unknown name and lists the known ones.
 *
 * @example
 * emulator.world.unlicense('maya.lind');
 * const secret = emulator.world.stageSecret();
 */
export class World {
  readonly tenants: Tenant[] = [];
  readonly packages: InstalledPackage[] = [];
  /** The apps of the shell's menu. */
  readonly menuApps: MenuApp[] = [];
  readonly #rules: SecretRules;

  constructor(rules: SecretRules) {
    this.#rules = rules;
  }

  tenant(subdomain: string): Tenant {
    const tenant = this.findTenant(subdomain);
    if (tenant === undefined) throw unknownName('tenant', subdomain, this.tenants, (each) => each.subdomain);
    return tenant;
  }

  findTenant(subdomain: string): Tenant | undefined {
    return this.tenants.find((tenant) => tenant.subdomain === subdomain.toLowerCase());
  }

  user(username: string): User {
    const account = this.findAccount(username);
    if (account !== undefined) return account.user;
    const users = this.tenants.flatMap((tenant) => tenant.users);
    throw unknownName('user', username, users, (each) => each.username);
  }

  findAccount(username: string): Account | undefined {
    const wanted = username.trim().toLowerCase();
    for (const tenant of this.tenants) {
      const user = tenant.users.find((each) => each.username.toLowerCase() === wanted);
      if (user !== undefined) return { tenant, user };
    }
    return undefined;
  }

  package(clientIdOrKind: string): InstalledPackage {
    const found =
      this.findPackage(clientIdOrKind) ?? this.packages.find((installed) => installed.kind === clientIdOrKind);
    if (found === undefined) throw unknownName('package', clientIdOrKind, this.packages, (each) => each.clientId);
    return found;
  }

  findPackage(clientId: string): InstalledPackage | undefined {
    return this.packages.find((installed) => installed.clientId === clientId);
  }

  /** Returns whether a package is installed in a tenant: an enabled one of the tenant, or a published one. */
  isInstalled(installed: InstalledPackage, tenant: Tenant): boolean {
    return installed.enabled && (installed.published || installed.subdomain === tenant.subdomain);
  }

  addTenant(added: NewTenant): Tenant {
    const { users = [], businessUnits, subdomain, ...rest } = added;
    const enterpriseName = added.enterpriseName ?? `Enterprise ${added.enterpriseId}`;
    const tenant: Tenant = {
      enterpriseName,
      accountType: 'enterprise',
      stackKey: 'S1',
      region: 'NA1',
      locale: 'en-US',
      zoneinfo: 'UTC',
      timezone: UTC,
      ...rest,
      subdomain: subdomain.toLowerCase(),
      businessUnits: (businessUnits ?? [{ id: added.enterpriseId, name: enterpriseName }]).map((unit) => ({ ...unit })),
      users: [],
    };
    if (this.findTenant(tenant.subdomain) !== undefined) throw takenName('tenant', tenant.subdomain);
    this.tenants.push(tenant);
    for (const user of users) this.addUser(tenant.subdomain, user);
    return tenant;
  }

  addUser(subdomain: string, added: NewUser): User {
    const tenant = this.tenant(subdomain);
    if (this.findAccount(added.username) !== undefined) throw takenName('user', added.username);
    const user: User = {
      id: added.id ?? randomInt(100_000_000, 999_999_999),
      username: added.username,
      name: added.name ?? added.username,
      email: added.email ?? `${added.username}@${tenant.subdomain}.example`,
      locale: added.locale ?? 'en-US',
      zoneinfo: added.zoneinfo ?? 'UTC',
      timezone: added.timezone ?? UTC,
      businessUnitIds: [...(added.businessUnitIds ?? tenant.businessUnits.slice(0, 1).map((unit) => unit.id))],
      permissions: new Set(added.permissions ?? []),
      roles: [...(added.roles ?? ['Content Creator'])],
      enabled: true,
      locked: added.locked ?? false,
      apiUser: added.apiUser ?? false,
    };
    tenant.users.push(user);
    return user;
  }

  removeUser(username: string): void {
    const user = this.user(username);
    for (const { users } of this.tenants) if (users.includes(user)) users.splice(users.indexOf(user), 1);
  }

  addPackage(added: NewPackage): InstalledPackage {
    if (this.findPackage(added.clientId) !== undefined) throw takenName('package', added.clientId);
    if (added.kind !== 'public' && added.secret === undefined) {
      throw new TypeError(`world.addPackage: a ${added.kind} package needs a secret`);
    }
    const settings: PackageSettings = {
      scopes: [...(added.scopes ?? [])],
      redirectUrls: added.redirectUrls ?? [],
      unlicensedUsers: added.unlicensedUsers ?? [],
      businessUnitIds: added.businessUnitIds ?? 'all',
    };
    const installed: InstalledPackage = {
      id: added.id ?? randomUUID(),
      name: added.name ?? added.clientId,
      kind: added.kind,
      subdomain: this.tenant(added.subdomain).subdomain,
      clientId: added.clientId,
      secrets: added.secret === undefined ? [] : createInitialSecrets(added.secret, this.#rules),
      settings: new Propagated(settings, this.#rules.propagationMs, this.#rules.now),
      published: added.published ?? false,
      enabled: true,
      apiUserId: randomInt(100_000_000, 999_999_999),
    };
    this.packages.push(installed);
    return installed;
  }

  /** Changes settings of a package: scopes, redirect URLs, licences, business units. */
  change(clientIdOrKind: string, changes: Partial<PackageSettings>): void {
    const { settings } = this.package(clientIdOrKind);
    settings.set({ ...settings.latest, ...changes });
  }

  /** Removes a user's licence for a package: they cannot sign in, and their tokens stop working. */
  unlicense(username: string, clientIdOrKind = 'web'): void {
    const name = this.user(username).username;
    const { unlicensedUsers } = this.package(clientIdOrKind).settings.latest;
    this.change(clientIdOrKind, { unlicensedUsers: [...new Set([...unlicensedUsers, name])] });
  }

  /** Gives a user a licence for a package. */
  license(username: string, clientIdOrKind = 'web'): void {
    const name = this.user(username).username;
    const { unlicensedUsers } = this.package(clientIdOrKind).settings.latest;
    this.change(clientIdOrKind, { unlicensedUsers: unlicensedUsers.filter((each) => each !== name) });
  }

  /** Generates a staged secret, which is accepted in addition to the active one, and returns it. */
  stageSecret(clientIdOrKind = 'web'): string {
    return stageSecret(this.package(clientIdOrKind), this.#rules);
  }

  /** Activates the staged secret; the one that was active expires at once. */
  activateSecret(clientIdOrKind = 'web'): void {
    activateSecret(this.package(clientIdOrKind));
  }

  /** Expires a secret now: the given one, or the active one. */
  expireSecret(clientIdOrKind = 'web', value?: string): void {
    expireSecret(this.package(clientIdOrKind), value);
  }
}

function unknownName<T>(what: string, name: string, all: readonly T[], getName: (each: T) => string): Error {
  return new Error(`world: unknown ${what} ${JSON.stringify(name)}; known: ${all.map(getName).join(', ')}`);
}

function takenName(what: string, name: string): TypeError {
  return new TypeError(`world: the ${what} ${JSON.stringify(name)} already exists; choose another name`);
}
