import { toText, type JsonObject } from '../../data/json';
import type { Records } from '../../data/records';
import { parseServerDate } from '../../data/server-time';
import { COMMON_PROPERTIES, type SoapObject, type SoapValue } from '../soap-value';
import { createPlainType, type SoapType } from '../soap-type';

/** Creates the types of automations and query activities. REST shows the same ones. */
export function automationTypes(records: Records): readonly SoapType[] {
  return [
    createPlainType({
      name: 'Program',
      scope: 'automations_read',
      properties: {
        'Client.ID': 'number',
        ObjectID: 'text',
        CustomerKey: 'text',
        Name: 'text',
        Description: 'text',
        IsActive: 'boolean',
        Status: 'number',
      },
      list: (_token, businessUnitIds) =>
        businessUnitIds.flatMap((unitId) =>
          records
            .getStore('automations', unitId)
            .all()
            .map((automation) => ({
              ...toObject(automation, unitId, 'id'),
              IsActive: true,
              Status: Number(automation['statusId']),
            })),
        ),
    }),
    createPlainType({
      name: 'QueryDefinition',
      scope: 'automations_read',
      properties: {
        'Client.ID': 'number',
        ...COMMON_PROPERTIES,
        Description: 'text',
        CategoryID: 'number',
        QueryText: 'text',
        TargetType: 'text',
        TargetUpdateType: 'text',
        'DataExtensionTarget.CustomerKey': 'text',
        'DataExtensionTarget.Name': 'text',
        Status: 'text',
      },
      list: (_token, businessUnitIds) =>
        businessUnitIds.flatMap((unitId) =>
          records
            .getStore('queries', unitId)
            .all()
            .map((query) => ({
              ...toObject(query, unitId, 'queryDefinitionId'),
              CreatedDate: toDate(query['createdDate']),
              ModifiedDate: toDate(query['modifiedDate']),
              CategoryID: Number(query['categoryId']),
              QueryText: toText(query['queryText']),
              TargetType: 'DE',
              TargetUpdateType: toText(query['targetUpdateTypeName']),
              'DataExtensionTarget.CustomerKey': toText(query['targetKey']),
              'DataExtensionTarget.Name': toText(query['targetName']),
              Status: 'Active',
            })),
        ),
    }),
  ];
}

function toObject(record: JsonObject, businessUnitId: number, id: string): SoapObject {
  return {
    'Client.ID': businessUnitId,
    ObjectID: toText(record[id]),
    CustomerKey: toText(record['key']),
    Name: toText(record['name']),
    Description: toText(record['description']),
  };
}

function toDate(written: JsonObject[string]): SoapValue | undefined {
  const date = parseServerDate(toText(written));
  return date === undefined ? undefined : new Date(date);
}
