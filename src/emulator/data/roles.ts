import { SeededRandom } from './seeded-random';

/** A role that users can have. */
export interface Role {
  /** A GUID. */
  readonly objectId: string;
  readonly customerKey: string;
  readonly name: string;
  /** Whether it is one of Marketing Cloud's standard roles. */
  readonly isSystemDefined: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Some of Marketing Cloud's standard roles; a new one is one line here. */
const SYSTEM_ROLES: readonly (readonly [customerKey: string, name: string])[] = [
  ['SYS_DEF_ADMIN', 'Administrator'],
  ['SYS_DEF_CONTENT', 'Content Creator'],
  ['SYS_DEF_DATA', 'Data Manager'],
  ['SYS_DEF_ANALYST', 'Analyst'],
];

/** Returns the standard roles of a tenant and the custom roles of its users. */
export function getRoles(enterpriseId: number, users: readonly { readonly roles: readonly string[] }[]): Role[] {
  const names = [...SYSTEM_ROLES.map(([, name]) => name), ...users.flatMap(({ roles }) => roles)];
  return [...new Set(names)].map((name) => getRole(enterpriseId, name));
}

/** Returns a role of a tenant by its name. A name that is not a standard role's is a custom role's. */
export function getRole(enterpriseId: number, name: string): Role {
  const seeded = new SeededRandom(`role ${name} of ${enterpriseId}`);
  const objectId = seeded.guid();
  const [systemKey] = SYSTEM_ROLES.find(([, systemName]) => systemName === name) ?? [];
  return {
    objectId,
    customerKey: systemKey ?? objectId,
    name,
    isSystemDefined: systemKey !== undefined,
    createdAt: seeded.time(),
  };
}
