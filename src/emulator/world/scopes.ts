/**
 * The scopes of the default packages, by resource: those of live token answers.
 *
 * The emulator accepts any other scope name in `world.change`, because Marketing Cloud adds new ones.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_rest_permission_scopes/rest-permissions-and-scopes.html
 */
const OPERATIONS_BY_RESOURCE = {
  accounts: ['read', 'write'],
  approvals: ['read', 'write'],
  audiences: ['read', 'write'],
  automations: ['execute', 'read', 'write'],
  calendar: ['read', 'write'],
  campaign: ['read', 'write'],
  contact_bu_mapping: ['create', 'delete', 'update', 'view'],
  data_extensions: ['read', 'write'],
  deep_linking_asset: ['delete', 'read', 'write'],
  deep_linking_settings: ['read', 'write'],
  dfu: ['configure'],
  documents_and_images: ['read', 'write'],
  email: ['read', 'send', 'write'],
  event_notification_callback: ['create', 'delete', 'read', 'update'],
  event_notification_subscription: ['create', 'delete', 'read', 'update'],
  file_locations: ['read', 'write'],
  journeys: ['aspr', 'delete', 'execute', 'read', 'write'],
  key_manage: ['revoke', 'rotate', 'view'],
  list_and_subscribers: ['read', 'write'],
  marketing_cloud_connect: ['read', 'send', 'write'],
  ott_channels: ['read', 'write'],
  ott_chat_messaging: ['read', 'send'],
  package_manager: ['deploy', 'package'],
  push: ['read', 'send', 'write'],
  saved_content: ['read', 'write'],
  sms: ['read', 'send', 'write'],
  social: ['post', 'publish', 'read', 'write'],
  tags: ['read', 'write'],
  tracking_events: ['read', 'write'],
  users: ['read', 'write'],
  web: ['publish', 'read', 'write'],
  webhooks: ['read', 'write'],
  workflows: ['read', 'write'],
} as const;

/** Every scope that is a permission; see {@link isPermission}. */
export const PERMISSION_SCOPES: readonly string[] = Object.entries(OPERATIONS_BY_RESOURCE).flatMap(
  ([resource, operations]) => operations.map((operation) => `${resource}_${operation}`),
);

/** All scopes. `offline` is the first, as in live answers. */
export const ALL_SCOPES: readonly string[] = ['offline', ...PERMISSION_SCOPES];

/** The scopes that only allow reading. */
export const READING_SCOPES: readonly string[] = PERMISSION_SCOPES.filter((scope) => /_(?:read|view)$/.test(scope));

/** Returns whether a scope is a permission. `offline` and `openid` are not: they are about the token. */
export function isPermission(scope: string): boolean {
  return scope !== 'offline' && scope !== 'openid';
}

/** An entry of `permissions` in userinfo. */
export interface PermissionEntry {
  readonly objectTypeName: string;
  readonly operationName: string;
  readonly name: string;
  readonly id: number;
}

/**
 * Converts permissions to entries of `/v2/userinfo`. Object names and ids are derived from the scope names; Marketing
 * Cloud's are those of its permission table, which is not public.
 */
export function toPermissionEntries(permissions: ReadonlySet<string>): PermissionEntry[] {
  return [...permissions].sort().map((scope) => {
    const words = scope.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
    const operationName = words.pop() ?? '';
    const known = PERMISSION_SCOPES.indexOf(scope);
    return { objectTypeName: words.join(' '), operationName, name: operationName, id: known < 0 ? 9_000 : 100 + known };
  });
}
