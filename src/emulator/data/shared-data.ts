import { DataExtensions } from './data-extensions';
import { Folders } from './folders';
import { Records } from './records';

/** The data of all business units that REST and SOAP both read and change. */
export interface SharedData {
  readonly dataExtensions: DataExtensions;
  readonly folders: Folders;
  readonly records: Records;
}

/** Creates the data of one emulator. Each business unit starts with its seeds. */
export function createSharedData(): SharedData {
  return { dataExtensions: new DataExtensions(), folders: new Folders(), records: new Records() };
}
