import { PerBusinessUnit } from './per-business-unit';
import { SeededRandom } from './seeded-random';

/** A folder. REST shows the folders of Content Builder as categories; SOAP shows all folders as `DataFolder`. */
export interface Folder {
  readonly id: number;
  /** SOAP's `CustomerKey`; empty for most folders. */
  readonly customerKey: string;
  readonly objectId: string;
  readonly name: string;
  readonly description: string;
  /** 0 for the root folder of a content type. */
  readonly parentId: number;
  /** What the folder holds, as in `DataFolder.ContentType` of SOAP. */
  readonly contentType: string;
  readonly businessUnitId: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** The values of a new folder that the caller gives; the others are created. */
export type NewFolder = Pick<Folder, 'name' | 'parentId' | 'contentType'> &
  Partial<Pick<Folder, 'description' | 'customerKey'>>;

/** The folders that every business unit starts with: the content type, the name of its root, the folders in the root. */
const FOLDER_SEEDS: readonly (readonly [contentType: string, root: string, ...children: readonly string[]])[] = [
  ['asset', 'Content Builder', 'Brand', 'Campaigns', 'Archive'],
  ['asset-shared', 'Shared Items'],
  ['cloudpages', 'CloudPages'],
  ['automations', 'my automations', 'Nightly', 'Imports'],
  ['queryactivity', 'Query', 'Segments'],
  ['ssjsactivity', 'Scripts', 'Upkeep'],
  ['filteractivity', 'my filters'],
  ['filterdefinition', 'Data Filters'],
  ['journey', 'Journey Builder', 'Lifecycle'],
  ['dataextension', 'Data Extensions', 'Master Data', 'Sends'],
  ['synchronizeddataextension', 'Synchronized Data Extensions'],
  ['salesforcedataextension', 'Salesforce Data Extensions'],
  ['shared_dataextension', 'Shared Data Extensions'],
  ['hidden', 'Hidden'],
  ['list', 'my lists', 'Newsletters'],
  ['publication', 'my publication lists'],
  ['suppression_list', 'Suppression Lists'],
  ['mysubs', 'My Subscribers'],
  ['email', 'my emails'],
  ['triggered_send', 'Triggered Sends'],
  ['userinitiatedsends', 'User-Initiated'],
];

const DAY_MS = 24 * 60 * 60 * 1000;

/** The folders of every business unit. REST and SOAP read and change the same ones. */
export class Folders {
  readonly #byId = new PerBusinessUnit(
    ({ businessUnitId }) => new Map(seedFolders(businessUnitId).map((folder) => [folder.id, folder])),
  );

  list(businessUnitId: number): readonly Folder[] {
    return [...this.#byId.get({ businessUnitId }).values()];
  }

  find(businessUnitId: number, id: number): Folder | undefined {
    return this.#byId.get({ businessUnitId }).get(id);
  }

  /** Finds the root folder of a content type, such as `asset`. */
  findRoot(businessUnitId: number, contentType: string): Folder | undefined {
    return this.list(businessUnitId).find((folder) => folder.contentType === contentType && folder.parentId === 0);
  }

  create(businessUnitId: number, added: NewFolder, now: number): Folder {
    const folders = this.#byId.get({ businessUnitId });
    const id = Math.max(...folders.keys()) + 1;
    const objectId = new SeededRandom(`folder ${id}`).guid();
    const folder = { customerKey: '', description: '', ...added, id, objectId, businessUnitId };
    const created: Folder = { ...folder, createdAt: now, modifiedAt: now };
    folders.set(id, created);
    return created;
  }

  update(
    { businessUnitId, id }: Folder,
    changes: Partial<Pick<Folder, 'name' | 'description' | 'parentId' | 'customerKey'>>,
    now: number,
  ): Folder | undefined {
    const folder = this.find(businessUnitId, id);
    if (folder === undefined) return undefined;
    const updated: Folder = { ...folder, ...changes, modifiedAt: now };
    this.#byId.get({ businessUnitId }).set(id, updated);
    return updated;
  }

  remove({ businessUnitId, id }: Folder): void {
    this.#byId.get({ businessUnitId }).delete(id);
  }
}

/** Creates the folders that a business unit starts with. They are the same at every start; ids differ between business units. */
export function seedFolders(businessUnitId: number): Folder[] {
  const seeded = new SeededRandom(`folders of ${businessUnitId}`);
  const createdAt = seeded.time();
  const firstId = (businessUnitId % 100_000) * 100 + 1;
  const folders: Folder[] = [];
  const add = (contentType: string, name: string, parentId: number): number => {
    const id = firstId + folders.length;
    const modifiedAt = createdAt + seeded.integer(0, 30) * DAY_MS;
    const fixed = { id, customerKey: '', objectId: seeded.guid(), name, description: '', parentId, contentType };
    folders.push({ ...fixed, businessUnitId, createdAt, modifiedAt });
    return id;
  };
  for (const [contentType, root, ...children] of FOLDER_SEEDS) {
    const rootId = add(contentType, root, 0);
    for (const child of children) add(contentType, child, rootId);
  }
  return folders;
}
