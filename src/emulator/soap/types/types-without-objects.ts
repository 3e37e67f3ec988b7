import type { PropertyTable } from '../soap-value';
import { createPlainType, type SoapType } from '../soap-type';

/** The properties that most types have. */
const BASE: PropertyTable = {
  'Client.ID': 'number',
  'Client.PartnerClientKey': 'text',
  CreatedDate: 'date',
  ModifiedDate: 'date',
  ID: 'number',
  ObjectID: 'text',
  CustomerKey: 'text',
  IsPlatformObject: 'boolean',
  Name: 'text',
  Description: 'text',
  CategoryID: 'number',
};

/** The properties of types that send email. */
const SENDING: PropertyTable = {
  'SendClassification.ObjectID': 'text',
  'SendClassification.CustomerKey': 'text',
  'SenderProfile.ObjectID': 'text',
  'SenderProfile.CustomerKey': 'text',
  'DeliveryProfile.ObjectID': 'text',
  'DeliveryProfile.CustomerKey': 'text',
  'DeliveryProfile.PrivateDomain': 'text',
  'DeliveryProfile.PrivateIP': 'text',
  'Email.ID': 'number',
  EmailSubject: 'text',
  DynamicEmailSubject: 'text',
  BccEmail: 'text',
  CCEmail: 'text',
  AutoBccEmail: 'text',
  TestEmailAddr: 'text',
  SuppressTracking: 'boolean',
  IsMultipart: 'boolean',
  IsWrapped: 'boolean',
  SendLimit: 'number',
  SendWindowOpen: 'text',
  SendWindowClose: 'text',
};

/** Types that exist in every account but have no objects in the emulator. A new one is one entry here. */
const TABLES: Readonly<Record<string, PropertyTable>> = {
  Email: {
    ...BASE,
    Folder: 'text',
    HTMLBody: 'text',
    TextBody: 'text',
    Subject: 'text',
    PreHeader: 'text',
    IsActive: 'boolean',
    IsHTMLPaste: 'boolean',
    ClonedFromID: 'number',
    Status: 'text',
    EmailType: 'text',
    CharacterSet: 'text',
    HasDynamicSubjectLine: 'boolean',
    ContentCheckStatus: 'text',
    ContentAreas: 'objects',
  },
  EmailSendDefinition: {
    ...BASE,
    ...SENDING,
    Additional: 'text',
    DeduplicateByEmail: 'boolean',
    ExclusionFilter: 'text',
    IsSendLogging: 'boolean',
    SendDefinitionList: 'objects',
  },
  TriggeredSendDefinition: {
    ...BASE,
    ...SENDING,
    AllowedSlots: 'objects',
    AutoAddSubscribers: 'boolean',
    AutoUpdateSubscribers: 'boolean',
    BatchInterval: 'number',
    FromName: 'text',
    FromAddress: 'text',
    'HeaderContentArea.ID': 'number',
    'FooterContentArea.ID': 'number',
    Keyword: 'text',
    'List.ID': 'number',
    NewSlotTrigger: 'text',
    Priority: 'text',
    'PrivateDomain.ObjectID': 'text',
    'PrivateIP.ID': 'number',
    TriggeredSendStatus: 'text',
    TriggeredSendType: 'text',
  },
};

/** The types that have no objects: a Retrieve answers with an empty list. */
export const TYPES_WITHOUT_OBJECTS: readonly SoapType[] = Object.entries(TABLES).map(([name, properties]) =>
  createPlainType({ name, scope: 'email_read', properties, list: () => [] }),
);
