import { Seeded } from '../../rest/seeded';
import type { SoapObject } from '../soap-object';
import { plainType, type SoapObjectType } from '../soap-object-type';
import { writeApiObject } from '../write-object';
import { element } from '../xml';

/** Some of the templates that every account has; a new one is a line. */
const TEMPLATES: readonly (readonly [name: string, isSendable: boolean])[] = [
  ['DomainExclusion', false],
  ['SendLog', false],
  ['TriggeredSendDataExtension', true],
];

/** Answers show these as `PartnerProperties`, a name and a value each. */
const AS_PARTNER_PROPERTIES = [
  'IsSendable',
  'IsTestable',
  'SendableCustomObjectField',
  'SendableSubscriberField',
  'DataRetentionPeriodLength',
  'DataRetentionPeriodUnitOfMeasure',
  'RowBasedRetention',
  'ResetRetentionPeriodOnImport',
  'DeleteAtEndOfRetentionPeriod',
  'RetainUntil',
] as const;

const PLAIN = plainType({
  name: 'DataExtensionTemplate',
  scope: 'data_extensions_read',
  properties: {
    CreatedDate: 'date',
    ModifiedDate: 'date',
    ObjectID: 'text',
    CustomerKey: 'text',
    Name: 'text',
    Description: 'text',
    ...Object.fromEntries(AS_PARTNER_PROPERTIES.map((name) => [name, 'text' as const])),
  },
  list: ({ tenant: { enterpriseId } }) =>
    TEMPLATES.map(([name, isSendable]) => describe(enterpriseId, name, isSendable)),
});

/** The templates that data extensions can be made from. */
export const DATA_EXTENSION_TEMPLATE: SoapObjectType = {
  ...PLAIN,
  write: (template, asked) => {
    const partner = AS_PARTNER_PROPERTIES.filter((name) => asked.includes(name)).map((name) =>
      element('PartnerProperties', [element('Name', name), element('Value', textOf(template, name))]),
    );
    const rest = asked.filter((name) => !AS_PARTNER_PROPERTIES.some((each) => each === name));
    const nil = '<PartnerKey xsi:nil="true" />';
    return writeApiObject(template, rest).replace(nil, `${nil}${partner.join('')}`);
  },
};

function describe(enterpriseId: number, name: string, isSendable: boolean): SoapObject {
  const seeded = new Seeded(`template ${name} of ${enterpriseId}`);
  const created = new Date(seeded.moment());
  return {
    CreatedDate: created,
    ModifiedDate: created,
    ObjectID: seeded.guid(),
    CustomerKey: seeded.guid().toUpperCase(),
    Name: name,
    Description: `${name} Data Extension Template`,
    IsSendable: isSendable ? 'True' : 'False',
    IsTestable: 'False',
    SendableCustomObjectField: isSendable ? 'SubscriberKey' : '',
    SendableSubscriberField: isSendable ? '_SubscriberKey' : '',
    RowBasedRetention: 'False',
    ResetRetentionPeriodOnImport: 'False',
    DeleteAtEndOfRetentionPeriod: 'False',
  };
}

function textOf(object: SoapObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}
