import type { RecordKind } from '../seeds/seeds';
import type { PageSizes, PagingDialectName } from './paging-dialects';

/** A list of records with the same routes as the others: the list and, where it has references, one record. */
export interface Resource {
  /** The path of the list. */
  readonly path: string;
  readonly kind: RecordKind;
  readonly dialect: PagingDialectName;
  readonly sizes: PageSizes;
  /** One of these lets a caller read. */
  readonly read: readonly string[];
  /** How `{path}/{reference}` finds a record: a prefix, which may be empty, and the member that follows it. */
  readonly references: Readonly<Record<string, string>>;
  /** The members that the list shows; all of them when left out. */
  readonly listed?: readonly string[];
  /** What its last page names as its size, where recorded answers show another rule than the options' default. */
  readonly lastPageSize?: 'received';
  /** The member that must equal the parameter `:parent` of the path. */
  readonly parent?: string;
}

const SIZES: PageSizes = { initial: 50, max: 500 };
const AUTOMATIONS = ['automations_read'];

/** A list of Automation Studio; `id` is the member that `{path}/{reference}` holds. */
function studio(name: string, kind: RecordKind, id: string, more: Partial<Resource> = {}): Resource {
  const path = `/automation/v1/${name}`;
  const references = { '': id };
  return { path, kind, dialect: 'itemsWithoutLinks', sizes: SIZES, read: AUTOMATIONS, references, ...more };
}

/** Transactional definitions: the list shows less than a definition itself. */
function transactional(channel: string, kind: RecordKind): Resource {
  return {
    path: `/messaging/v1/${channel}/definitions`,
    kind,
    dialect: 'definitions',
    sizes: { initial: 50, max: 100 },
    read: [`${channel}_read`],
    references: { '': 'definitionKey' },
    listed: ['name', 'definitionKey', 'status', 'createdDate', 'modifiedDate'],
  };
}

/** A legacy list, whose pages have 50 entries whatever is asked for. */
function legacy(name: string, kind: RecordKind, read: readonly string[], sizes: Partial<PageSizes> = {}): Resource {
  const fixed = { initial: 50, max: 50, fixed: true, ...sizes };
  return { path: `/legacy/v1/${name}`, kind, dialect: 'legacy', sizes: fixed, read, references: { '': 'id' } };
}

/** Any other list. */
function list(
  path: string,
  kind: RecordKind,
  dialect: PagingDialectName,
  scope: string,
  more: Partial<Resource> = {},
): Resource {
  return { path, kind, dialect, sizes: SIZES, read: [scope], references: {}, ...more };
}

/**
 * The lists that need nothing but this table: a new one is a line here and a seed in `seeds/seeds.ts`.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_rest_permission_scopes/rest-permissions-and-scopes.html
 */
export const RESOURCES: readonly Resource[] = [
  studio('automations', 'automations', 'id', {
    sizes: { initial: 25, max: 500 },
    references: { 'key:': 'key', '': 'id' },
    listed: ['id', 'name', 'description', 'key', 'typeId', 'type', 'statusId', 'status', 'categoryId'],
  }),
  studio('queries', 'queries', 'queryDefinitionId'),
  studio('scripts', 'scripts', 'ssjsActivityId'),
  studio('dataextracts', 'dataExtracts', 'dataExtractDefinitionId'),
  studio('dataextracttypes', 'extractTypes', 'extractId', { dialect: 'array' }),
  studio('filetransfers', 'fileTransfers', 'id'),
  studio('ftplocations', 'fileLocations', 'id', { lastPageSize: 'received' }),
  studio('imports', 'imports', 'importDefinitionId'),
  studio('dataverifications', 'dataVerifications', 'dataVerificationDefinitionId'),

  transactional('email', 'emailDefinitions'),
  transactional('sms', 'smsDefinitions'),
  transactional('push', 'pushDefinitions'),
  list('/messaging/v1/email/messages', 'notSent', 'lastEventId', 'email_read'),
  list('/messaging/v1/domainverification', 'sendingDomains', 'textNumbers', 'accounts_read'),

  list('/interaction/v1/eventDefinitions', 'eventDefinitions', 'items', 'journeys_read', {
    references: { 'key:': 'eventDefinitionKey', '': 'id' },
  }),
  list('/hub/v1/campaigns', 'campaigns', 'linkedItems', 'campaign_read', { references: { '': 'id' } }),
  list('/hub/v1/campaigns/:parent/assets', 'campaignAssets', 'entities', 'campaign_read', {
    parent: 'campaignId',
    references: { '': 'id' },
  }),
  list('/hub/v1/nestedtags', 'tags', 'array', 'tags_read'),
  list('/platform/v1/ens-callbacks', 'eventCallbacks', 'array', 'event_notification_callback_read', {
    references: { '': 'callbackId' },
  }),
  list('/data/v1/audit/auditEvents', 'auditEvents', 'itemsWithoutLinks', 'tracking_events_read'),
  list('/contacts/v1/contacts/analytics/deleterequests', 'contactDeletes', 'operations', 'audiences_read', {
    sizes: { initial: 20, max: 500 },
  }),

  legacy('beta/bulk/automations/automation/definition', 'legacyAutomations', AUTOMATIONS),
  legacy('beta2/data/campaign', 'legacyCampaigns', ['campaign_read']),
  legacy('beta/mobile/code', 'mobileCodes', ['sms_read']),
  legacy('beta/mobile/keyword', 'mobileKeywords', ['sms_read']),
  legacy('beta/mobile/message', 'mobileMessages', ['sms_read'], { fixed: false }),
  legacy('beta/mobile/imports', 'mobileImports', ['sms_read']),
  legacy('beta/messaging/deliverypolicy', 'deliveryPolicies', ['email_read']),
];
