import { DataExtension } from './data-extension';
import type { Folder, Folders } from './folders';
import { PerBusinessUnit } from './per-business-unit';
import { DATA_EXTENSION_SEEDS } from './seeds/data-extension-seed';
import type { DataExtensionSeed } from './seeds/data-extension-seed';

/** The data extensions of every business unit. REST and SOAP read and change the same ones. */
export class DataExtensions {
  readonly #lists = new PerBusinessUnit<readonly DataExtension[]>(({ businessUnitId }) =>
    DATA_EXTENSION_SEEDS.map((seed) => new DataExtension(seed, businessUnitId)),
  );
  #added = 0;

  list(businessUnitId: number): readonly DataExtension[] {
    return this.#lists.get({ businessUnitId });
  }

  /** Creates a data extension without rows. */
  add(businessUnitId: number, seed: Pick<DataExtensionSeed, 'key' | 'columns'>): DataExtension {
    this.#added += 1;
    const created = new DataExtension(
      { ...seed, rowCount: [0, 0], createRow: () => ({}) },
      businessUnitId,
      `added ${this.#added}`,
    );
    this.#lists.set({ businessUnitId }, [...this.list(businessUnitId), created]);
    return created;
  }

  remove(businessUnitId: number, removed: DataExtension): void {
    this.#lists.set(
      { businessUnitId },
      this.list(businessUnitId).filter((each) => each !== removed),
    );
  }

  /** Finds a data extension of a business unit by its key or id, in any letter case. */
  find(businessUnitId: number, member: 'key' | 'id', wanted: string): DataExtension | undefined {
    return this.list(businessUnitId).find((each) => each[member].toLowerCase() === wanted.toLowerCase());
  }

  /** Finds a data extension by a reference of a REST path: `key:{key}` or an id. */
  findByReference(businessUnitId: number, reference: string): DataExtension | undefined {
    const { member, wanted } = parseReference(reference);
    return this.find(businessUnitId, member, wanted);
  }
}

/** Splits a reference of a REST path, `key:{key}` or an id. */
export function parseReference(reference: string): { readonly member: 'key' | 'id'; readonly wanted: string } {
  return reference.startsWith('key:')
    ? { member: 'key', wanted: reference.slice('key:'.length) }
    : { member: 'id', wanted: reference };
}

/** Returns the folder of a seeded data extension: `Master Data` for orders, `Sends` for the others. */
export function findDataExtensionFolder(key: string, businessUnitId: number, folders: Folders): Folder | undefined {
  const name = key.startsWith('Order') ? 'Master Data' : 'Sends';
  return folders.list(businessUnitId).find((folder) => folder.contentType === 'dataextension' && folder.name === name);
}
