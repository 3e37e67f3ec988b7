import type { PropertyTable } from '../soap-object';
import { plainType, type SoapObjectType } from '../soap-object-type';

/** The members that most types have. */
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

/** What a send takes from elsewhere. */
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

/** Types that every account knows and that no business unit of the emulator has any objects of; a new one is a line. */
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

/** Those types. */
export const SHOWN_ONLY_TYPES: readonly SoapObjectType[] = Object.entries(TABLES).map(([name, properties]) =>
  plainType({ name, scope: 'email_read', properties, list: () => [] }),
);
