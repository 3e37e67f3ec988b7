import { toText } from './json';
import type { JsonObject } from './json';
import { RECORD_SEEDS } from './seeds/record-seeds';
import type { RecordKind } from './seeds/record-seeds';

/** The records of one kind in one business unit, in memory. */
export class RecordStore {
  #records: readonly JsonObject[];

  constructor(records: readonly JsonObject[]) {
    this.#records = records;
  }

  all(): readonly JsonObject[] {
    return this.#records;
  }

  /** Finds the record whose member has this value, in any letter case. */
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
 * The records of every kind (queries, automations, …) and business unit, created from their seed on first use. REST and
 * SOAP read and change the same ones.
 */
export class Records {
  readonly #stores = new Map<string, RecordStore>();

  getStore(kind: RecordKind, businessUnitId: number): RecordStore {
    const name = `${kind} of ${businessUnitId}`;
    const existing = this.#stores.get(name);
    if (existing !== undefined) return existing;
    const created = new RecordStore(RECORD_SEEDS[kind](businessUnitId));
    this.#stores.set(name, created);
    return created;
  }
}
