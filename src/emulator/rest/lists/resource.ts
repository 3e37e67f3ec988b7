import type { JsonObject } from '../json';
import type { RecordKind } from '../seeds/seeds';
import type { PageSizes, PagingDialectName } from './paging-dialects';

/** A list of records with the same routes as the others: the list and, where it has references, one record. */
export interface Resource {
  /** The path of the list. */
  readonly path: string;
  readonly kind: RecordKind;
  readonly dialect: PagingDialectName;
  readonly sizes: PageSizes;
  /** One of these lets a caller read. */
  readonly read: readonly string[];
  /** How `{path}/{reference}` finds a record: a prefix, which may be empty, and the member that follows it. */
  readonly references: Readonly<Record<string, string>>;
  /** The members that the list shows; all of them when left out. */
  readonly listed?: readonly string[];
  /** What it takes from clients; left out where it is only read here. */
  readonly writes?: Writes;
  /** What its last page names as its size, where recorded answers show another rule than the options' default. */
  readonly lastPageSize?: 'received';
  /** The member that must equal the parameter `:parent` of the path. */
  readonly parent?: string;
}

/** What a list takes from clients: new records, changed ones, and which go. */
export interface Writes {
  /** One of these lets a caller write. */
  readonly scopes: readonly string[];
  /** The member that the server sets: a number in text where `numbered`, else a GUID. */
  readonly id: string;
  readonly numbered?: boolean;
  /** The member by which clients know a record; no two may have the same. */
  readonly key: string;
  /** What a new record says that the body leaves out. */
  readonly defaults: JsonObject;
}
