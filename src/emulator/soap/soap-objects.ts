import type { Issued } from '../tokens/ledger';
import type { BusinessUnit, User } from '../world/model';

/** One object of a Retrieve, property by property. */
export type SoapObject = Readonly<Record<string, string | number | boolean>>;

/** A type that Retrieve knows. */
export interface SoapObjectType {
  readonly scope: string;
  /** `allAccounts` is the request's QueryAllAccounts: a token sees its own business unit otherwise. */
  readonly list: (token: Issued, allAccounts: boolean) => readonly SoapObject[];
}

/** The types that Retrieve knows: those whose objects the emulator's world has anyway. */
export const SOAP_OBJECT_TYPES: ReadonlyMap<string, SoapObjectType> = new Map([
  [
    'BusinessUnit',
    {
      scope: 'accounts_read',
      list: ({ tenant, businessUnitId }: Issued, allAccounts: boolean) =>
        tenant.businessUnits
          .filter(({ id }) => allAccounts || id === businessUnitId)
          .map((unit) => describeUnit(unit, tenant.enterpriseId)),
    },
  ],
  [
    'AccountUser',
    {
      scope: 'users_read',
      list: ({ tenant, businessUnitId }: Issued, allAccounts: boolean) =>
        tenant.users
          .filter(({ businessUnitIds }) => allAccounts || businessUnitIds.includes(businessUnitId))
          .map(describeUser),
    },
  ],
]);

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
