import type { DataExtensions } from '../../data/data-extensions';
import { MAX_LENGTHS, type Column } from '../../data/columns';
import { SeededRandom } from '../../data/seeded-random';
import { COMMON_PROPERTIES, type SoapObject } from '../soap-value';
import { createPlainType, type SoapType } from '../soap-type';

/** Creates the type of columns of data extensions. */
export function dataExtensionFieldType(dataExtensions: DataExtensions): SoapType {
  return createPlainType({
    name: 'DataExtensionField',
    scope: 'data_extensions_read',
    properties: {
      'Client.ID': 'number',
      ...COMMON_PROPERTIES,
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
          .list(unitId)
          .flatMap(({ key, id, columns }) =>
            columns.map((column, ordinal) => toField(column, { key, id, ordinal, unitId })),
          ),
      ),
  });
}

interface FieldContext {
  readonly key: string;
  readonly id: string;
  readonly ordinal: number;
  readonly unitId: number;
}

function toField({ name, type, isPrimaryKey }: Column, { key, id, ordinal, unitId }: FieldContext): SoapObject {
  const created = new Date(new SeededRandom(id).time());
  return {
    'Client.ID': unitId,
    CreatedDate: created,
    ModifiedDate: created,
    ObjectID: new SeededRandom(`${name} of ${id}`).guid(),
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
