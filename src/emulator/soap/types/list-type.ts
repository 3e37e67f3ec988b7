import type { Folders } from '../../rest';
import { Seeded } from '../../rest/seeded';
import { ObjectStore } from '../object-store';
import { SoapRefusal } from '../soap-errors';
import type { SoapObject } from '../soap-object';
import { plainType, type SoapObjectType } from '../soap-object-type';

/** @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/13000_13099_list_object.html */
const LIST_NOT_FOUND = 13_000;
const LIST_CANNOT_BE_UPDATED = 13_012;
const LIST_VALIDATION_ERROR = 13_013;

interface Plan {
  readonly name: string;
  readonly contentType: string;
  readonly classification: string;
  readonly type: 'Public' | 'Private';
}

/** The lists that every business unit starts with; a new one is a line. REST's definitions name the first one. */
const PLANS: readonly Plan[] = [
  { name: 'All Subscribers', contentType: 'mysubs', classification: 'ExactTargetList', type: 'Private' },
  { name: 'Newsletter', contentType: 'list', classification: 'ExactTargetList', type: 'Private' },
  { name: 'Events', contentType: 'list', classification: 'ExactTargetList', type: 'Private' },
  { name: 'Members', contentType: 'list', classification: 'ExactTargetList', type: 'Private' },
  { name: 'Product News', contentType: 'publication', classification: 'PublicationList', type: 'Public' },
];

/** The subscriber lists of a business unit. */
export function listType(folders: Folders): SoapObjectType {
  const store = new ObjectStore('List', (businessUnitId) => seedLists(businessUnitId, folders));
  return plainType({
    name: 'List',
    scope: 'list_and_subscribers_read',
    properties: {
      'Client.ID': 'number',
      'Client.PartnerClientKey': 'text',
      CreatedDate: 'date',
      ModifiedDate: 'date',
      ID: 'number',
      ObjectID: 'text',
      CustomerKey: 'text',
      ListName: 'text',
      Category: 'number',
      Type: 'text',
      Description: 'text',
      ListClassification: 'text',
      'AutomatedEmail.ID': 'number',
    },
    list: store.list,
    writing: store.writing({
      scope: 'list_and_subscribers_write',
      messages: { create: 'Created list.', update: 'Updated list.', delete: 'List deleted' },
      identity: ['ID', 'ObjectID', 'CustomerKey'],
      required: ['ListName'],
      unique: ['CustomerKey'],
      missing: ['List not found', LIST_NOT_FOUND],
      taken: ['A list with this key already exists', LIST_VALIDATION_ERROR],
      complete: (given, { id, objectId, businessUnitId, now }) => {
        const { Category: asked, ListName: name } = given;
        const category = typeof asked === 'number' ? asked : (folders.rootOf(businessUnitId, 'list')?.id ?? 0);
        return {
          Type: 'Private',
          Description: '',
          ListClassification: 'ExactTargetList',
          CustomerKey: `${typeof name === 'string' ? name : ''} - ${category}`,
          ...given,
          Category: category,
          'Client.ID': businessUnitId,
          CreatedDate: now,
          ModifiedDate: now,
          ID: id,
          ObjectID: objectId,
        };
      },
      mayDelete: ({ ListName }) => {
        if (ListName === 'All Subscribers') throw new SoapRefusal('List cannot be deleted', LIST_CANNOT_BE_UPDATED);
      },
    }),
  });
}

function seedLists(businessUnitId: number, folders: Folders): SoapObject[] {
  const seeded = new Seeded(`lists of ${businessUnitId}`);
  const firstId = seeded.integer(100, 9_000);
  return PLANS.map(({ name, contentType, classification, type }, index) => {
    const created = new Date(seeded.moment());
    const category = folders.rootOf(businessUnitId, contentType)?.id ?? 0;
    return {
      'Client.ID': businessUnitId,
      CreatedDate: created,
      ModifiedDate: created,
      ID: firstId + index,
      ObjectID: seeded.guid(),
      CustomerKey: `${name} - ${category}`,
      ListName: name,
      Category: category,
      Type: type,
      Description: index === 0 ? 'Contains all subscribers' : '',
      ListClassification: classification,
    };
  });
}
