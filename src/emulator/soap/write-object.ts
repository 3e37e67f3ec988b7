import { toServerTime } from '../data/server-time';
import type { SoapObject, SoapValue } from './soap-value';
import { element } from './xml-writer';

/** The elements of the schema's `APIObject`, which precede those of the type. */
const BASE_ORDER = ['Client', 'PartnerKey', 'CreatedDate', 'ModifiedDate', 'ID', 'ObjectID', 'CustomerKey'] as const;

/** Elements whose type in the schema is not an `APIObject`, so that they have no PartnerKey and no ObjectID. */
const PLAIN_ELEMENTS: ReadonlySet<string> = new Set(['Client', 'SendableSubscriberField']);

type Entry = readonly [path: readonly string[], value: SoapValue];

/** Writes the elements of an object for these properties. PartnerKey and ObjectID are always written, empty without a value. */
export function writeApiObject(object: SoapObject, properties: readonly string[]): string {
  const present = properties.flatMap((name): Entry[] => {
    const value = object[name];
    return value === undefined ? [] : [[name.split('.'), value]];
  });
  return writeMembers(present, true);
}

/** Properties of the same inner object share one element. */
function writeMembers(entries: readonly Entry[], isApiObject: boolean): string {
  const members = new Map<string, string>();
  if (isApiObject) for (const name of ['PartnerKey', 'ObjectID']) members.set(name, nil(name));
  for (const name of new Set(entries.map(([[first = '']]) => first))) {
    const sameElement = entries.filter(([[first]]) => first === name);
    const [leaf] = sameElement.filter(([path]) => path.length === 1);
    members.set(
      name,
      leaf === undefined
        ? element(name, [
            writeMembers(
              sameElement.map(([path, value]) => [path.slice(1), value]),
              !PLAIN_ELEMENTS.has(name),
            ),
          ])
        : writeValue(name, leaf[1]),
    );
  }
  const rank = (name: string): number => {
    const found = BASE_ORDER.findIndex((base) => base === name);
    return found < 0 ? BASE_ORDER.length : found;
  };
  return [...members.keys()]
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => members.get(name) ?? '')
    .join('');
}

function writeValue(name: string, value: SoapValue): string {
  if (value instanceof Date) return element(name, toServerTime(value.getTime()));
  if (typeof value !== 'object') return element(name, String(value));
  const items = value.objects.map((object) => element(value.element, [writeApiObject(object, Object.keys(object))]));
  return element(name, items);
}

function nil(name: string): string {
  return `<${name} xsi:nil="true" />`;
}
