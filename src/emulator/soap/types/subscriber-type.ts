import type { DataExtensions } from '../../data/data-extensions';
import { SeededRandom } from '../../data/seeded-random';
import { ObjectStore } from '../object-store';
import type { SoapObject } from '../soap-value';
import { createPlainType, type SoapType } from '../soap-type';

const GIVEN_NAMES = ['ada', 'bela', 'chidi', 'dana', 'emre', 'farah', 'goran', 'hana', 'ivo', 'jun', 'kofi'] as const;
const FAMILY_NAMES = ['abara', 'berg', 'costa', 'dietz', 'endo', 'fekete', 'gupta', 'horvat', 'ito', 'jansen'] as const;
/** The statuses to choose from at random; most subscribers are active. */
const STATUSES = [
  'Active',
  'Active',
  'Active',
  'Active',
  'Active',
  'Active',
  'Unsubscribed',
  'Bounced',
  'Held',
] as const;
/** The minimum and the maximum number of subscribers. */
const COUNT = [2_700, 5_600] as const;
/** The error number in recorded answers. */
const ALREADY_ON_THE_LIST = 12_014;
/** The error number; it is a guess. */
const SUBSCRIBER_NOT_FOUND = 12_002;

/**
 * Creates the type of subscribers: *All Subscribers* of a business unit, more than fit into one answer. The first ones are
 * those in the data extension *Subscribers*.
 */
export function subscriberType(dataExtensions: DataExtensions): SoapType {
  const store = new ObjectStore('Subscriber', (businessUnitId) => seedSubscribers(businessUnitId, dataExtensions));
  return createPlainType({
    name: 'Subscriber',
    scope: 'list_and_subscribers_read',
    properties: {
      ID: 'number',
      SubscriberKey: 'text',
      EmailAddress: 'text',
      Status: 'text',
      EmailTypePreference: 'text',
      CreatedDate: 'date',
      UnsubscribedDate: 'date',
      'Client.ID': 'number',
    },
    list: store.list,
    writing: store.writing({
      scope: 'list_and_subscribers_write',
      messages: { create: 'Created Subscriber.', update: 'Updated Subscriber.', delete: 'Subscriber deleted' },
      identity: ['ID', 'SubscriberKey', 'EmailAddress'],
      required: ['EmailAddress'],
      unique: ['SubscriberKey'],
      missing: ['The subscriber could not be found', SUBSCRIBER_NOT_FOUND],
      taken: ['The subscriber is already on the list', ALREADY_ON_THE_LIST],
      complete: (given, { id, businessUnitId, now }) => ({
        SubscriberKey: given['EmailAddress'],
        Status: 'Active',
        EmailTypePreference: 'HTML',
        ...given,
        ID: id,
        CreatedDate: now,
        'Client.ID': businessUnitId,
      }),
    }),
  });
}

function seedSubscribers(businessUnitId: number, dataExtensions: DataExtensions): SoapObject[] {
  const seeded = new SeededRandom(`All Subscribers of ${businessUnitId}`);
  const known = dataExtensions.find(businessUnitId, 'key', 'Subscribers')?.rows() ?? [];
  return Array.from({ length: seeded.integer(...COUNT) }, (_, index): SoapObject => {
    const number = index + 1;
    const { subscriberkey, emailaddress, joined } = known[index] ?? {};
    const created = seeded.time();
    const createdAt = joined === undefined ? created : new Date(joined).getTime();
    const status = seeded.pick(STATUSES);
    return {
      ID: (businessUnitId % 100_000) * 10_000 + number,
      SubscriberKey: String(subscriberkey ?? `${businessUnitId}-S-${String(number).padStart(4, '0')}`),
      EmailAddress: String(
        emailaddress ?? `${seeded.pick(GIVEN_NAMES)}.${seeded.pick(FAMILY_NAMES)}.${number}@example.com`,
      ),
      Status: status,
      EmailTypePreference: seeded.pick(['HTML', 'HTML', 'HTML', 'Text']),
      CreatedDate: new Date(createdAt),
      UnsubscribedDate:
        status === 'Unsubscribed' ? new Date(createdAt + seeded.integer(1, 200) * 24 * 60 * 60 * 1000) : undefined,
      'Client.ID': businessUnitId,
    };
  });
}
