import type { RestCaller } from './caller';
import type { JsonObject } from './json';
import { isJsonObject } from './json';

/** The three kinds of content whose rights are given out one by one. */
export type ContentKind = 'files' | 'email' | 'savedContent';

/** An asset type of Content Builder, as it stands in an asset's `assetType`, and the kind it belongs to. */
export interface AssetType {
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
  readonly kind: ContentKind;
}

/**
 * Some of Content Builder's types, with their real ids.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/base-asset-types.html
 */
export const assetTypes: readonly [AssetType, ...AssetType[]] = [
  { id: 28, name: 'png', displayName: 'PNG', kind: 'files' },
  { id: 23, name: 'jpg', displayName: 'JPG', kind: 'files' },
  { id: 127, name: 'pdf', displayName: 'PDF', kind: 'files' },
  { id: 207, name: 'templatebasedemail', displayName: 'Template-Based Email', kind: 'email' },
  { id: 208, name: 'htmlemail', displayName: 'HTML Email', kind: 'email' },
  { id: 209, name: 'textonlyemail', displayName: 'Text Only Email', kind: 'email' },
  { id: 4, name: 'template', displayName: 'Template', kind: 'savedContent' },
  { id: 196, name: 'textblock', displayName: 'Text Block', kind: 'savedContent' },
  { id: 197, name: 'htmlblock', displayName: 'HTML Block', kind: 'savedContent' },
];

/** Finds a type by what a request says: `{ id: 208 }` or `{ name: 'htmlemail' }`; undefined when it names none. */
export function findAssetType(asked: unknown): AssetType | undefined {
  if (!isJsonObject(asked)) return undefined;
  const { id, name } = asked;
  return assetTypes.find((type) => (id === undefined ? type.name === name : type.id === id));
}

/** What may be done with content; changing includes deleting. */
export type AssetAction = 'view' | 'create' | 'change';

/** Salesforce's table has one scope for each action, whatever the kind of asset. */
const scopeForAll: Readonly<Record<AssetAction, string>> = {
  view: 'documents_and_images_read',
  create: 'saved_content_write',
  change: 'documents_and_images_write',
};

const scopeForKind: Readonly<Record<ContentKind, { readonly read: string; readonly write: string }>> = {
  files: { read: 'documents_and_images_read', write: 'documents_and_images_write' },
  email: { read: 'email_read', write: 'email_write' },
  savedContent: { read: 'saved_content_read', write: 'saved_content_write' },
};

/** Every scope that opens an action for at least one kind of asset. */
export function scopesFor(action: AssetAction): readonly string[] {
  const access = action === 'view' ? 'read' : 'write';
  return [scopeForAll[action], ...Object.values(scopeForKind).map((scopes) => scopes[access])];
}

/**
 * Whether the caller may do this to assets of this kind: with the scope of Salesforce's table for any asset, with the
 * scope of the kind for that kind only.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_rest_permission_scopes/rest-permissions-and-scopes.html
 */
export function allows(caller: RestCaller, action: AssetAction, kind: ContentKind): boolean {
  const access = action === 'view' ? 'read' : 'write';
  return caller.may(scopeForAll[action]) || caller.may(scopeForKind[kind][access]);
}

/** The type as it is shown in an asset. */
export function shownType({ id, name, displayName }: AssetType): JsonObject {
  return { id, name, displayName };
}
