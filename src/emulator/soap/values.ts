import { readDate } from '../rest/row-columns';
import type { PropertyKind } from './soap-object';

/** Reads a text as what a property holds; undefined when it does not fit, or when the property holds objects. */
export function readValue(kind: PropertyKind, text: string): string | number | boolean | Date | undefined {
  const trimmed = text.trim();
  switch (kind) {
    case 'text':
      return text;
    case 'number':
      return trimmed === '' || Number.isNaN(Number(trimmed)) ? undefined : Number(trimmed);
    case 'boolean':
      return /^(?:true|1)$/i.test(trimmed) ? true : /^(?:false|0)$/i.test(trimmed) ? false : undefined;
    case 'date': {
      const date = readDate(trimmed);
      return date === undefined ? undefined : new Date(date);
    }
    case 'objects':
      return undefined;
  }
}
