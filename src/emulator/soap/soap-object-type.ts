import { serverTime } from '../rest/server-time';
import type { Issued } from '../tokens/ledger';
import { element } from './xml';

export type SoapValue = string | number | boolean | Date;

/** One object of a Retrieve by its properties; names with a dot, such as `Client.ID`, stand for an object in it. */
export type SoapObject = Readonly<Record<string, SoapValue | undefined>>;

/** What a property holds, as filters compare it. */
export type PropertyKind = 'text' | 'number' | 'boolean' | 'date';

/** A type of objects that Retrieve knows. */
export interface SoapObjectType {
  /** As `xsi:type` and the WSDL name it. */
  readonly name: string;
  /** What a token needs to see them. */
  readonly scope: string;
  readonly properties: Readonly<Record<string, PropertyKind>>;
  /** A property by the name that a request gives it; undefined when there is none. */
  readonly propertyOf: (name: string) => string | undefined;
  /** The objects of some of the tenant's business units. */
  readonly list: (token: Issued, businessUnitIds: readonly number[]) => readonly SoapObject[];
  /** The elements of an object, for these properties. */
  readonly write: (object: SoapObject, properties: readonly string[]) => string;
}

/** A type whose properties are elements by their own names, in the letter case of the documentation. */
export function plainType(type: Pick<SoapObjectType, 'name' | 'scope' | 'properties' | 'list'>): SoapObjectType {
  return {
    ...type,
    propertyOf: (name) => (Object.hasOwn(type.properties, name) ? name : undefined),
    // In the order of the schema, whatever the order of the request.
    write: (object, properties) => {
      const asked = Object.keys(type.properties).filter((name) => properties.includes(name));
      return writeNested(
        asked.flatMap((name): Present[] => {
          const value = object[name];
          return value === undefined ? [] : [[name.split('.'), value]];
        }),
      );
    },
  };
}

type Present = readonly [path: readonly string[], value: SoapValue];

/** Properties of the same object in an object share one element. */
function writeNested(entries: readonly Present[]): string {
  const names = [...new Set(entries.map(([[first = '']]) => first))];
  return names
    .map((name) => {
      const own = entries.filter(([[first]]) => first === name);
      const [leaf] = own.filter(([path]) => path.length === 1);
      if (leaf !== undefined) return element(name, textOf(leaf[1]));
      return element(name, [writeNested(own.map(([path, value]) => [path.slice(1), value]))]);
    })
    .join('');
}

function textOf(value: SoapValue): string {
  return value instanceof Date ? serverTime(value.getTime()) : String(value);
}
