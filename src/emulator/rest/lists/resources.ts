import type { JsonObject } from '../json';
import type { RecordKind } from '../seeds/seeds';
import type { PageSizes, PagingDialectName } from './paging-dialects';
import type { Resource, Writes } from './resource';

const SIZES: PageSizes = { initial: 50, max: 500 };
const AUTOMATIONS = ['automations_read'];

/** A list of Automation Studio; `id` is the member that `{path}/{reference}` holds. */
function studio(name: string, kind: RecordKind, id: string, more: Partial<Resource> = {}): Resource {
  const path = `/automation/v1/${name}`;
  const references = { '': id };
  return { path, kind, dialect: 'itemsWithoutLinks', sizes: SIZES, read: AUTOMATIONS, references, ...more };
}

/** What Automation Studio takes. */
function studioWrites(id: string, defaults: JsonObject = {}): Writes {
  return { scopes: ['automations_write'], id, key: 'key', defaults: { description: '', ...defaults } };
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
    writes: {
      scopes: [`${channel}_write`],
      id: 'definitionId',
      key: 'definitionKey',
      defaults: { description: '', status: 'Inactive' },
    },
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
    writes: studioWrites('id', { typeId: 1, type: 'scheduled', statusId: 2, status: 'Ready', steps: [] }),
  }),
  studio('queries', 'queries', 'queryDefinitionId', { writes: studioWrites('queryDefinitionId', { isFrozen: false }) }),
  studio('scripts', 'scripts', 'ssjsActivityId', { writes: studioWrites('ssjsActivityId') }),
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
    writes: {
      scopes: ['journeys_write'],
      id: 'id',
      key: 'eventDefinitionKey',
      defaults: { type: 'APIEvent', description: '', mode: 'Production', category: 'Event' },
    },
  }),
  list('/hub/v1/campaigns', 'campaigns', 'linkedItems', 'campaign_read', {
    references: { '': 'id' },
    writes: {
      scopes: ['campaign_write'],
      id: 'id',
      numbered: true,
      key: 'campaignCode',
      defaults: { description: '', color: '0000ff', favorite: false },
    },
  }),
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
