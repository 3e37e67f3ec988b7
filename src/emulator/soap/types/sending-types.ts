import { SeededRandom } from '../../data/seeded-random';
import { ObjectStore, type WritingRules } from '../object-store';
import { COMMON_PROPERTIES, type PropertyTable, type SoapObject } from '../soap-value';
import { createPlainType, type SoapType } from '../soap-type';

const BASE: PropertyTable = {
  'Client.ID': 'number',
  'Client.CreatedBy': 'number',
  'Client.ModifiedBy': 'number',
  ...COMMON_PROPERTIES,
  Description: 'text',
};

const SEND_CLASSIFICATION: PropertyTable = {
  ...BASE,
  SendClassificationType: 'text',
  HonorPublicationListOptOutsForTransactionalSends: 'boolean',
  ArchiveEmail: 'boolean',
  'SenderProfile.ObjectID': 'text',
  'SenderProfile.CustomerKey': 'text',
  'DeliveryProfile.ObjectID': 'text',
  'DeliveryProfile.CustomerKey': 'text',
};

const SENDER_PROFILE: PropertyTable = {
  ...BASE,
  FromName: 'text',
  FromAddress: 'text',
  UseDefaultRMMRules: 'boolean',
  AutoForwardToEmailAddress: 'text',
  AutoForwardToName: 'text',
  DirectForward: 'boolean',
  'AutoForwardTriggeredSend.ObjectID': 'text',
  AutoReply: 'boolean',
  'AutoReplyTriggeredSend.ObjectID': 'text',
  SenderHeaderEmailAddress: 'text',
  SenderHeaderName: 'text',
  FallbackFromAddress: 'text',
  DataRetentionPeriodLength: 'number',
  DataRetentionPeriodUnitOfMeasure: 'number',
  'ReplyManagementRuleSet.ObjectID': 'text',
  'RMMRuleCollection.ObjectID': 'text',
};

/** The classifications that every business unit starts with. */
const CLASSIFICATIONS: readonly (readonly [name: string, type: 'Marketing' | 'Operational'])[] = [
  ['Default Commercial', 'Marketing'],
  ['Default Transactional', 'Operational'],
];

/** Creates the types of send classifications and sender profiles. As in Marketing Cloud, delivery profiles have no type. */
export function sendingTypes(): readonly SoapType[] {
  const classifications = new ObjectStore('SendClassification', seedClassifications);
  const profiles = new ObjectStore('SenderProfile', (unitId) => [seedSenderProfile(unitId)]);
  return [
    createPlainType({
      name: 'SendClassification',
      scope: 'email_read',
      properties: SEND_CLASSIFICATION,
      list: classifications.list,
      writing: classifications.writing(createRules('SendClassification')),
    }),
    createPlainType({
      name: 'SenderProfile',
      scope: 'email_read',
      properties: SENDER_PROFILE,
      list: profiles.list,
      writing: profiles.writing(createRules('SenderProfile')),
    }),
  ];
}

function createRules(type: string): WritingRules {
  return {
    scope: 'email_write',
    messages: { create: `${type} created`, update: `${type} updated`, delete: `${type} deleted` },
    identity: ['ObjectID', 'CustomerKey'],
    required: ['Name'],
    unique: ['CustomerKey', 'Name'],
    missing: [`${type} not found`, 2],
    taken: [`A ${type} with this name or key already exists`, 2],
    complete: (given, { objectId, businessUnitId, now }) => ({
      CustomerKey: objectId,
      Description: '',
      ...given,
      'Client.ID': businessUnitId,
      CreatedDate: now,
      ModifiedDate: now,
      ObjectID: objectId,
    }),
  };
}

function seedClassifications(businessUnitId: number): SoapObject[] {
  const seeded = new SeededRandom(`send classifications of ${businessUnitId}`);
  return CLASSIFICATIONS.map(([name, type]) => ({
    ...createBase(seeded, businessUnitId, name, name),
    Description: `${name} Send Classification`,
    SendClassificationType: type,
    HonorPublicationListOptOutsForTransactionalSends: false,
    ArchiveEmail: false,
    'SenderProfile.ObjectID': seedSenderProfile(businessUnitId)['ObjectID'],
    'SenderProfile.CustomerKey': 'Default',
    'DeliveryProfile.ObjectID': new SeededRandom(`delivery profile of ${businessUnitId}`).guid(),
    'DeliveryProfile.CustomerKey': 'Default',
  }));
}

function seedSenderProfile(businessUnitId: number): SoapObject {
  return {
    ...createBase(new SeededRandom(`sender profile of ${businessUnitId}`), businessUnitId, 'Default', 'Default'),
    Description: 'Default Sender Profile',
    FromName: 'Default',
    FromAddress: `news-${businessUnitId}@example.com`,
    FallbackFromAddress: '',
    UseDefaultRMMRules: true,
    AutoReply: false,
    DirectForward: false,
  };
}

function createBase(seeded: SeededRandom, businessUnitId: number, customerKey: string, name: string): SoapObject {
  const created = new Date(seeded.time());
  return {
    'Client.ID': businessUnitId,
    CreatedDate: created,
    ModifiedDate: created,
    ObjectID: seeded.guid(),
    CustomerKey: customerKey,
    Name: name,
  };
}
