import type { Issued } from '../tokens/ledger';
import { readObject } from './read-object';
import type { PropertyTable, SoapObject } from './soap-object';
import { writeApiObject } from './write-object';
import type { XmlElement } from './xml-reader';

/** A type of objects that the service knows. */
export interface SoapObjectType {
  /** As `xsi:type` and the WSDL name it. */
  readonly name: string;
  /** What a token needs to see them. */
  readonly scope: string;
  readonly properties: PropertyTable;
  /** A property by the name that a request gives it; undefined when there is none. */
  readonly propertyOf: (name: string) => string | undefined;
  /** The answer to a Retrieve that asks for unknown properties. */
  readonly refuseProperties: (names: readonly string[]) => string;
  /** The answer to a filter that compares an unknown property. */
  readonly refuseFilter: (name: string) => string;
  /** The objects of some of the tenant's business units; `asksForAll` is the request's `QueryAllAccounts`. */
  readonly list: (token: Issued, businessUnitIds: readonly number[], asksForAll: boolean) => readonly SoapObject[];
  /** The elements of an object, for these properties. */
  readonly write: (object: SoapObject, properties: readonly string[]) => string;
  /** An object of a request. @throws SoapRefusal for a value that does not fit its property */
  readonly read: (element: XmlElement) => SoapObject;
  /** How its objects are created, changed and deleted; undefined where the emulator only shows them. */
  readonly writing?: ObjectWriting | undefined;
}

/** What Create, Update or Delete did. */
export interface Written {
  /** The object as the answer shows it; undefined for types whose answers show none. */
  readonly object?: SoapObject | undefined;
  /** The numeric id of a created object. */
  readonly newId?: number | undefined;
  /** The GUID of a created object. */
  readonly newObjectId?: string | undefined;
}

/** One object of a Create, Update or Delete. */
export interface WriteRequest {
  /** What it says, by the type's property table. */
  readonly given: SoapObject;
  /** The element itself, for what no table holds. */
  readonly element: XmlElement;
  readonly token: Issued;
  /** By the emulator's clock, in milliseconds since the epoch. */
  readonly now: number;
}

/** How the objects of a type are written. Refusals are thrown as SoapRefusal. */
export interface ObjectWriting {
  /** What a token needs to write them. */
  readonly scope: string;
  /** The `StatusMessage` of each operation that worked. */
  readonly messages: Readonly<Record<WriteOperation, string>>;
  /** Whether there is the object that a request names: what `UpdateAdd` goes by. */
  readonly exists: (request: WriteRequest) => boolean;
  readonly perform: Readonly<Record<WriteOperation, (request: WriteRequest) => Written>>;
}

export type WriteOperation = 'create' | 'update' | 'delete';

/** What a type says of itself; the rest follows from its table. */
export interface PlainType extends Pick<SoapObjectType, 'name' | 'scope' | 'properties' | 'list' | 'writing'> {
  /** Properties that answers show whether they are asked for or not, as recorded. */
  readonly alwaysShown?: readonly string[];
}

/** A type whose properties are elements by their own names, in the letter case of the documentation. */
export function plainType({ alwaysShown = [], ...type }: PlainType): SoapObjectType {
  const properties: PropertyTable = { PartnerKey: 'text', ...type.properties };
  return {
    ...type,
    properties,
    propertyOf: (name) => (Object.hasOwn(properties, name) ? name : undefined),
    refuseProperties: (names) =>
      `The Request Property(s) ${names.join(', ')} do not match with the fields of ${type.name} retrieve`,
    refuseFilter: (name) => `The Filter Property '${name}' is not a retrievable property.`,
    read: (element) => readObject(element, properties),
    // In the order of the table, not of the request.
    write: (object, asked) =>
      writeApiObject(
        object,
        Object.keys(properties).filter((name) => asked.includes(name) || alwaysShown.includes(name)),
      ),
  };
}
