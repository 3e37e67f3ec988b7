import { SeededRandom } from '../../data/seeded-random';
import type { BusinessUnit, InstalledPackage, Tenant, TimeZone, User } from '../../world/model';
import { getTimeZoneId } from '../../data/time-zones';
import type { World } from '../../world/world';
import type { SoapObject } from '../soap-value';
import { createPlainType, type SoapType } from '../soap-type';
import { toRole } from './role-type';

/** The type of the tenant's business units. */
export const BUSINESS_UNIT = createPlainType({
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
    tenant.businessUnits.filter(({ id }) => businessUnitIds.includes(id)).map((unit) => toBusinessUnit(unit, tenant)),
});

/** Creates the type of users: those with access to a business unit, and the API users of the tenant's packages. */
export function accountUserType(world: World): SoapType {
  return createPlainType({
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
        .map((user) => toUser(user, tenant)),
      ...getApiPackages(world, tenant).map((installed) => toApiUser(installed, tenant)),
    ],
  });
}

/** Creates the type of pairs of a user and a business unit that the user has access to. */
export function accountUserAccountType(world: World): SoapType {
  return createPlainType({
    name: 'AccountUserAccount',
    scope: 'users_read',
    properties: { 'AccountUser.AccountUserID': 'number', 'Account.ID': 'number' },
    list: ({ tenant }) => [
      ...tenant.users.flatMap((user) => user.businessUnitIds.map((unitId) => toPair(user.id, unitId))),
      ...getApiPackages(world, tenant).flatMap(({ apiUserId, settings }) =>
        tenant.businessUnits
          .filter(({ id }) => settings.latest.businessUnitIds === 'all' || settings.latest.businessUnitIds.includes(id))
          .map(({ id }) => toPair(apiUserId, id)),
      ),
    ],
  });
}

function toPair(userId: number, businessUnitId: number): SoapObject {
  return { 'AccountUser.AccountUserID': userId, 'Account.ID': businessUnitId };
}

/** Returns the server-to-server packages, each of which acts as its own user (*app user* in Setup). */
function getApiPackages(world: World, tenant: Tenant): readonly InstalledPackage[] {
  return world.packages.filter(
    ({ kind, subdomain, enabled }) => kind === 'server-to-server' && subdomain === tenant.subdomain && enabled,
  );
}

function toBusinessUnit({ id, name, active }: BusinessUnit, tenant: Tenant): SoapObject {
  const isTop = id === tenant.enterpriseId;
  const created = new Date(new SeededRandom(`business unit ${id}`).time());
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

function toUser(user: User, tenant: Tenant): SoapObject {
  return {
    ...toBaseUser(user.id, tenant),
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
    Roles: { element: 'Role', objects: user.roles.map((name) => toRole(name, tenant)) },
  };
}

function toApiUser({ apiUserId, id, name }: InstalledPackage, tenant: Tenant): SoapObject {
  return {
    ...toBaseUser(apiUserId, tenant),
    CustomerKey: id,
    UserID: id,
    Name: `${name} app user`,
    Email: '',
    ActiveFlag: true,
    // Empty, and not left out, for a user who never signed in.
    LastSuccessfulLogin: '',
    IsAPIUser: true,
    NotificationEmailAddress: '',
    IsLocked: false,
    DefaultBusinessUnit: tenant.enterpriseId,
    'Locale.LocaleCode': tenant.locale,
    ...timeZone(tenant.timezone),
    Roles: { element: 'Role', objects: [toRole('Administrator', tenant)] },
  };
}

function toBaseUser(id: number, tenant: Tenant): SoapObject {
  const seeded = new SeededRandom(`user ${id}`);
  const created = seeded.time();
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
  return { 'TimeZone.ID': getTimeZoneId(longName), 'TimeZone.Name': longName };
}
