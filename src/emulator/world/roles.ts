import { Seeded } from '../rest/seeded';

/** A role that users can have. */
export interface Role {
  /** A GUID. */
  readonly objectId: string;
  readonly customerKey: string;
  readonly name: string;
  /** Whether Marketing Cloud comes with it. */
  readonly isSystemDefined: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Some of the roles that Marketing Cloud comes with; a new one is a line. */
const SYSTEM_ROLES: readonly (readonly [customerKey: string, name: string])[] = [
  ['SYS_DEF_ADMIN', 'Administrator'],
  ['SYS_DEF_CONTENT', 'Content Creator'],
  ['SYS_DEF_DATA', 'Data Manager'],
  ['SYS_DEF_ANALYST', 'Analyst'],
];

/** The system roles of a tenant, and the custom ones that its users have. */
export function rolesOf(enterpriseId: number, users: readonly { readonly roles: readonly string[] }[]): Role[] {
  const names = [...SYSTEM_ROLES.map(([, name]) => name), ...users.flatMap(({ roles }) => roles)];
  return [...new Set(names)].map((name) => findRole(enterpriseId, name));
}

/** A role of a tenant by its name; a name that Marketing Cloud does not come with is that of a custom role. */
export function findRole(enterpriseId: number, name: string): Role {
  const seeded = new Seeded(`role ${name} of ${enterpriseId}`);
  const objectId = seeded.guid();
  const [systemKey] = SYSTEM_ROLES.find(([, systemName]) => systemName === name) ?? [];
  return {
    objectId,
    customerKey: systemKey ?? objectId,
    name,
    isSystemDefined: systemKey !== undefined,
    createdAt: seeded.moment(),
  };
}
