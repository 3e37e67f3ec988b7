import type { DataExtensions } from '../rest';
import { Seeded } from '../rest/seeded';
import { plainType, type SoapObject, type SoapObjectType } from './soap-object-type';

const GIVEN_NAMES = ['ada', 'bela', 'chidi', 'dana', 'emre', 'farah', 'goran', 'hana', 'ivo', 'jun', 'kofi'] as const;
const FAMILY_NAMES = ['abara', 'berg', 'costa', 'dietz', 'endo', 'fekete', 'gupta', 'horvat', 'ito', 'jansen'] as const;
/** Most are active, as in a list that is looked after. */
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
const FEWEST = 2_700;
const MOST = 5_600;

/**
 * *All Subscribers* of a business unit: some thousands, more than fit into one answer. The ones in the data extension
 * *Subscribers* as it was at first are the first of them.
 */
export function subscriberType(dataExtensions: DataExtensions): SoapObjectType {
  const made = new Map<number, readonly SoapObject[]>();
  const of = (businessUnitId: number): readonly SoapObject[] => {
    const known = made.get(businessUnitId) ?? makeSubscribers(businessUnitId, dataExtensions);
    made.set(businessUnitId, known);
    return known;
  };
  return plainType({
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
    list: (_token, businessUnitIds) => businessUnitIds.flatMap(of),
  });
}

function makeSubscribers(businessUnitId: number, dataExtensions: DataExtensions): SoapObject[] {
  const seeded = new Seeded(`All Subscribers of ${businessUnitId}`);
  const known = dataExtensions.find(businessUnitId, 'key', 'Subscribers')?.rows() ?? [];
  return Array.from({ length: seeded.integer(FEWEST, MOST) }, (_, index): SoapObject => {
    const number = index + 1;
    const { subscriberkey, emailaddress, joined } = known[index] ?? {};
    const created = seeded.moment();
    const createdAt = joined === undefined ? created : new Date(joined).getTime();
    const status = seeded.one(STATUSES);
    return {
      ID: (businessUnitId % 100_000) * 10_000 + number,
      SubscriberKey: String(subscriberkey ?? `${businessUnitId}-S-${String(number).padStart(4, '0')}`),
      EmailAddress: String(
        emailaddress ?? `${seeded.one(GIVEN_NAMES)}.${seeded.one(FAMILY_NAMES)}.${number}@example.com`,
      ),
      Status: status,
      EmailTypePreference: seeded.one(['HTML', 'HTML', 'HTML', 'Text']),
      CreatedDate: new Date(createdAt),
      UnsubscribedDate:
        status === 'Unsubscribed' ? new Date(createdAt + seeded.integer(1, 200) * 24 * 60 * 60 * 1000) : undefined,
      'Client.ID': businessUnitId,
    };
  });
}
