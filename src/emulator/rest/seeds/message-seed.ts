import { seedAssets } from '../asset-seed';
import type { JsonObject } from '../json';
import { Seeded } from '../seeded';
import { serverTime } from '../server-time';
import { allSubscribersKey, datesFrom, folderIds, keyOf, twoDigits } from './seed-parts';

/** More than one page: the list of definitions gives at most 100 at a time. */
const DEFINITION_COUNT = 104;
const NOT_SENT_COUNT = 130;

const purposes = ['Receipt', 'Password Reset', 'Shipping Notice', 'Booking', 'One-Time Code'] as const;

/** The transactional email definitions of a business unit. */
export function seedEmailDefinitions(businessUnitId: number): JsonObject[] {
  const seeded = new Seeded(`email definitions of ${businessUnitId}`);
  const assets = seedAssets({ enterpriseId: 0, businessUnitId });
  const emails = assets.filter(({ views }) => views !== undefined);
  // The key of the list of all subscribers, which SOAP shows.
  const list = allSubscribersKey(folderIds(businessUnitId, 'mysubs')[0]);
  return Array.from({ length: DEFINITION_COUNT }, (_, index) => {
    const name = `${purposes[index % purposes.length] ?? purposes[0]} ${twoDigits(index + 1)}`;
    const { created, modified } = datesFrom(seeded);
    return {
      name,
      definitionKey: keyOf(name),
      definitionId: seeded.guid(),
      description: `${name} of business unit ${businessUnitId}`,
      classification: 'Default Transactional',
      status: seeded.one(['Active', 'Active', 'Inactive']),
      createdDate: serverTime(Math.floor(created / 60_000) * 60_000),
      modifiedDate: serverTime(Math.floor(modified / 60_000) * 60_000),
      content: { customerKey: emails[index % emails.length]?.customerKey },
      subscriptions: {
        list,
        dataExtension: 'Subscribers',
        autoAddSubscriber: true,
        updateSubscriber: true,
      },
      options: { trackLinks: true },
    };
  });
}

/** What could not be sent, oldest first; `eventID` is the cursor of the list. */
export function seedNotSent(businessUnitId: number): JsonObject[] {
  const seeded = new Seeded(`not sent of ${businessUnitId}`);
  const definitions = seedEmailDefinitions(businessUnitId);
  const firstId = seeded.integer(30_000, 90_000);
  return Array.from({ length: NOT_SENT_COUNT }, (_, index) => ({
    statusCode: 24,
    statusMessage: 'ListDetectiveExclusion',
    eventCategoryType: 'TransactionalSendEvents.EmailNotSent',
    timestamp: serverTime(seeded.moment()),
    definitionKey: definitions[seeded.integer(0, definitions.length - 1)]?.['definitionKey'],
    eventID: firstId + index,
    info: { messageKey: Buffer.from(seeded.guid()).toString('base64url').slice(0, 22) },
  }));
}

/** The domains and addresses that may send. */
export function seedSendingDomains(businessUnitId: number): JsonObject[] {
  const seeded = new Seeded(`sending domains of ${businessUnitId}`);
  return ['mail.example.com', 'news.example.com', 'service@example.com', 'offers@example.com', 'example.org'].map(
    (domain) => ({
      domain,
      status: 'Verified',
      domainType: domain.includes('@') ? 'UserDomain' : seeded.one(['SAP', 'PrivateDomain']),
      isSendable: true,
      memberId: businessUnitId,
      emailSendTime: serverTime(seeded.moment()),
    }),
  );
}
