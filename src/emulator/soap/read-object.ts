import { SoapRefusal } from './soap-errors';
import type { PropertyTable, SoapObject, SoapValue } from './soap-object';
import { readValue } from './values';
import { isNil } from './xml-lookup';
import { childOf, type XmlElement } from './xml-reader';

/**
 * Reads an object of a request by a table of properties. Elements that the table does not name are passed over, as
 * .NET's services do.
 *
 * @throws SoapRefusal for a value that does not fit its property
 */
export function readObject(object: XmlElement, properties: PropertyTable): SoapObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, kind]): [string, SoapValue][] => {
      const found = name.split('.').reduce<XmlElement | undefined>((parent, part) => childOf(parent, part), object);
      if (kind === 'objects' || found === undefined || isNil(found)) return [];
      const value = readValue(kind, found.text);
      if (value !== undefined) return [[name, value]];
      if (found.text.trim() === '') return [];
      throw new SoapRefusal(`The value '${found.text.trim()}' does not fit the property '${name}'.`);
    }),
  );
}
