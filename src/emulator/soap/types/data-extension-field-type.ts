import type { DataExtensions } from '../../rest';
import { MAX_LENGTHS, type Column } from '../../rest/row-columns';
import { Seeded } from '../../rest/seeded';
import type { SoapObject } from '../soap-object';
import { plainType, type SoapObjectType } from '../soap-object-type';

/** The columns of the data extensions of a business unit. */
export function dataExtensionFieldType(dataExtensions: DataExtensions): SoapObjectType {
  return plainType({
    name: 'DataExtensionField',
    scope: 'data_extensions_read',
    properties: {
      'Client.ID': 'number',
      CreatedDate: 'date',
      ModifiedDate: 'date',
      ObjectID: 'text',
      CustomerKey: 'text',
      Name: 'text',
      Scale: 'number',
      DefaultValue: 'text',
      MaxLength: 'number',
      IsRequired: 'boolean',
      Ordinal: 'number',
      IsPrimaryKey: 'boolean',
      FieldType: 'text',
      StorageType: 'text',
      'DataExtension.CustomerKey': 'text',
    },
    list: (_token, businessUnitIds) =>
      businessUnitIds.flatMap((unitId) =>
        dataExtensions
          .of(unitId)
          .flatMap(({ key, id, columns }) =>
            columns.map((column, ordinal) => describe(column, { key, id, ordinal, unitId })),
          ),
      ),
  });
}

interface Place {
  readonly key: string;
  readonly id: string;
  readonly ordinal: number;
  readonly unitId: number;
}

function describe({ name, type, isPrimaryKey }: Column, { key, id, ordinal, unitId }: Place): SoapObject {
  const created = new Date(new Seeded(id).moment());
  return {
    'Client.ID': unitId,
    CreatedDate: created,
    ModifiedDate: created,
    ObjectID: new Seeded(`${name} of ${id}`).guid(),
    CustomerKey: `[${key}].[${name}]`,
    Name: name,
    Scale: type === 'Decimal' ? 2 : 0,
    DefaultValue: '',
    MaxLength: MAX_LENGTHS[type] ?? (type === 'Decimal' ? 18 : undefined),
    IsRequired: isPrimaryKey,
    Ordinal: ordinal,
    IsPrimaryKey: isPrimaryKey,
    FieldType: type,
    StorageType: 'Unspecified',
    'DataExtension.CustomerKey': key,
  };
}
