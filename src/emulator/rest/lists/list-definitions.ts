import type { JsonObject } from '../../data/json';
import type { RecordKind } from '../../data/seeds/record-seeds';
import type { ListDialect } from '../../options';
import type { PageSizes } from './paging-dialects';

/** A list of records that the common routes serve: the list and, when it has references, one record. */
export interface ListDefinition {
  /** The path of the list. */
  readonly path: string;
  readonly kind: RecordKind;
  readonly dialect: ListDialect;
  readonly sizes: PageSizes;
  /** A caller needs one of these scopes to read. */
  readonly read: readonly string[];
  /** How `{path}/{reference}` names a record: a prefix, which may be empty, and the member whose value follows it. */
  readonly references: Readonly<Record<string, string>>;
  /** The members that the list shows. @default all */
  readonly listed?: readonly string[];
  /** How clients write the records. Left out for a list that is only read. */
  readonly writes?: ListWrites;
  /** The page size that the last page names, where recorded answers differ from the option `lastPageSize`. */
  readonly lastPageSize?: 'received';
  /** The member that must equal the parameter `:parent` of the path. */
  readonly parent?: string;
}

/** How clients create, change and delete the records of a list. */
export interface ListWrites {
  /** A caller needs one of these scopes to write. */
  readonly scopes: readonly string[];
  /** The member that the server sets: a number as text when `numbered`, else a GUID. */
  readonly id: string;
  readonly numbered?: boolean;
  /** The member whose value is unique. */
  readonly key: string;
  /** The members of a new record that the body leaves out. */
  readonly defaults: JsonObject;
}

/** The paths of the lists that have their own routes. */
export const OWN_LISTS = {
  assets: '/asset/v1/content/assets',
  assetQuery: '/asset/v1/content/assets/query',
  categories: '/asset/v1/content/categories',
  journeys: '/interaction/v1/interactions',
  dataExtensions: '/data/v1/customobjects',
} as const;

const SIZES: PageSizes = { initial: 50, max: 500 };
const AUTOMATIONS = ['automations_read'];

/** Defines a list of Automation Studio. `id` is the member that `{path}/{reference}` names. */
function studio(name: string, kind: RecordKind, id: string, more: Partial<ListDefinition> = {}): ListDefinition {
  const path = `/automation/v1/${name}`;
  const references = { '': id };
  return { path, kind, dialect: 'itemsWithoutLinks', sizes: SIZES, read: AUTOMATIONS, references, ...more };
}

/** Defines how the records of Automation Studio are written. */
function studioWrites(id: string, defaults: JsonObject = {}): ListWrites {
  return { scopes: ['automations_write'], id, key: 'key', defaults: { description: '', ...defaults } };
}

/** Defines a list of transactional definitions. It shows only some members of a definition. */
function transactional(channel: string, kind: RecordKind): ListDefinition {
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

/** Defines a legacy list. Its pages have 50 entries, regardless of the requested size. */
function legacy(
  name: string,
  kind: RecordKind,
  read: readonly string[],
  sizes: Partial<PageSizes> = {},
): ListDefinition {
  const fixed = { initial: 50, max: 50, fixed: true, ...sizes };
  return { path: `/legacy/v1/${name}`, kind, dialect: 'legacy', sizes: fixed, read, references: { '': 'id' } };
}

/** Defines any other list. */
function list(
  path: string,
  kind: RecordKind,
  dialect: ListDialect,
  scope: string,
  more: Partial<ListDefinition> = {},
): ListDefinition {
  return { path, kind, dialect, sizes: SIZES, read: [scope], references: {}, ...more };
}

/**
 * The lists that the common routes serve. A new one is one entry here and a seed in `data/seeds/record-seeds.ts`.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_rest_permission_scopes/rest-permissions-and-scopes.html
 */
export const LIST_DEFINITIONS: readonly ListDefinition[] = [
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

/** The paths of all lists, which the option `listDialects` accepts. */
export const LIST_PATHS: readonly string[] = [...Object.values(OWN_LISTS), ...LIST_DEFINITIONS.map(({ path }) => path)];
