import type { Request } from 'express';
import type { RestCaller } from './caller';
import type { DataExtensions } from './data-extensions';
import type { Folders } from './folders';
import type { ListRules } from './lists/list-rules';
import type { Records } from './records';

/** What the REST routes need from the emulator around them. */
export interface RestContext {
  readonly dataExtensions: DataExtensions;
  readonly folders: Folders;
  readonly records: Records;
  readonly listRules: ListRules;
  /** The caller behind the request's bearer token; undefined when it has none that is valid now. */
  callerOf(req: Request): RestCaller | undefined;
  /** The emulator's clock, in milliseconds since the epoch. */
  now(): number;
}
