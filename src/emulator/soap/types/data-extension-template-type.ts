import { SeededRandom } from '../../data/seeded-random';
import { COMMON_PROPERTIES, type SoapObject } from '../soap-value';
import { createPlainType, type SoapType } from '../soap-type';
import { writeApiObject } from '../write-object';
import { element } from '../xml-writer';

/** Some of the templates that every account has. A new one is one line here. */
const TEMPLATES: readonly (readonly [name: string, isSendable: boolean])[] = [
  ['DomainExclusion', false],
  ['SendLog', false],
  ['TriggeredSendDataExtension', true],
];

/** The properties that answers show as `PartnerProperties`, each with a name and a value. */
const PARTNER_PROPERTIES = [
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

const PLAIN = createPlainType({
  name: 'DataExtensionTemplate',
  scope: 'data_extensions_read',
  properties: {
    ...COMMON_PROPERTIES,
    Description: 'text',
    ...Object.fromEntries(PARTNER_PROPERTIES.map((name) => [name, 'text' as const])),
  },
  list: ({ tenant: { enterpriseId } }) =>
    TEMPLATES.map(([name, isSendable]) => toTemplate(enterpriseId, name, isSendable)),
});

/** The type of templates for data extensions. */
export const DATA_EXTENSION_TEMPLATE: SoapType = {
  ...PLAIN,
  write: (template, requested) => {
    const partner = PARTNER_PROPERTIES.filter((name) => requested.includes(name)).map((name) =>
      element('PartnerProperties', [element('Name', name), element('Value', getString(template, name))]),
    );
    const rest = requested.filter((name) => !PARTNER_PROPERTIES.some((each) => each === name));
    const nil = '<PartnerKey xsi:nil="true" />';
    return writeApiObject(template, rest).replace(nil, `${nil}${partner.join('')}`);
  },
};

function toTemplate(enterpriseId: number, name: string, isSendable: boolean): SoapObject {
  const seeded = new SeededRandom(`template ${name} of ${enterpriseId}`);
  const created = new Date(seeded.time());
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

function getString(object: SoapObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}
