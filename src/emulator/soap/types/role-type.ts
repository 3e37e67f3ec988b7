import type { Tenant } from '../../world/model';
import { getRole, getRoles, type Role } from '../../data/roles';
import { COMMON_PROPERTIES, type SoapObject } from '../soap-value';
import { createPlainType } from '../soap-type';

/** The type of roles of the tenant's users. */
export const ROLE = createPlainType({
  name: 'Role',
  scope: 'users_read',
  properties: {
    'Client.ID': 'number',
    'Client.EnterpriseID': 'number',
    ...COMMON_PROPERTIES,
    Description: 'text',
    IsPrivate: 'boolean',
    IsSystemDefined: 'boolean',
    PermissionSets: 'objects',
  },
  list: ({ tenant }) => getRoles(tenant.enterpriseId, tenant.users).map((role) => toObject(role, tenant)),
});

/** Returns a role as `Roles` of a user shows it. */
export function toRole(name: string, tenant: Tenant): SoapObject {
  return toObject(getRole(tenant.enterpriseId, name), tenant);
}

function toObject(role: Role, { enterpriseId }: Tenant): SoapObject {
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
