import type { IssuedToken } from '../tokens/token-store';
import { parseObject } from './parse-object';
import type { PropertyTable, SoapObject } from './soap-value';
import { writeApiObject } from './write-object';
import type { XmlElement } from './xml-reader';

/** A type of objects. `createPlainType` makes most of them from a table of properties. */
export interface SoapType {
  /** The name in `xsi:type` and in the WSDL. */
  readonly name: string;
  /** The scope that a token needs to read objects. */
  readonly scope: string;
  readonly properties: PropertyTable;
  /** Finds a property by the name in a request. */
  readonly findProperty: (name: string) => string | undefined;
  /** Returns the message for a Retrieve of unknown properties. */
  readonly refuseProperties: (names: readonly string[]) => string;
  /** Returns the message for a filter with an unknown property. */
  readonly refuseFilter: (name: string) => string;
  /** Lists the objects of some business units of the tenant. `queriesAll` is `QueryAllAccounts` of the request. */
  readonly list: (token: IssuedToken, businessUnitIds: readonly number[], queriesAll: boolean) => readonly SoapObject[];
  /** Writes the elements of an object for these properties. */
  readonly write: (object: SoapObject, properties: readonly string[]) => string;
  /** Parses an object of a request. @throws SoapRefusal for a value that does not fit its property */
  readonly read: (element: XmlElement) => SoapObject;
  /** How its objects are created, changed and deleted; `undefined` for a type that is read-only in the emulator. */
  readonly writing?: ObjectWriting | undefined;
}

/** The result of a Create, Update or Delete of one object. */
export interface Written {
  /** The object that the answer shows; `undefined` for types whose answers show none. */
  readonly object?: SoapObject | undefined;
  /** The numeric id of a created object. */
  readonly newId?: number | undefined;
  /** The GUID of a created object. */
  readonly newObjectId?: string | undefined;
}

/** One object of a Create, Update or Delete request. */
export interface WriteRequest {
  /** Its properties, by the type's table. */
  readonly given: SoapObject;
  /** Its element, for what the table does not have. */
  readonly element: XmlElement;
  readonly token: IssuedToken;
  /** By the emulator's clock, in milliseconds since the epoch. */
  readonly now: number;
}

/** How the objects of a type are created, changed and deleted. The functions throw a SoapRefusal for an error. */
export interface ObjectWriting {
  /** The scope that a token needs to write objects. */
  readonly scope: string;
  /** The `StatusMessage` of each successful operation. */
  readonly messages: Readonly<Record<WriteOperation, string>>;
  /** Returns whether the object of a request exists; `UpdateAdd` then updates it and otherwise creates it. */
  readonly exists: (request: WriteRequest) => boolean;
  readonly perform: Readonly<Record<WriteOperation, (request: WriteRequest) => Written>>;
}

/** An operation that writes. */
export type WriteOperation = 'create' | 'update' | 'delete';

/** The definition of a type whose other members follow from its table of properties. */
export interface PlainTypeDefinition extends Pick<SoapType, 'name' | 'scope' | 'properties' | 'list' | 'writing'> {
  /** Properties that answers always show, as in recorded answers. */
  readonly alwaysShown?: readonly string[];
}

/** Creates a type whose properties are elements of the same names, in the letter case of the documentation. */
export function createPlainType({ alwaysShown = [], ...type }: PlainTypeDefinition): SoapType {
  const properties: PropertyTable = { PartnerKey: 'text', ...type.properties };
  return {
    ...type,
    properties,
    findProperty: (name) => (Object.hasOwn(properties, name) ? name : undefined),
    refuseProperties: (names) =>
      `The Request Property(s) ${names.join(', ')} do not match with the fields of ${type.name} retrieve`,
    refuseFilter: (name) => `The Filter Property '${name}' is not a retrievable property.`,
    read: (element) => parseObject(element, properties),
    // The order is that of the table, not of the request.
    write: (object, requested) =>
      writeApiObject(
        object,
        Object.keys(properties).filter((name) => requested.includes(name) || alwaysShown.includes(name)),
      ),
  };
}
