import type { AdditionalError } from './rest-error';
import { invalidParameter, RestError } from './rest-error';
import { FieldCatalogue, pick } from './fields';
import type { FieldPath } from './fields';
import type { JsonObject } from './json';
import { isJsonObject } from './json';
import type { Collection } from './list-query';
import { readCell, shownCell } from './row-columns';
import type { Cell, Column } from './row-columns';
import type { DataExtensionPlan } from './row-seed';
import { Seeded } from './seeded';

/** A row at rest: one cell for every column, by lower-case name. */
export type Row = Readonly<Record<string, Cell>>;

/** The id of a data extension by its key, without making its rows. */
export function dataExtensionId(key: string, businessUnitId: number): string {
  return new Seeded(seedOf(key, businessUnitId)).guid();
}

/** What can be changed of a data extension without its columns. REST and SOAP show it. */
export interface DataExtensionSettings {
  readonly name: string;
  readonly description: string;
  /** Where it was put; undefined where it was put nowhere in particular. */
  readonly folderId?: number | undefined;
}

/** A data extension of one business unit with its rows, in memory. */
export class DataExtension implements Collection {
  readonly key: string;
  readonly id: string;
  readonly catalogue: FieldCatalogue;
  readonly defaultOrder: string;
  readonly defaultPageSize = 2500;
  readonly maxPageSize = 2500;
  /** The columns, those of the primary key among them. */
  readonly columns: readonly Column[];
  settings: DataExtensionSettings;
  readonly #rows = new Map<string, Row>();

  /** @param seed set for one that is made later, so that it has an id of its own */
  constructor(plan: DataExtensionPlan, businessUnitId: number, seed = '') {
    const seeded = new Seeded(`${seedOf(plan.key, businessUnitId)}${seed}`);
    this.key = plan.key;
    this.id = seeded.guid();
    this.settings = { name: plan.key, description: '' };
    this.columns = plan.columns;
    this.catalogue = new FieldCatalogue(plan.columns.map((column) => column.name));
    this.defaultOrder = this.#keyNames().join(',');
    const count = seeded.integer(...plan.rows);
    for (let number = 1; number <= count; number += 1) this.#put(plan.row(number, seeded, businessUnitId));
  }

  rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  /** Whether there is a row with these keys, given with or without other cells. */
  has(cells: Readonly<Record<string, Cell | undefined>>): boolean {
    return this.#rows.has(this.#identity(cells));
  }

  /** Deletes the row with these keys; false when there is none. */
  remove(cells: Readonly<Record<string, Cell | undefined>>): boolean {
    return this.#rows.delete(this.#identity(cells));
  }

  /** A row as the REST API shows it: keys and values apart, everything as text; of the values only the asked fields. */
  shown(row: Row, fields: readonly FieldPath[] | undefined): JsonObject {
    const asText = (columns: readonly Column[]) =>
      Object.fromEntries(columns.map((column) => [column.name, shownCell(row[column.name] ?? '', column)]));
    const values = asText(this.columns.filter((column) => !column.isPrimaryKey));
    return {
      keys: asText(this.columns.filter((column) => column.isPrimaryKey)),
      values: fields === undefined ? values : pick(values, fields),
    };
  }

  /**
   * Changes the rows whose keys exist and adds the others; all of them or, when anything is wrong, none.
   *
   * @param entries the request's body: `[{ keys: {…}, values: {…} }]`; names of columns in any letter case
   * @throws RestError 400; 10000 for a missing key, 10006 with `additionalErrors` for what the columns cannot hold
   */
  upsert(entries: unknown): void {
    if (!Array.isArray(entries) || entries.length === 0) {
      throw invalidParameter('body', 'It must be a list of rows with keys and values.');
    }
    const errors: AdditionalError[] = [];
    const read = entries.map((entry: unknown) => this.#readEntry(entry, errors));
    if (errors.length > 0) {
      throw new RestError(400, 10006, `Unable to save rows for data extension ID ${this.id}`, errors);
    }
    for (const cells of read) this.#put({ ...this.#rows.get(this.#identity(cells)), ...cells });
  }

  /** Whether a column of this name, in any letter case, belongs to the primary key. */
  isKey(name: string): boolean {
    return this.#keyNames().includes(name.toLowerCase());
  }

  #readEntry(entry: unknown, errors: AdditionalError[]): Row {
    if (!isJsonObject(entry) || !isJsonObject(entry['keys'])) {
      throw invalidParameter('keys', 'Every row must have them.');
    }
    const values = entry['values'] ?? {};
    if (!isJsonObject(values)) throw invalidParameter('values', 'They must be an object.');

    const keys = lowerCased(entry['keys']);
    for (const name of this.#keyNames()) {
      if (!keys.has(name)) throw new RestError(400, 10000, `Primary key '${name}' does not exist.`);
    }
    const cells: Record<string, Cell> = {};
    for (const [name, value] of [...lowerCased(values), ...keys]) {
      const column = this.columns.find((one) => one.name === name);
      const cell = column && readCell(value, column);
      if (cell === undefined) errors.push(rowError(name, column));
      else cells[name] = cell;
    }
    return cells;
  }

  #put(row: Row): void {
    this.#rows.set(this.#identity(row), row);
  }

  #identity(row: Readonly<Record<string, Cell | undefined>>): string {
    return JSON.stringify(this.#keyNames().map((name) => String(row[name] ?? '').toLowerCase()));
  }

  #keyNames(): string[] {
    return this.columns.filter((column) => column.isPrimaryKey).map((column) => column.name);
  }
}

function seedOf(key: string, businessUnitId: number): string {
  return `${key} of ${businessUnitId}`;
}

function lowerCased(cells: JsonObject): Map<string, unknown> {
  return new Map(Object.entries(cells).map(([name, value]) => [name.toLowerCase(), value]));
}

function rowError(name: string, column: Column | undefined): AdditionalError {
  const message =
    column === undefined
      ? `${name}: The column [${name}] does not exist.`
      : `${name}: The value for column [${name}] is not valid. Parse error [Invalid${column.type}]`;
  return { message, errorcode: 10000, documentation: '' };
}
