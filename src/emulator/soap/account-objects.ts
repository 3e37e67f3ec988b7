import type { BusinessUnit, User } from '../world/model';
import { plainType, type SoapObject } from './soap-object-type';

/** The tenant's business units. */
export const BUSINESS_UNIT = plainType({
  name: 'BusinessUnit',
  scope: 'accounts_read',
  properties: { ID: 'number', CustomerKey: 'text', Name: 'text', ParentID: 'number' },
  list: ({ tenant }, businessUnitIds) =>
    tenant.businessUnits
      .filter(({ id }) => businessUnitIds.includes(id))
      .map((unit) => describeUnit(unit, tenant.enterpriseId)),
});

/** The users who may work in a business unit. */
export const ACCOUNT_USER = plainType({
  name: 'AccountUser',
  scope: 'users_read',
  properties: {
    ID: 'number',
    CustomerKey: 'text',
    UserID: 'text',
    Name: 'text',
    Email: 'text',
    ActiveFlag: 'boolean',
    DefaultBusinessUnit: 'number',
  },
  list: ({ tenant }, businessUnitIds) =>
    tenant.users.filter((user) => user.businessUnitIds.some((id) => businessUnitIds.includes(id))).map(describeUser),
});

function describeUnit({ id, name }: BusinessUnit, enterpriseId: number): SoapObject {
  return { ID: id, CustomerKey: String(id), Name: name, ParentID: id === enterpriseId ? 0 : enterpriseId };
}

function describeUser({ id, username, name, email, enabled, businessUnitIds }: User): SoapObject {
  return {
    ID: id,
    CustomerKey: username,
    UserID: username,
    Name: name,
    Email: email,
    ActiveFlag: enabled,
    DefaultBusinessUnit: businessUnitIds[0] ?? 0,
  };
}
