import { assetTypes, shownType } from './asset-types';
import type { AssetType } from './asset-types';
import { seedFolders } from './folders';
import type { Json, JsonObject } from './json';
import { Seeded } from './seeded';
import { serverTimeWithZone } from './server-time';

/** An asset of Content Builder: what the emulator itself looks at, and everything else it shows. */
export type Asset = JsonObject & { readonly id: number; readonly customerKey: string; readonly name: string };

/** The account an asset belongs to. */
export interface Account {
  readonly enterpriseId: number;
  readonly businessUnitId: number;
}

/** How many assets every business unit starts with: more than one page of the default size. */
export const seededAssetCount = 57;

const campaigns = ['Spring Sale', 'Summer Preview', 'Harvest', 'Winter Warmers', 'Welcome', 'Win-Back'] as const;
const purposes = ['Hero', 'Footer', 'Teaser', 'Reminder', 'Announcement', 'Receipt', 'Survey'] as const;
const blockTypes: readonly string[] = ['textblock', 'htmlblock'];
const statuses = [
  { id: 1, name: 'Draft' },
  { id: 2, name: 'Published' },
] as const;

/** The assets a business unit starts with: the same at every start, different in every business unit, ids included. */
export function seedAssets(account: Account): Asset[] {
  const seeded = new Seeded(`assets of ${account.businessUnitId}`);
  const firstId = seeded.integer(10_000, 9_000_000) * 100;
  const folders = seedFolders(account.businessUnitId).filter(({ contentType }) => contentType === 'asset');

  return Array.from({ length: seededAssetCount }, (_, index) => {
    const id = firstId + index;
    const customerKey = seeded.guid();
    const type = assetTypes[index % assetTypes.length] ?? assetTypes[0];
    const name = `${seeded.one(campaigns)} ${seeded.one(purposes)} ${String(index + 1).padStart(2, '0')}`;
    const editor = person(seeded.integer(1, 4));
    const created = seeded.moment();
    const folder = folders[seeded.integer(0, folders.length - 1)];
    return {
      id,
      customerKey,
      objectID: seeded.guid(),
      contentType: contentTypeOf(type),
      assetType: shownType(type),
      ...fileMembers(name, type, seeded),
      name,
      description: `${type.displayName} of business unit ${account.businessUnitId}`,
      owner: editor,
      createdDate: serverTimeWithZone(created),
      createdBy: editor,
      modifiedDate: serverTimeWithZone(created + seeded.integer(0, 30 * 24 * 60) * 60_000),
      modifiedBy: person(seeded.integer(1, 4)),
      enterpriseId: account.enterpriseId,
      memberId: account.businessUnitId,
      status: seeded.one<JsonObject>(statuses),
      thumbnail: { thumbnailUrl: `/v1/assets/${id}/thumbnail` },
      category: { id: folder?.id, name: folder?.name, parentId: folder?.parentId },
      ...contentOf(name, type),
      ...legacyMembers(type, { id, customerKey }, account),
      availableViews: [],
      modelVersion: 2,
    };
  });
}

/** Someone who edits content: a role and a number, never a name that a person could have. */
export function person(userId: number): JsonObject {
  return {
    id: userId,
    email: `editor-${userId}@example.com`,
    name: `Content Editor ${userId}`,
    userId: String(userId),
  };
}

/** The media type an asset of this type carries. */
export function contentTypeOf({ name, kind }: AssetType): string {
  if (kind === 'email')
    return 'application/vnd.etmc.email.Message; kind=' + (name === 'htmlemail' ? 'paste' : 'template');
  if (name === 'pdf') return 'application/pdf';
  return kind === 'files' ? `image/${name === 'jpg' ? 'jpeg' : name}` : 'text/html';
}

function contentOf(name: string, { kind }: AssetType): Readonly<Record<string, Json>> {
  const html = `<p>${name}</p>`;
  if (kind === 'files') return {};
  if (kind === 'savedContent') return { content: html, design: '' };
  return { views: { subjectline: { content: name }, preheader: { content: '' }, html: { content: html } } };
}

/**
 * `fileProperties`: everything about a file for a file, the name alone for a block, none for emails and templates.
 *
 * @param extension the type of a file is named after it
 */
function fileMembers(name: string, { kind, name: extension }: AssetType, seeded: Seeded): JsonObject {
  if (blockTypes.includes(extension)) return { fileProperties: { fileName: name } };
  if (kind !== 'files') return {};
  const fileName = `${name.toLowerCase().replaceAll(' ', '-')}.${extension}`;
  const isImage = extension !== 'pdf';
  const fileProperties = {
    fileName,
    extension,
    fileSize: seeded.integer(2_000, 900_000),
    fileCreatedDate: serverTimeWithZone(seeded.moment()),
    ...(isImage && { width: seeded.integer(100, 1_200), height: seeded.integer(100, 800) }),
    publishedURL: `https://image.example.com/lib/${fileName}`,
  };
  return { fileProperties };
}

/** What an email was in Classic Content: the same in `legacyData` and below `data.email`. */
export function legacyMembers(
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
