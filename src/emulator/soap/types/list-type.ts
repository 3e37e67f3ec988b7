import type { Folders } from '../../data/folders';
import { SeededRandom } from '../../data/seeded-random';
import { ObjectStore } from '../object-store';
import { SoapRefusal } from '../soap-faults';
import type { SoapObject } from '../soap-value';
import { createPlainType, type SoapType } from '../soap-type';

/** @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/13000_13099_list_object.html */
const LIST_NOT_FOUND = 13_000;
const LIST_CANNOT_BE_UPDATED = 13_012;
const LIST_VALIDATION_ERROR = 13_013;

interface ListSeed {
  readonly name: string;
  readonly contentType: string;
  readonly classification: string;
  readonly type: 'Public' | 'Private';
}

/** The lists that every business unit starts with. A new one is one line here. REST's email definitions name the first one. */
const LIST_SEEDS: readonly ListSeed[] = [
  { name: 'All Subscribers', contentType: 'mysubs', classification: 'ExactTargetList', type: 'Private' },
  { name: 'Newsletter', contentType: 'list', classification: 'ExactTargetList', type: 'Private' },
  { name: 'Events', contentType: 'list', classification: 'ExactTargetList', type: 'Private' },
  { name: 'Members', contentType: 'list', classification: 'ExactTargetList', type: 'Private' },
  { name: 'Product News', contentType: 'publication', classification: 'PublicationList', type: 'Public' },
];

/** Creates the type of subscriber lists. */
export function listType(folders: Folders): SoapType {
  const store = new ObjectStore('List', (businessUnitId) => seedLists(businessUnitId, folders));
  return createPlainType({
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
        const { Category: folderId, ListName: name } = given;
        const category = typeof folderId === 'number' ? folderId : (folders.findRoot(businessUnitId, 'list')?.id ?? 0);
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
      assertDeletable: ({ ListName }) => {
        if (ListName === 'All Subscribers') throw new SoapRefusal('List cannot be deleted', LIST_CANNOT_BE_UPDATED);
      },
    }),
  });
}

function seedLists(businessUnitId: number, folders: Folders): SoapObject[] {
  const seeded = new SeededRandom(`lists of ${businessUnitId}`);
  const firstId = seeded.integer(100, 9_000);
  return LIST_SEEDS.map(({ name, contentType, classification, type }, index) => {
    const created = new Date(seeded.time());
    const category = folders.findRoot(businessUnitId, contentType)?.id ?? 0;
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
