/** The names of scopes seen in live answers: https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_rest_permission_scopes/rest-permissions-and-scopes.html */
type KnownScope =
  | 'offline'
  | `${'accounts' | 'approvals' | 'audiences' | 'calendar' | 'campaign' | 'data_extensions'}_${'read' | 'write'}`
  | `${'documents_and_images' | 'file_locations' | 'list_and_subscribers' | 'ott_channels'}_${'read' | 'write'}`
  | `${'saved_content' | 'tags' | 'tracking_events' | 'users' | 'webhooks' | 'workflows'}_${'read' | 'write'}`
  | `automations_${'execute' | 'read' | 'write'}`
  | `contact_bu_mapping_${'create' | 'delete' | 'update' | 'view'}`
  | `deep_linking_asset_${'delete' | 'read' | 'write'}`
  | `deep_linking_settings_${'read' | 'write'}`
  | 'dfu_configure'
  | `${'email' | 'push' | 'sms' | 'marketing_cloud_connect'}_${'read' | 'send' | 'write'}`
  | `event_notification_${'callback' | 'subscription'}_${'create' | 'delete' | 'read' | 'update'}`
  | `journeys_${'aspr' | 'delete' | 'execute' | 'read' | 'write'}`
  | `key_manage_${'revoke' | 'rotate' | 'view'}`
  | `ott_chat_messaging_${'read' | 'send'}`
  | `package_manager_${'deploy' | 'package'}`
  | `social_${'post' | 'publish' | 'read' | 'write'}`
  | `web_${'publish' | 'read' | 'write'}`;

/** A scope: the known names are offered by editors, any other is accepted, since new ones appear every few releases. */
export type Scope = KnownScope | (string & Record<never, never>);

/** A scope is one or more visible ASCII characters but the double quote and the backslash (RFC 6749 §3.3). */
const TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** The scopes in a string or a list, each once and in their order; undefined when there is none or one is malformed. */
export function readScope(value: unknown): string[] | undefined {
  const parts: unknown[] = typeof value === 'string' ? value.split(' ').filter((part) => part !== '') : asList(value);
  if (parts.length === 0) return undefined;
  const names = parts.filter((part) => typeof part === 'string' && TOKEN.test(part));
  return names.length === parts.length ? [...new Set(names as string[])] : undefined;
}

/** The same for scopes to ask for. A name with a comma is refused: it is a list with the wrong separator. */
export function readRequestedScope(value: unknown): string[] | undefined {
  const names = readScope(value);
  return names?.some((name) => name.includes(',')) === true ? undefined : names;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
