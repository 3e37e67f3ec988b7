import type { JsonObject } from './json';
import { isJsonObject } from './json';

/** The kinds of content that have their own scopes. */
export type ContentKind = 'files' | 'email' | 'savedContent';

/** An asset type of Content Builder: `id`, `name` and `displayName` as in `assetType` of an asset, and its kind of content. */
export interface AssetType {
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
  readonly kind: ContentKind;
}

/**
 * Some of Content Builder's asset types, with their real ids.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/base-asset-types.html
 */
export const ASSET_TYPES: readonly [AssetType, ...AssetType[]] = [
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

/** Finds the type that `assetType` of a request names: `{ id: 208 }` or `{ name: 'htmlemail' }`. */
export function findAssetType(value: unknown): AssetType | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, name } = value;
  return ASSET_TYPES.find((type) => (id === undefined ? type.name === name : type.id === id));
}

/** Returns a type as `assetType` of an asset shows it. */
export function toShownType({ id, name, displayName }: AssetType): JsonObject {
  return { id, name, displayName };
}
