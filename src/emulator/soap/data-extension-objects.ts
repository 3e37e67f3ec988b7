import type { DataExtensions } from '../rest';
import type { DataExtension, Row } from '../rest/data-extension';
import { shownCell, type Column } from '../rest/row-columns';
import { Seeded } from '../rest/seeded';
import { plainType, type PropertyKind, type SoapObject, type SoapObjectType, type SoapValue } from './soap-object-type';
import { element } from './xml';

const SCOPE = 'data_extensions_read';

/** The data extensions of a business unit; those with subscribers can be sent to. */
export function dataExtensionType(dataExtensions: DataExtensions): SoapObjectType {
  return plainType({
    name: 'DataExtension',
    scope: SCOPE,
    properties: {
      ObjectID: 'text',
      CustomerKey: 'text',
      Name: 'text',
      Description: 'text',
      CategoryID: 'number',
      CreatedDate: 'date',
      ModifiedDate: 'date',
      IsSendable: 'boolean',
      IsTestable: 'boolean',
      Status: 'text',
      'Client.ID': 'number',
      'SendableDataExtensionField.Name': 'text',
      'SendableSubscriberField.Name': 'text',
    },
    list: (_token, businessUnitIds) =>
      businessUnitIds.flatMap((unitId) => dataExtensions.of(unitId).map((one) => describe(one, unitId))),
  });
}

function describe({ key, id, columns }: DataExtension, businessUnitId: number): SoapObject {
  const created = new Date(new Seeded(id).moment());
  const sendable = columns.find(({ name }) => name === 'subscriberkey');
  return {
    ObjectID: id,
    CustomerKey: key,
    Name: key,
    Description: '',
    CategoryID: businessUnitId % 100_000,
    CreatedDate: created,
    ModifiedDate: created,
    IsSendable: sendable !== undefined,
    IsTestable: false,
    Status: 'Active',
    'Client.ID': businessUnitId,
    'SendableDataExtensionField.Name': sendable?.name,
    'SendableSubscriberField.Name': sendable && 'Subscriber Key',
  };
}

/** The rows of one data extension, in a type of its own: `DataExtensionObject[key]`. Its columns are the properties. */
export function rowType(dataExtension: DataExtension): SoapObjectType {
  const columns = new Map(dataExtension.columns.map((column) => [column.name, column]));
  return {
    name: 'DataExtensionObject',
    scope: SCOPE,
    properties: Object.fromEntries([...columns].map(([name, { type }]) => [name, KINDS[type]])),
    propertyOf: (name) => (columns.has(name.toLowerCase()) ? name.toLowerCase() : undefined),
    list: () => dataExtension.rows().map((row) => valuesOf(row, dataExtension.columns)),
    write: (row, properties) => {
      const written = properties.flatMap((name) => {
        const column = columns.get(name);
        return column === undefined ? [] : [writeProperty(column, row[name])];
      });
      return `<PartnerKey xsi:nil="true"/><ObjectID xsi:nil="true"/><Type>DataExtensionObject</Type>${element('Properties', written)}`;
    },
  };
}

const KINDS: Readonly<Record<Column['type'], PropertyKind>> = {
  Text: 'text',
  EmailAddress: 'text',
  Number: 'number',
  Decimal: 'number',
  Boolean: 'boolean',
  Date: 'date',
};

function valuesOf(row: Row, columns: readonly Column[]): SoapObject {
  return Object.fromEntries(
    columns.map(({ name, type }): [string, SoapValue | undefined] => {
      const cell = row[name] ?? '';
      if (cell === '') return [name, undefined];
      if (type === 'Date') return [name, new Date(cell)];
      return [name, type === 'Boolean' ? cell === 'True' : cell];
    }),
  );
}

function writeProperty(column: Column, value: SoapValue | undefined): string {
  const cell =
    value instanceof Date ? value.toISOString() : typeof value === 'boolean' ? (value ? 'True' : 'False') : value;
  return element('Property', [element('Name', column.name), element('Value', shownCell(cell ?? '', column))]);
}
