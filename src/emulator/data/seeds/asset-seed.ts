import { ASSET_TYPES, toShownType } from '../asset-types';
import type { AssetType } from '../asset-types';
import { seedFolders } from '../folders';
import type { Json, JsonObject } from '../json';
import { SeededRandom } from '../seeded-random';
import { toServerTimeWithZone } from '../server-time';

/** An asset of Content Builder. The named members are those that the emulator reads. */
export type Asset = JsonObject & { readonly id: number; readonly customerKey: string; readonly name: string };

/** The account that an asset belongs to. */
export interface Account {
  readonly enterpriseId: number;
  readonly businessUnitId: number;
}

/** The number of assets that a business unit starts with: more than one page of the default size. */
const ASSET_COUNT = 57;

const CAMPAIGNS = ['Spring Sale', 'Summer Preview', 'Harvest', 'Winter Warmers', 'Welcome', 'Win-Back'] as const;
const PURPOSES = ['Hero', 'Footer', 'Teaser', 'Reminder', 'Announcement', 'Receipt', 'Survey'] as const;
const BLOCK_TYPES: readonly string[] = ['textblock', 'htmlblock'];
const STATUSES = [
  { id: 1, name: 'Draft' },
  { id: 2, name: 'Published' },
] as const;

/** Creates the assets that a business unit starts with. They are the same at every start and differ between business units. */
export function seedAssets(account: Account): Asset[] {
  const seeded = new SeededRandom(`assets of ${account.businessUnitId}`);
  const firstId = seeded.integer(10_000, 9_000_000) * 100;
  const folders = seedFolders(account.businessUnitId).filter(({ contentType }) => contentType === 'asset');

  return Array.from({ length: ASSET_COUNT }, (_, index) => {
    const id = firstId + index;
    const customerKey = seeded.guid();
    const type = ASSET_TYPES[index % ASSET_TYPES.length] ?? ASSET_TYPES[0];
    const name = `${seeded.pick(CAMPAIGNS)} ${seeded.pick(PURPOSES)} ${String(index + 1).padStart(2, '0')}`;
    const editor = createPerson(seeded.integer(1, 4));
    const created = seeded.time();
    const folder = folders[seeded.integer(0, folders.length - 1)];
    return {
      id,
      customerKey,
      objectID: seeded.guid(),
      contentType: getContentType(type),
      assetType: toShownType(type),
      ...createFileMembers(name, type, seeded),
      name,
      description: `${type.displayName} of business unit ${account.businessUnitId}`,
      owner: editor,
      createdDate: toServerTimeWithZone(created),
      createdBy: editor,
      modifiedDate: toServerTimeWithZone(created + seeded.integer(0, 30 * 24 * 60) * 60_000),
      modifiedBy: createPerson(seeded.integer(1, 4)),
      enterpriseId: account.enterpriseId,
      memberId: account.businessUnitId,
      status: seeded.pick<JsonObject>(STATUSES),
      thumbnail: { thumbnailUrl: `/v1/assets/${id}/thumbnail` },
      category: { id: folder?.id, name: folder?.name, parentId: folder?.parentId },
      ...createContent(name, type),
      ...createLegacyMembers(type, { id, customerKey }, account),
      availableViews: [],
      modelVersion: 2,
    };
  });
}

/** Creates the person who edits an asset: a role with a number, not a person's name. */
export function createPerson(userId: number): JsonObject {
  return {
    id: userId,
    email: `editor-${userId}@example.com`,
    name: `Content Editor ${userId}`,
    userId: String(userId),
  };
}

/** Returns `contentType` of an asset of a type. */
export function getContentType({ name, kind }: AssetType): string {
  if (kind === 'email')
    return 'application/vnd.etmc.email.Message; kind=' + (name === 'htmlemail' ? 'paste' : 'template');
  if (name === 'pdf') return 'application/pdf';
  return kind === 'files' ? `image/${name === 'jpg' ? 'jpeg' : name}` : 'text/html';
}

function createContent(name: string, { kind }: AssetType): Readonly<Record<string, Json>> {
  const html = `<p>${name}</p>`;
  if (kind === 'files') return {};
  if (kind === 'savedContent') return { content: html, design: '' };
  return { views: { subjectline: { content: name }, preheader: { content: '' }, html: { content: html } } };
}

/**
 * Creates `fileProperties`: all properties for a file, the name only for a block, none for emails and templates. The name
 * of a file's type is its extension.
 */
function createFileMembers(name: string, { kind, name: extension }: AssetType, seeded: SeededRandom): JsonObject {
  if (BLOCK_TYPES.includes(extension)) return { fileProperties: { fileName: name } };
  if (kind !== 'files') return {};
  const fileName = `${name.toLowerCase().replaceAll(' ', '-')}.${extension}`;
  const isImage = extension !== 'pdf';
  const fileProperties = {
    fileName,
    extension,
    fileSize: seeded.integer(2_000, 900_000),
    fileCreatedDate: toServerTimeWithZone(seeded.time()),
    ...(isImage && { width: seeded.integer(100, 1_200), height: seeded.integer(100, 800) }),
    publishedURL: `https://image.example.com/lib/${fileName}`,
  };
  return { fileProperties };
}

/** Creates the Classic Content members of an email: the same in `legacyData` and in `data.email`. */
export function createLegacyMembers(
  { kind }: AssetType,
  { id, customerKey }: Pick<Asset, 'id' | 'customerKey'>,
  { businessUnitId }: Account,
): JsonObject {
  if (kind !== 'email') return {};
  const root = seedFolders(businessUnitId).find(({ contentType }) => contentType === 'email');
  const legacyData = {
    legacyId: id % 1_000_000,
    legacyKey: customerKey,
    legacyType: 'email',
    legacyCategoryId: root?.id,
  };
  return { data: { email: { options: { characterEncoding: 'utf-8' }, legacy: legacyData } }, legacyData };
}
