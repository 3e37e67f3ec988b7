import type { ContentKind } from '../../data/asset-types';
import type { RestCaller } from '../rest-context';

/** An action on an asset; `change` includes deleting. */
export type AssetAction = 'view' | 'create' | 'change';

/** The scope that Salesforce's table names for each action. It opens assets of every kind. */
const SCOPE_BY_ACTION: Readonly<Record<AssetAction, string>> = {
  view: 'documents_and_images_read',
  create: 'saved_content_write',
  change: 'documents_and_images_write',
};

/** The scopes that open assets of one kind. */
const SCOPES_BY_KIND: Readonly<Record<ContentKind, { readonly read: string; readonly write: string }>> = {
  files: { read: 'documents_and_images_read', write: 'documents_and_images_write' },
  email: { read: 'email_read', write: 'email_write' },
  savedContent: { read: 'saved_content_read', write: 'saved_content_write' },
};

/** Returns every scope that allows an action on at least one kind of asset. */
export function getAssetScopes(action: AssetAction): readonly string[] {
  const access = action === 'view' ? 'read' : 'write';
  return [SCOPE_BY_ACTION[action], ...Object.values(SCOPES_BY_KIND).map((scopes) => scopes[access])];
}

/**
 * Returns whether the caller may perform an action on assets of a kind: the scope of Salesforce's table opens every
 * asset, the scope of a kind opens assets of that kind only.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_rest_permission_scopes/rest-permissions-and-scopes.html
 */
export function isAssetAllowed(caller: RestCaller, action: AssetAction, kind: ContentKind): boolean {
  const access = action === 'view' ? 'read' : 'write';
  return caller.hasPermission(SCOPE_BY_ACTION[action]) || caller.hasPermission(SCOPES_BY_KIND[kind][access]);
}
