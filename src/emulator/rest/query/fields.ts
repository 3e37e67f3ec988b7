import type { Json, JsonObject } from '../../data/json';
import { isJsonObject } from '../../data/json';

/** The way to a value inside an object: `['assetType', 'name']` for `assetType.name`. */
export type FieldPath = readonly string[];

/**
 * The fields a collection knows, by dotted name.
 *
 * Names are found in any letter case, because Salesforce's own examples write both `name` and `Name`.
 */
export class FieldCatalogue {
  readonly #leaves = new Map<string, FieldPath>();
  readonly #nodes = new Map<string, FieldPath>();

  constructor(names: readonly string[]) {
    for (const name of names) {
      const path = name.split('.');
      this.#leaves.set(name.toLowerCase(), path);
      path.forEach((_, index) => {
        const node = path.slice(0, index + 1);
        this.#nodes.set(node.join('.').toLowerCase(), node);
      });
    }
  }

  /** The fields that some of these records have, and those that they would have if there were any. */
  static fromRecords(records: readonly JsonObject[], expected: readonly string[] = []): FieldCatalogue {
    return new FieldCatalogue([...new Set([...expected, ...records.flatMap((record) => getLeafNames(record))])]);
  }

  /** A field with a value that can be compared and sorted by. */
  leaf(name: string): FieldPath | undefined {
    return this.#leaves.get(name.toLowerCase());
  }

  /** A field, or an object that holds some, such as `assetType`. */
  node(name: string): FieldPath | undefined {
    return this.#nodes.get(name.toLowerCase());
  }
}

function getLeafNames(record: JsonObject): string[] {
  return Object.entries(record).flatMap(([name, value]) =>
    isJsonObject(value) ? getLeafNames(value).map((leaf) => `${name}.${leaf}`) : [name],
  );
}

/** The value at a path; undefined when the record has none there. */
export function valueAt(record: JsonObject, path: FieldPath): Json {
  let value: Json = record;
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** A copy of the record with nothing but the given paths, in the record's own order. */
export function pick(record: JsonObject, paths: readonly FieldPath[]): JsonObject {
  const picked: Record<string, Json> = {};
  for (const [name, value] of Object.entries(record)) {
    const below = paths.filter((path) => path[0] === name).map((path) => path.slice(1));
    if (below.length === 0) continue;
    const whole = below.some((path) => path.length === 0);
    picked[name] = !whole && isJsonObject(value) ? pick(value, below) : value;
  }
  return picked;
}
