import { Seeded } from './seeded';

/** A folder: REST shows those of Content Builder as categories, SOAP shows all of them as `DataFolder`. */
export interface Folder {
  readonly id: number;
  /** Empty for most; SOAP's `CustomerKey`. */
  readonly customerKey: string;
  readonly objectId: string;
  readonly name: string;
  readonly description: string;
  /** 0 for the root of its content type. */
  readonly parentId: number;
  /** What it holds, in the words of `DataFolder.ContentType`. */
  readonly contentType: string;
  readonly businessUnitId: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** What a new folder needs; the rest is filled in. */
export type NewFolder = Pick<Folder, 'name' | 'parentId' | 'contentType'> &
  Partial<Pick<Folder, 'description' | 'customerKey'>>;

/** The folders that every business unit has: the content type, its root, the folders in the root. */
const PLANS: readonly (readonly [contentType: string, root: string, ...children: readonly string[]])[] = [
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

/** The folders of every business unit, made when one is first asked for. REST and SOAP show and change the same. */
export class Folders {
  readonly #made = new Map<number, Map<number, Folder>>();

  of(businessUnitId: number): readonly Folder[] {
    return [...this.#foldersOf(businessUnitId).values()];
  }

  find(businessUnitId: number, id: number): Folder | undefined {
    return this.#foldersOf(businessUnitId).get(id);
  }

  /** The root folder of a content type, such as `asset`; undefined for a type that has no folders. */
  rootOf(businessUnitId: number, contentType: string): Folder | undefined {
    return this.of(businessUnitId).find((folder) => folder.contentType === contentType && folder.parentId === 0);
  }

  create(businessUnitId: number, added: NewFolder, now: number): Folder {
    const folders = this.#foldersOf(businessUnitId);
    const id = Math.max(...folders.keys()) + 1;
    const objectId = new Seeded(`folder ${id}`).guid();
    const folder = { customerKey: '', description: '', ...added, id, objectId, businessUnitId };
    const made: Folder = { ...folder, createdAt: now, modifiedAt: now };
    folders.set(id, made);
    return made;
  }

  update(
    { businessUnitId, id }: Folder,
    changes: Partial<Pick<Folder, 'name' | 'description' | 'parentId' | 'customerKey'>>,
    now: number,
  ): Folder | undefined {
    const folder = this.find(businessUnitId, id);
    if (folder === undefined) return undefined;
    const updated: Folder = { ...folder, ...changes, modifiedAt: now };
    this.#foldersOf(businessUnitId).set(id, updated);
    return updated;
  }

  remove({ businessUnitId, id }: Folder): void {
    this.#foldersOf(businessUnitId).delete(id);
  }

  #foldersOf(businessUnitId: number): Map<number, Folder> {
    const known = this.#made.get(businessUnitId);
    if (known !== undefined) return known;
    const made = new Map(seedFolders(businessUnitId).map((folder) => [folder.id, folder]));
    this.#made.set(businessUnitId, made);
    return made;
  }
}

/** The folders a business unit starts with: the same at every start, with other ids in every business unit. */
export function seedFolders(businessUnitId: number): Folder[] {
  const seeded = new Seeded(`folders of ${businessUnitId}`);
  const createdAt = seeded.moment();
  const firstId = (businessUnitId % 100_000) * 100 + 1;
  const folders: Folder[] = [];
  const add = (contentType: string, name: string, parentId: number): number => {
    const id = firstId + folders.length;
    const modifiedAt = createdAt + seeded.integer(0, 30) * DAY_MS;
    const fixed = { id, customerKey: '', objectId: seeded.guid(), name, description: '', parentId, contentType };
    folders.push({ ...fixed, businessUnitId, createdAt, modifiedAt });
    return id;
  };
  for (const [contentType, root, ...children] of PLANS) {
    const rootId = add(contentType, root, 0);
    for (const child of children) add(contentType, child, rootId);
  }
  return folders;
}
