import type { Tenant } from '../../world/model';
import { findRole, rolesOf, type Role } from '../../world/roles';
import type { SoapObject } from '../soap-object';
import { plainType } from '../soap-object-type';

/** The roles that users of the tenant can have. */
export const ROLE = plainType({
  name: 'Role',
  scope: 'users_read',
  properties: {
    'Client.ID': 'number',
    'Client.EnterpriseID': 'number',
    CreatedDate: 'date',
    ModifiedDate: 'date',
    ObjectID: 'text',
    CustomerKey: 'text',
    Name: 'text',
    Description: 'text',
    IsPrivate: 'boolean',
    IsSystemDefined: 'boolean',
    PermissionSets: 'objects',
  },
  list: ({ tenant }) => rolesOf(tenant.enterpriseId, tenant.users).map((role) => describe(role, tenant)),
});

/** A role as it stands in a user. */
export function describeRole(name: string, tenant: Tenant): SoapObject {
  return describe(findRole(tenant.enterpriseId, name), tenant);
}

function describe(role: Role, { enterpriseId }: Tenant): SoapObject {
  const created = new Date(role.createdAt);
  return {
    'Client.ID': enterpriseId,
    'Client.EnterpriseID': enterpriseId,
    CreatedDate: created,
    ModifiedDate: created,
    ObjectID: role.objectId,
    CustomerKey: role.customerKey,
    Name: role.name,
    Description: role.name,
    IsPrivate: false,
    IsSystemDefined: role.isSystemDefined,
  };
}
