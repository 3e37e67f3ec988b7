import type { JsonObject } from '../json';
import { seedAuditEvents, seedContactDeletes, seedTags } from './account-seed';
import { seedDataExtracts, seedExtractTypes, seedFileLocations, seedFileTransfers, seedScripts } from './activity-seed';
import { seedAutomations, seedLegacyAutomations, seedNotifications, seedQueries } from './automation-seed';
import { seedCampaignAssets, seedCampaigns, seedLegacyCampaigns } from './campaign-seed';
import { seedEventCallbacks, seedEventDefinitions } from './event-seed';
import { seedEmailDefinitions, seedNotSent, seedSendingDomains } from './message-seed';
import { seedDeliveryPolicies, seedMobileCodes, seedMobileKeywords, seedMobileMessages } from './mobile-seed';

/**
 * The records that each business unit starts with, by kind. They are the same at every start; ids differ between business
 * units. A new kind is one line here and a function in one of the seed files.
 */
export const RECORD_SEEDS = {
  auditEvents: seedAuditEvents,
  automations: seedAutomations,
  automationNotifications: seedNotifications,
  campaignAssets: seedCampaignAssets,
  campaigns: seedCampaigns,
  contactDeletes: seedContactDeletes,
  dataExtracts: seedDataExtracts,
  dataVerifications: () => [],
  deliveryPolicies: seedDeliveryPolicies,
  emailDefinitions: seedEmailDefinitions,
  eventCallbacks: seedEventCallbacks,
  eventDefinitions: seedEventDefinitions,
  extractTypes: seedExtractTypes,
  fileLocations: seedFileLocations,
  fileTransfers: seedFileTransfers,
  imports: () => [],
  legacyAutomations: seedLegacyAutomations,
  legacyCampaigns: seedLegacyCampaigns,
  mobileCodes: seedMobileCodes,
  mobileImports: () => [],
  mobileKeywords: seedMobileKeywords,
  mobileMessages: seedMobileMessages,
  notSent: seedNotSent,
  pushDefinitions: () => [],
  queries: seedQueries,
  scripts: seedScripts,
  sendingDomains: seedSendingDomains,
  smsDefinitions: () => [],
  tags: seedTags,
} as const satisfies Readonly<Record<string, (businessUnitId: number) => readonly JsonObject[]>>;

/** A kind of record, such as `queries`. */
export type RecordKind = keyof typeof RECORD_SEEDS;
