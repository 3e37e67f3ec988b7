import type { Router } from 'express';
import type { RestCaller, RestContext } from '../rest-context';
import type { DataExtension } from '../../data/data-extension';
import { findDataExtensionFolder } from '../../data/data-extensions';
import { endpoint, getPathParameter } from '../endpoint';
import { FieldCatalogue, pick } from '../query/fields';
import type { FieldPath } from '../query/fields';
import type { JsonObject } from '../../data/json';
import { toText } from '../../data/json';
import { parseQueryParameters } from '../query/list-query';
import { answerList } from '../lists/answer-list';
import { OWN_LISTS } from '../lists/list-definitions';
import { notFound } from '../../http/rest-error';
import { MAX_LENGTHS } from '../../data/columns';
import type { Column } from '../../data/columns';
import { SeededRandom } from '../../data/seeded-random';
import { toServerTime } from '../../data/server-time';

const PATH = OWN_LISTS.dataExtensions;
const READ = { anyScope: ['data_extensions_read'] };

/**
 * Adds the routes of data extensions, which REST calls custom objects: list all or those of a folder, get one, list its
 * fields. The routes of their rows are in `rowset-routes.ts`.
 *
 * Salesforce does not document these routes; the answers are like recorded ones.
 */
export function addCustomObjectRoutes(router: Router, context: RestContext): void {
  const toObject = (caller: RestCaller, dataExtension: DataExtension) => toCustomObject(dataExtension, caller, context);

  function find(caller: RestCaller, reference: string): DataExtension {
    const found = context.dataExtensions.findByReference(caller.businessUnitId, reference);
    if (found === undefined) throw notFound(`Custom object ${reference}`);
    return found;
  }

  function addList(path: string, isListed: (record: JsonObject, wanted: string) => boolean): void {
    router.get(
      path,
      endpoint(context, READ, ({ caller, req, res }) => {
        const wanted = getPathParameter(req, 'category') || (parseQueryParameters(req).get('$search') ?? '');
        const all = context.dataExtensions.list(caller.businessUnitId).map((each) => toObject(caller, each));
        const records = all.filter((record) => isListed(record, wanted));
        const list = { path: PATH, dialect: 'items', sizes: { initial: 25, max: 1000 } } as const;
        const show = (record: JsonObject, fields: readonly FieldPath[] | undefined) =>
          fields === undefined ? record : pick(record, fields);
        const catalogue = FieldCatalogue.fromRecords(all);
        answerList({ req, res }, { ...list, catalogue, defaultOrder: 'name', records, show }, context.listRules);
      }),
    );
  }

  addList(PATH, ({ name }, search) => toText(name).toLowerCase().includes(search.toLowerCase()));
  addList(`${PATH}/category/:category`, ({ categoryId }, category) => toText(categoryId) === category);

  router.get(
    `${PATH}/:reference`,
    endpoint(context, READ, ({ caller, req, res }) => {
      res.json(toObject(caller, find(caller, getPathParameter(req, 'reference'))));
    }),
  );

  router.get(
    `${PATH}/:reference/fields`,
    endpoint(context, READ, ({ caller, req, res }) => {
      const { id, columns } = find(caller, getPathParameter(req, 'reference'));
      res.json({ id, fields: columns.map((column, index) => toField(column, index, id)) });
    }),
  );
}

function toCustomObject(
  dataExtension: DataExtension,
  { businessUnitId, enterpriseId }: RestCaller,
  { folders }: RestContext,
): JsonObject {
  const { id, key, columns, settings } = dataExtension;
  const created = toServerTime(new SeededRandom(id).time());
  const sendable = columns.find(({ name }) => name === 'subscriberkey');
  return {
    id,
    name: settings.name,
    key,
    description: settings.description,
    isActive: true,
    isSendable: sendable !== undefined,
    ...(sendable && { sendableCustomObjectField: sendable.name, sendableSubscriberField: '_SubscriberKey' }),
    isTestable: false,
    categoryId: settings.folderId ?? findDataExtensionFolder(key, businessUnitId, folders)?.id,
    ownerId: businessUnitId,
    isObjectDeletable: true,
    isFieldAdditionAllowed: true,
    isFieldModificationAllowed: true,
    createdDate: created,
    createdById: 1,
    createdByName: 'Content Editor 1',
    modifiedDate: created,
    modifiedById: 1,
    modifiedByName: 'Content Editor 1',
    ownerName: `Business Unit ${businessUnitId}`,
    partnerApiObjectTypeId: 310,
    partnerApiObjectTypeName: 'DataExtension',
    rowCount: dataExtension.rows().length,
    dataRetentionProperties: { isDeleteAtEndOfRetentionPeriod: false, isRowBasedRetention: false },
    fieldCount: columns.length,
    enterpriseId,
  };
}

function toField({ name, type, isPrimaryKey }: Column, index: number, id: string): JsonObject {
  const length = MAX_LENGTHS[type];
  return {
    id: new SeededRandom(`${name} of ${id}`).guid(),
    name,
    type,
    ...(length !== undefined && { length }),
    ...(type === 'Decimal' && { length: 18, scale: 2 }),
    ordinal: index,
    isNullable: !isPrimaryKey,
    isPrimaryKey,
    isTemplateField: false,
    isInheritable: true,
    isOverridable: true,
    isHidden: false,
    isReadOnly: false,
    mustOverride: false,
  };
}
