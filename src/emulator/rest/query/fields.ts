import type { Json, JsonObject } from '../../data/json';
import { isJsonObject } from '../../data/json';

/** The path to a value in an object: `['assetType', 'name']` for `assetType.name`. */
export type FieldPath = readonly string[];

/**
 * The fields of a collection, by dotted name in any letter case: Salesforce's examples have both `name` and `Name`.
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

  /** Creates the catalogue of all fields of these records and of the expected fields. */
  static fromRecords(records: readonly JsonObject[], expected: readonly string[] = []): FieldCatalogue {
    return new FieldCatalogue([...new Set([...expected, ...records.flatMap((record) => getLeafNames(record))])]);
  }

  /** Finds a field with a value that can be compared and sorted by. */
  leaf(name: string): FieldPath | undefined {
    return this.#leaves.get(name.toLowerCase());
  }

  /** Finds a field, or an object that contains fields, such as `assetType`. */
  node(name: string): FieldPath | undefined {
    return this.#nodes.get(name.toLowerCase());
  }
}

function getLeafNames(record: JsonObject): string[] {
  return Object.entries(record).flatMap(([name, value]) =>
    isJsonObject(value) ? getLeafNames(value).map((leaf) => `${name}.${leaf}`) : [name],
  );
}

/** Returns the value at a path; `undefined` when the record has none. */
export function getValue(record: JsonObject, path: FieldPath): Json {
  let value: Json = record;
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** Returns a copy of a record with only the given paths, in the record's order. */
export function pick(record: JsonObject, paths: readonly FieldPath[]): JsonObject {
  const picked: Record<string, Json> = {};
  for (const [name, value] of Object.entries(record)) {
    const below = paths.filter((path) => path[0] === name).map((path) => path.slice(1));
    if (below.length === 0) continue;
    const isWhole = below.some((path) => path.length === 0);
    picked[name] = !isWhole && isJsonObject(value) ? pick(value, below) : value;
  }
  return picked;
}
