import { seedAssets } from './asset-seed';
import type { JsonObject } from '../json';
import { SeededRandom } from '../seeded-random';
import { toServerTime } from '../server-time';
import { toAllSubscribersKey, createDates, getFolderIds, toKey, toTwoDigits } from './seed-parts';

/** More than one page: the list of definitions gives at most 100 at a time. */
const DEFINITION_COUNT = 104;
const NOT_SENT_COUNT = 130;

const PURPOSES = ['Receipt', 'Password Reset', 'Shipping Notice', 'Booking', 'One-Time Code'] as const;

/** Creates the transactional email definitions of a business unit. */
export function seedEmailDefinitions(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`email definitions of ${businessUnitId}`);
  const assets = seedAssets({ enterpriseId: 0, businessUnitId });
  const emails = assets.filter(({ views }) => views !== undefined);
  // The key of the list of all subscribers, which SOAP shows.
  const list = toAllSubscribersKey(getFolderIds(businessUnitId, 'mysubs')[0]);
  return Array.from({ length: DEFINITION_COUNT }, (_, index) => {
    const name = `${PURPOSES[index % PURPOSES.length] ?? PURPOSES[0]} ${toTwoDigits(index + 1)}`;
    const { created, modified } = createDates(seeded);
    return {
      name,
      definitionKey: toKey(name),
      definitionId: seeded.guid(),
      description: `${name} of business unit ${businessUnitId}`,
      classification: 'Default Transactional',
      status: seeded.pick(['Active', 'Active', 'Inactive']),
      createdDate: toServerTime(Math.floor(created / 60_000) * 60_000),
      modifiedDate: toServerTime(Math.floor(modified / 60_000) * 60_000),
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

/** Creates the emails that were not sent, oldest first. `eventID` is the cursor of the list. */
export function seedNotSent(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`not sent of ${businessUnitId}`);
  const definitions = seedEmailDefinitions(businessUnitId);
  const firstId = seeded.integer(30_000, 90_000);
  return Array.from({ length: NOT_SENT_COUNT }, (_, index) => ({
    statusCode: 24,
    statusMessage: 'ListDetectiveExclusion',
    eventCategoryType: 'TransactionalSendEvents.EmailNotSent',
    timestamp: toServerTime(seeded.time()),
    definitionKey: definitions[seeded.integer(0, definitions.length - 1)]?.['definitionKey'],
    eventID: firstId + index,
    info: { messageKey: Buffer.from(seeded.guid()).toString('base64url').slice(0, 22) },
  }));
}

/** Creates the domains and addresses that a business unit may send from. */
export function seedSendingDomains(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`sending domains of ${businessUnitId}`);
  return ['mail.example.com', 'news.example.com', 'service@example.com', 'offers@example.com', 'example.org'].map(
    (domain) => ({
      domain,
      status: 'Verified',
      domainType: domain.includes('@') ? 'UserDomain' : seeded.pick(['SAP', 'PrivateDomain']),
      isSendable: true,
      memberId: businessUnitId,
      emailSendTime: toServerTime(seeded.time()),
    }),
  );
}
