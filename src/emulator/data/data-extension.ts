import { parseCell } from './columns';
import type { Cell, Column } from './columns';
import { InputError, invalidParameter } from './input-error';
import type { InputErrorDetail } from './input-error';
import { isJsonObject, toLowerCaseMembers } from './json';
import { SeededRandom } from './seeded-random';
import type { DataExtensionSeed } from './seeds/data-extension-seed';

/** A stored row: one cell for each column, by lower-case name. */
export type Row = Readonly<Record<string, Cell>>;

/** Cells that name a row by its primary key; other cells are ignored. */
type RowKeys = Readonly<Record<string, Cell | undefined>>;

/** Returns the id of a seeded data extension by its key, without creating its rows. */
export function getDataExtensionId(key: string, businessUnitId: number): string {
  return new SeededRandom(toSeed(key, businessUnitId)).guid();
}

/** What can be changed about a data extension besides its columns. REST and SOAP show it. */
export interface DataExtensionSettings {
  readonly name: string;
  readonly description: string;
  /** `undefined` until a folder is set. */
  readonly folderId?: number | undefined;
}

/** A data extension of one business unit with its rows, in memory. */
export class DataExtension {
  readonly key: string;
  readonly id: string;
  /** All columns, including those of the primary key. */
  readonly columns: readonly Column[];
  settings: DataExtensionSettings;
  readonly #rows = new Map<string, Row>();

  /** @param salt given for a data extension that is added later, so that it has its own id */
  constructor(seed: DataExtensionSeed, businessUnitId: number, salt = '') {
    const seeded = new SeededRandom(`${toSeed(seed.key, businessUnitId)}${salt}`);
    this.key = seed.key;
    this.id = seeded.guid();
    this.settings = { name: seed.key, description: '' };
    this.columns = seed.columns;
    const count = seeded.integer(...seed.rowCount);
    for (let number = 1; number <= count; number += 1) this.#put(seed.createRow(number, seeded, businessUnitId));
  }

  rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  /** Returns whether a row has these keys. */
  has(cells: RowKeys): boolean {
    return this.#rows.has(this.#identity(cells));
  }

  /** Deletes the row with these keys. Returns false when there is none. */
  remove(cells: RowKeys): boolean {
    return this.#rows.delete(this.#identity(cells));
  }

  /**
   * Changes the rows whose keys exist and adds the others. Either all rows are saved or, when a value is invalid, none.
   *
   * @param entries the request's body: `[{ keys: {…}, values: {…} }]`, with column names in any letter case
   * @throws InputError 10000 for a missing key, 10006 with `details` for values that the columns cannot hold
   */
  upsert(entries: unknown): void {
    if (!Array.isArray(entries) || entries.length === 0) {
      throw invalidParameter('body', 'It must be a list of rows with keys and values.');
    }
    const errors: InputErrorDetail[] = [];
    const rows = entries.map((entry: unknown) => this.#parseEntry(entry, errors));
    if (errors.length > 0) {
      throw new InputError(10_006, `Unable to save rows for data extension ID ${this.id}`, errors);
    }
    for (const cells of rows) this.#put({ ...this.#rows.get(this.#identity(cells)), ...cells });
  }

  /** Returns whether a column of this name, in any letter case, belongs to the primary key. */
  isKey(name: string): boolean {
    return this.keyNames().includes(name.toLowerCase());
  }

  /** The names of the columns of the primary key. */
  keyNames(): string[] {
    return this.columns.filter((column) => column.isPrimaryKey).map((column) => column.name);
  }

  #parseEntry(entry: unknown, errors: InputErrorDetail[]): Row {
    if (!isJsonObject(entry) || !isJsonObject(entry['keys'])) {
      throw invalidParameter('keys', 'Every row must have them.');
    }
    const values = entry['values'] ?? {};
    if (!isJsonObject(values)) throw invalidParameter('values', 'They must be an object.');

    const keys = toLowerCaseMembers(entry['keys']);
    for (const name of this.keyNames()) {
      if (!keys.has(name)) throw new InputError(10_000, `Primary key '${name}' does not exist.`);
    }
    const cells: Record<string, Cell> = {};
    for (const [name, value] of [...toLowerCaseMembers(values), ...keys]) {
      const column = this.columns.find((each) => each.name === name);
      const cell = column && parseCell(value, column);
      if (cell === undefined) errors.push(createCellError(name, column));
      else cells[name] = cell;
    }
    return cells;
  }

  #put(row: Row): void {
    this.#rows.set(this.#identity(row), row);
  }

  #identity(row: RowKeys): string {
    return JSON.stringify(this.keyNames().map((name) => String(row[name] ?? '').toLowerCase()));
  }
}

function toSeed(key: string, businessUnitId: number): string {
  return `${key} of ${businessUnitId}`;
}

function createCellError(name: string, column: Column | undefined): InputErrorDetail {
  const message =
    column === undefined
      ? `${name}: The column [${name}] does not exist.`
      : `${name}: The value for column [${name}] is not valid. Parse error [Invalid${column.type}]`;
  return { message, errorcode: 10_000 };
}
