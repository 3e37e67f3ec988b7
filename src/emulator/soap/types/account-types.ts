import { Seeded } from '../../rest/seeded';
import type { BusinessUnit, InstalledPackage, Tenant, TimeZone, User } from '../../world/model';
import { timeZoneId } from '../../world/time-zone-ids';
import type { World } from '../../world/world';
import type { SoapObject } from '../soap-object';
import { plainType, type SoapObjectType } from '../soap-object-type';
import { describeRole } from './role-type';

/** The tenant's business units. */
export const BUSINESS_UNIT = plainType({
  name: 'BusinessUnit',
  scope: 'accounts_read',
  properties: {
    'Client.ID': 'number',
    CreatedDate: 'date',
    ModifiedDate: 'date',
    ID: 'number',
    CustomerKey: 'text',
    Name: 'text',
    AccountType: 'text',
    ParentID: 'number',
    ParentName: 'text',
    Email: 'text',
    FromName: 'text',
    IsActive: 'boolean',
    'Locale.LocaleCode': 'text',
    'TimeZone.ID': 'number',
    'TimeZone.Name': 'text',
    MasterUnsubscribeBehavior: 'text',
  },
  list: ({ tenant }, businessUnitIds) =>
    tenant.businessUnits.filter(({ id }) => businessUnitIds.includes(id)).map((unit) => describeUnit(unit, tenant)),
});

/** The users who may work in a business unit, and the API users of the tenant's installed packages. */
export function accountUserType(world: World): SoapObjectType {
  return plainType({
    name: 'AccountUser',
    scope: 'users_read',
    properties: {
      'Client.ID': 'number',
      'Client.ModifiedBy': 'number',
      CreatedDate: 'date',
      ModifiedDate: 'date',
      ID: 'number',
      CustomerKey: 'text',
      AccountUserID: 'number',
      UserID: 'text',
      Name: 'text',
      Email: 'text',
      MustChangePassword: 'boolean',
      ActiveFlag: 'boolean',
      Delete: 'number',
      LastSuccessfulLogin: 'date',
      IsAPIUser: 'boolean',
      NotificationEmailAddress: 'text',
      IsLocked: 'boolean',
      DefaultBusinessUnit: 'number',
      'Locale.LocaleCode': 'text',
      'TimeZone.ID': 'number',
      'TimeZone.Name': 'text',
      Roles: 'objects',
    },
    alwaysShown: ['ID', 'Delete'],
    list: ({ tenant }, businessUnitIds) => [
      ...tenant.users
        .filter((user) => user.businessUnitIds.some((id) => businessUnitIds.includes(id)))
        .map((user) => describeUser(user, tenant)),
      ...apiPackages(world, tenant).map((installed) => describeApiUser(installed, tenant)),
    ],
  });
}

/** Which user may work in which business unit, a pair at a time. */
export function accountUserAccountType(world: World): SoapObjectType {
  return plainType({
    name: 'AccountUserAccount',
    scope: 'users_read',
    properties: { 'AccountUser.AccountUserID': 'number', 'Account.ID': 'number' },
    list: ({ tenant }) => [
      ...tenant.users.flatMap((user) => user.businessUnitIds.map((unitId) => pair(user.id, unitId))),
      ...apiPackages(world, tenant).flatMap(({ apiUserId, settings }) =>
        tenant.businessUnits
          .filter(({ id }) => settings.latest.businessUnitIds === 'all' || settings.latest.businessUnitIds.includes(id))
          .map(({ id }) => pair(apiUserId, id)),
      ),
    ],
  });
}

function pair(userId: number, businessUnitId: number): SoapObject {
  return { 'AccountUser.AccountUserID': userId, 'Account.ID': businessUnitId };
}

/** A server-to-server package acts as a user of its own, whom Setup lists as an *app user*. */
function apiPackages(world: World, tenant: Tenant): readonly InstalledPackage[] {
  return world.packages.filter(
    ({ kind, subdomain, enabled }) => kind === 'server-to-server' && subdomain === tenant.subdomain && enabled,
  );
}

function describeUnit({ id, name, active }: BusinessUnit, tenant: Tenant): SoapObject {
  const isTop = id === tenant.enterpriseId;
  const created = new Date(new Seeded(`business unit ${id}`).moment());
  return {
    'Client.ID': id,
    CreatedDate: created,
    ModifiedDate: created,
    ID: id,
    CustomerKey: String(id),
    Name: name,
    AccountType: isTop ? 'ENTERPRISE_2' : 'BUSINESS_UNIT',
    ParentID: isTop ? 0 : tenant.enterpriseId,
    ParentName: isTop ? '' : tenant.enterpriseName,
    Email: `news-${id}@example.com`,
    FromName: name,
    IsActive: active ?? true,
    'Locale.LocaleCode': tenant.locale,
    ...timeZone(tenant.timezone),
    MasterUnsubscribeBehavior: 'ENTIRE_ENTERPRISE',
  };
}

function describeUser(user: User, tenant: Tenant): SoapObject {
  return {
    ...describeAnyUser(user.id, tenant),
    CustomerKey: user.username,
    UserID: user.username,
    Name: user.name,
    Email: user.email,
    ActiveFlag: user.enabled,
    IsAPIUser: user.apiUser,
    NotificationEmailAddress: user.email,
    IsLocked: user.locked,
    DefaultBusinessUnit: user.businessUnitIds[0] ?? 0,
    'Locale.LocaleCode': user.locale,
    ...timeZone(user.timezone),
    Roles: { element: 'Role', objects: user.roles.map((name) => describeRole(name, tenant)) },
  };
}

function describeApiUser({ apiUserId, id, name }: InstalledPackage, tenant: Tenant): SoapObject {
  return {
    ...describeAnyUser(apiUserId, tenant),
    CustomerKey: id,
    UserID: id,
    Name: `${name} app user`,
    Email: '',
    ActiveFlag: true,
    // Empty, and not left out, for one that never signed in.
    LastSuccessfulLogin: '',
    IsAPIUser: true,
    NotificationEmailAddress: '',
    IsLocked: false,
    DefaultBusinessUnit: tenant.enterpriseId,
    'Locale.LocaleCode': tenant.locale,
    ...timeZone(tenant.timezone),
    Roles: { element: 'Role', objects: [describeRole('Administrator', tenant)] },
  };
}

function describeAnyUser(id: number, tenant: Tenant): SoapObject {
  const seeded = new Seeded(`user ${id}`);
  const created = seeded.moment();
  const days = (): number => seeded.integer(1, 200) * 24 * 60 * 60 * 1000;
  return {
    'Client.ID': tenant.enterpriseId,
    'Client.ModifiedBy': tenant.users[0]?.id ?? 0,
    CreatedDate: new Date(created),
    ModifiedDate: new Date(created + days()),
    ID: id,
    AccountUserID: id,
    MustChangePassword: false,
    Delete: 0,
    LastSuccessfulLogin: new Date(created + days()),
  };
}

function timeZone({ longName }: TimeZone): SoapObject {
  return { 'TimeZone.ID': timeZoneId(longName), 'TimeZone.Name': longName };
}
