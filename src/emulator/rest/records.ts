import { toText } from './json';
import type { JsonObject } from './json';
import { SEEDS } from './seeds/seeds';
import type { RecordKind } from './seeds/seeds';

/** The records of one kind in one business unit, in memory. */
export class RecordStore {
  #records: readonly JsonObject[];

  constructor(records: readonly JsonObject[]) {
    this.#records = records;
  }

  all(): readonly JsonObject[] {
    return this.#records;
  }

  /** The record whose member has this value, in any letter case. */
  find(member: string, wanted: string): JsonObject | undefined {
    return this.#records.find((record) => toText(record[member]).toLowerCase() === wanted.toLowerCase());
  }

  add(record: JsonObject): void {
    this.#records = [...this.#records, record];
  }

  replace(old: JsonObject, replacement: JsonObject): void {
    this.#records = this.#records.map((record) => (record === old ? replacement : record));
  }

  remove(removed: JsonObject): void {
    this.#records = this.#records.filter((record) => record !== removed);
  }
}

/**
 * What every business unit has of each kind (queries, automations, …), made when it is first asked for. REST and SOAP
 * show the same.
 */
export class Records {
  readonly #made = new Map<string, RecordStore>();

  of(kind: RecordKind, businessUnitId: number): RecordStore {
    const name = `${kind} of ${businessUnitId}`;
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = new RecordStore(SEEDS[kind](businessUnitId));
    this.#made.set(name, made);
    return made;
  }
}
