import { toText, type JsonObject } from '../../rest/json';
import type { Records } from '../../rest';
import { readDate } from '../../rest/row-columns';
import type { SoapObject, SoapValue } from '../soap-object';
import { plainType, type SoapObjectType } from '../soap-object-type';

/** Automations and query activities, the same that REST shows. */
export function automationTypes(records: Records): readonly SoapObjectType[] {
  return [
    plainType({
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
            .of('automations', unitId)
            .all()
            .map((automation) => ({
              ...describe(automation, unitId, 'id'),
              IsActive: true,
              Status: Number(automation['statusId']),
            })),
        ),
    }),
    plainType({
      name: 'QueryDefinition',
      scope: 'automations_read',
      properties: {
        'Client.ID': 'number',
        CreatedDate: 'date',
        ModifiedDate: 'date',
        ObjectID: 'text',
        CustomerKey: 'text',
        Name: 'text',
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
            .of('queries', unitId)
            .all()
            .map((query) => ({
              ...describe(query, unitId, 'queryDefinitionId'),
              CreatedDate: dateOf(query['createdDate']),
              ModifiedDate: dateOf(query['modifiedDate']),
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

function describe(record: JsonObject, businessUnitId: number, id: string): SoapObject {
  return {
    'Client.ID': businessUnitId,
    ObjectID: toText(record[id]),
    CustomerKey: toText(record['key']),
    Name: toText(record['name']),
    Description: toText(record['description']),
  };
}

function dateOf(written: JsonObject[string]): SoapValue | undefined {
  const date = readDate(toText(written));
  return date === undefined ? undefined : new Date(date);
}
