import type { JsonObject } from '../json';
import { SeededRandom } from '../seeded-random';
import { toServerTime, toUtcTime } from '../server-time';
import { seedAutomations } from './automation-seed';
import { createDates, toKey, toLegacyId, toLegacyPerson, toTwoDigits } from './seed-parts';

/** More than one page of 50, the size of every page of the legacy lists. */
const CAMPAIGN_COUNT = 64;

const SEASONS = ['Spring', 'Summer', 'Autumn', 'Winter'] as const;
const COLORS = ['d2e7b8', 'f6efb6', 'c7dff0', 'e7c6d8'] as const;

/** Creates the campaigns of a business unit. Their ids are numbers as text. */
export function seedCampaigns(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`campaigns of ${businessUnitId}`);
  const firstId = (businessUnitId % 100_000) * 100 + 1;
  return Array.from({ length: CAMPAIGN_COUNT }, (_, index) => {
    const name = `${SEASONS[index % SEASONS.length] ?? SEASONS[0]} Campaign ${toTwoDigits(index + 1)}`;
    const { created, modified } = createDates(seeded);
    return {
      id: String(firstId + index),
      createdDate: toServerTime(created),
      modifiedDate: toServerTime(modified),
      name,
      description: `${name} of business unit ${businessUnitId}`,
      campaignCode: toKey(name),
      color: seeded.pick(COLORS),
      favorite: seeded.pick([false, false, true]),
    };
  });
}

/** Creates the same campaigns in the format of the legacy routes. */
export function seedLegacyCampaigns(businessUnitId: number): JsonObject[] {
  return seedCampaigns(businessUnitId).map(({ id, name, description, campaignCode, color, favorite }) => {
    const campaignId = Number(id);
    const seeded = new SeededRandom(`legacy campaign ${campaignId}`);
    const { created, modified } = createDates(seeded);
    return {
      id: toLegacyId(campaignId, 46),
      type: 'Campaign',
      createdDate: toUtcTime(created),
      lastUpdated: toUtcTime(modified),
      name,
      description,
      externalKey: campaignCode,
      campaignCode,
      display: { name: 'color', value: color },
      isFavorite: favorite,
      campaignOwnerName: toLegacyPerson(1).name,
      campaignId,
      campaignStatus: 'InProcess',
      campaignOwner: toLegacyPerson(1).id,
    };
  });
}

/** Creates the assets of campaigns, which are automations. Most campaigns have none. */
export function seedCampaignAssets(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`campaign assets of ${businessUnitId}`);
  const automations = seedAutomations(businessUnitId);
  const [first, second] = seedCampaigns(businessUnitId);
  const pairs = [...automations.map(({ id }) => [first, id] as const), [second, automations[0]?.['id']] as const];
  return pairs.map(([campaign, objectID], index) => ({
    id: String(index + 1),
    campaignId: Number(campaign?.['id']),
    type: 'AUTOMATION_DEFINITION',
    objectID,
    createdDate: toServerTime(seeded.time()),
  }));
}
