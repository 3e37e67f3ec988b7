import { seedFolders } from '../folders';
import type { SeededRandom } from '../seeded-random';

const MINUTE_MS = 60_000;

/** The times of creation and of the last change, in milliseconds since the epoch. */
export interface Dates {
  readonly created: number;
  readonly modified: number;
}

/** Creates a time of creation and one of the last change, up to 60 days later. */
export function createDates(seeded: SeededRandom): Dates {
  const created = seeded.time();
  return { created, modified: created + seeded.integer(1, 60 * 24 * 60) * MINUTE_MS };
}

/** Returns the ids of the folders of a content type: those below the root, or the root when there are none. */
export function getFolderIds(businessUnitId: number, contentType: string): readonly [number, ...number[]] {
  const folders = seedFolders(businessUnitId).filter((folder) => folder.contentType === contentType);
  const [root = 0, first = root, ...others] = folders.map(({ id }) => id);
  return [first, ...others];
}

/** Returns the `CustomerKey` of the list *All Subscribers* by its folder. */
export function toAllSubscribersKey(folderId: number): string {
  return `All Subscribers - ${folderId}`;
}

/** Converts a name to a key such as `nightly-import-03`. */
export function toKey(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]+/g, '-');
}

/**
 * Converts an id to one of the legacy routes: the id and the number of its type, encoded with base64url twice.
 *
 * @example toLegacyId('14936a4e-…', 25) // 'RkpOcE9qSVh2VUdnYTVJbWFfWW14dzoyNTow'
 */
export function toLegacyId(id: string | number, typeNumber: number): string {
  const short = typeof id === 'number' ? String(id) : Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
  return Buffer.from(`${short}:${typeNumber}:0`).toString('base64url');
}

/** Creates a person in the format of the legacy routes. */
export function toLegacyPerson(userId: number): { id: string; name: string; email: string } {
  return { id: toLegacyId(userId, 4), name: `Content Editor ${userId}`, email: `editor-${userId}@example.com` };
}

/** Formats a number as `01`, `02`, … */
export function toTwoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
