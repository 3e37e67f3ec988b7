import { parseServerDate } from '../data/server-time';
import { SoapRefusal } from './soap-faults';
import type { PropertyKind, PropertyTable, SoapObject, SoapValue } from './soap-value';
import { isNil } from './xml-query';
import { getChild, type XmlElement } from './xml-reader';

/**
 * Parses an object of a request by a table of properties. Elements that are not in the table are ignored, as in .NET.
 *
 * @throws SoapRefusal for a value that does not fit its property
 */
export function parseObject(object: XmlElement, properties: PropertyTable): SoapObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, kind]): [string, SoapValue][] => {
      const found = name.split('.').reduce<XmlElement | undefined>((parent, part) => getChild(parent, part), object);
      if (kind === 'objects' || found === undefined || isNil(found)) return [];
      const value = parseValue(kind, found.text);
      if (value !== undefined) return [[name, value]];
      if (found.text.trim() === '') return [];
      throw new SoapRefusal(`The value '${found.text.trim()}' does not fit the property '${name}'.`);
    }),
  );
}

/** Parses the text of a property. Returns `undefined` when it does not fit the kind, and for a property of objects. */
export function parseValue(kind: PropertyKind, text: string): string | number | boolean | Date | undefined {
  const trimmed = text.trim();
  switch (kind) {
    case 'text':
      return text;
    case 'number':
      return trimmed === '' || Number.isNaN(Number(trimmed)) ? undefined : Number(trimmed);
    case 'boolean':
      return /^(?:true|1)$/i.test(trimmed) ? true : /^(?:false|0)$/i.test(trimmed) ? false : undefined;
    case 'date': {
      const date = parseServerDate(trimmed);
      return date === undefined ? undefined : new Date(date);
    }
    case 'objects':
      return undefined;
  }
}
