import { seedFolders } from '../folders';
import type { SeededRandom } from '../seeded-random';

const MINUTE_MS = 60_000;

/** When something was made and last changed, in milliseconds since the epoch. */
export interface Dates {
  readonly created: number;
  readonly modified: number;
}

/** A moment of creation and one of change, up to 60 days later. */
export function createDates(seeded: SeededRandom): Dates {
  const created = seeded.time();
  return { created, modified: created + seeded.integer(1, 60 * 24 * 60) * MINUTE_MS };
}

/** The ids of the folders of a content type: those below the root or, where there are none, the root. */
export function getFolderIds(businessUnitId: number, contentType: string): readonly [number, ...number[]] {
  const folders = seedFolders(businessUnitId).filter((folder) => folder.contentType === contentType);
  const [root = 0, first = root, ...others] = folders.map(({ id }) => id);
  return [first, ...others];
}

/** The `CustomerKey` of the list *All Subscribers*, by the folder it is in. */
export function toAllSubscribersKey(folderId: number): string {
  return `All Subscribers - ${folderId}`;
}

/** A key such as `nightly-import-03`. */
export function toKey(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]+/g, '-');
}

/**
 * The id of something on the legacy routes: the other id and the number of its type, in base64 twice.
 *
 * @example toLegacyId('14936a4e-…', 25) // 'RkpOcE9qSVh2VUdnYTVJbWFfWW14dzoyNTow'
 */
export function toLegacyId(id: string | number, typeNumber: number): string {
  const short = typeof id === 'number' ? String(id) : Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
  return Buffer.from(`${short}:${typeNumber}:0`).toString('base64url');
}

/** A person as the legacy routes show them. */
export function toLegacyPerson(userId: number): { id: string; name: string; email: string } {
  return { id: toLegacyId(userId, 4), name: `Content Editor ${userId}`, email: `editor-${userId}@example.com` };
}

/** `01`, `02`, … */
export function toTwoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
