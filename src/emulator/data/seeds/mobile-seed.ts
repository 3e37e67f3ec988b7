import type { JsonObject } from '../json';
import { SeededRandom } from '../seeded-random';
import { toUtcTime } from '../server-time';
import { toLegacyId } from './seed-parts';

/** Creates the phone numbers that a business unit sends text messages from. */
export function seedMobileCodes(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`mobile codes of ${businessUnitId}`);
  const created = seeded.time();
  return [
    {
      id: toLegacyId(seeded.guid(), 81),
      createdDate: toUtcTime(created),
      lastUpdated: toUtcTime(created),
      code: `1555010${seeded.integer(1_000, 9_999)}`,
      countryCode: 'US',
      startDate: toUtcTime(created),
      endDate: '2047-05-05T06:00:00Z',
      keywordLimit: 'Unlimited',
      keywordsUsed: '0',
      codeType: 'PRIVATE',
      isShortCode: false,
      keywordsUsedOther: '0',
      isGsmCharacterSetOnly: false,
      isMms: false,
      isStackIndependant: false,
      dipSwitches: 1,
      moEngineVersion: 1,
      sendableCountries: [{ countryCode: 'US', vendor: 'CLX', fromNameSupported: false }],
      supportsConcatenation: true,
      isClientOwned: false,
      isOwner: false,
    },
  ];
}

/** Creates the keywords that can be sent to a number. */
export function seedMobileKeywords(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`mobile keywords of ${businessUnitId}`);
  const [code] = seedMobileCodes(businessUnitId);
  return ['JOIN', 'OFFERS'].map((keyword) => {
    const created = seeded.time();
    return {
      id: toLegacyId(seeded.guid(), 86),
      createdDate: toUtcTime(created),
      lastUpdated: toUtcTime(created),
      code,
      keyword,
      startDate: toUtcTime(created),
      endDate: '2038-03-27T12:37:18.19Z',
      status: 'Active',
      keywordType: 'NORMAL',
      companyName: 'Emulated Company',
      countryCode: 'US',
    };
  });
}

/** Creates the text messages of a business unit. */
export function seedMobileMessages(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`mobile messages of ${businessUnitId}`);
  const [code] = seedMobileCodes(businessUnitId);
  return ['Parcel On Its Way'].map((name) => {
    const changed = seeded.time();
    return {
      id: toLegacyId(seeded.integer(100, 999), 78),
      lastUpdated: toUtcTime(changed),
      type: 'ExactTarget.Mobile.Sms.Core.Entities.SmsMessageEntity',
      name,
      text: 'Your parcel is on its way.',
      origin: 'SMS Send',
      code,
      campaigns: [],
      template: { id: toLegacyId(3, 80), name: 'Outbound' },
      status: 'Active',
      isTest: false,
    };
  });
}

/** Creates the delivery profiles of a business unit. */
export function seedDeliveryPolicies(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`delivery policies of ${businessUnitId}`);
  const created = toUtcTime(Math.floor(seeded.time() / 60_000) * 60_000);
  const profile = { id: toLegacyId(seeded.guid(), 48), key: 'Default', createdDate: created, lastUpdated: created };
  return [{ ...profile, name: 'Default', description: 'Account defaults' }];
}
