import type { Router } from 'express';
import type { RestCaller } from './caller';
import type { RestContext } from './context';
import type { DataExtension } from './data-extension';
import { dataExtensionFolder } from './data-extension-folder';
import { endpoint, pathParameter } from './endpoint';
import { FieldCatalogue, pick } from './fields';
import type { FieldPath } from './fields';
import type { JsonObject } from './json';
import { toText } from './json';
import { queryParameters } from './list-query';
import { answerList } from './lists/answer-list';
import { OWN_LISTS } from './lists/list-paths';
import { notFound } from './rest-error';
import { MAX_LENGTHS } from './row-columns';
import type { Column } from './row-columns';
import { Seeded } from './seeded';
import { serverTime } from './server-time';

const collectionPath = OWN_LISTS.dataExtensions;
const mayRead = { anyScope: ['data_extensions_read'] };

/**
 * The data extensions themselves, which REST calls custom objects: list them, those of a folder, get one, list its
 * fields. Their rows are in `rowset-routes.ts`.
 *
 * Salesforce does not document these routes; the shapes are those of recorded answers.
 */
export function addCustomObjectRoutes(router: Router, context: RestContext): void {
  const shownOf = (caller: RestCaller, dataExtension: DataExtension) => describe(dataExtension, caller, context);

  function find(caller: RestCaller, reference: string): DataExtension {
    const isKey = reference.startsWith('key:');
    const wanted = isKey ? reference.slice('key:'.length) : reference;
    const found = context.dataExtensions.find(caller.businessUnitId, isKey ? 'key' : 'id', wanted);
    if (found === undefined) throw notFound(`Custom object ${reference}`);
    return found;
  }

  function addList(path: string, isShown: (record: JsonObject, wanted: string) => boolean): void {
    router.get(
      path,
      endpoint(context, mayRead, ({ caller, req, res }) => {
        const wanted = pathParameter(req, 'category') || (queryParameters(req).get('$search') ?? '');
        const all = context.dataExtensions.of(caller.businessUnitId).map((one) => shownOf(caller, one));
        const records = all.filter((record) => isShown(record, wanted));
        const list = { path: collectionPath, dialect: 'items', sizes: { initial: 25, max: 1000 } } as const;
        const show = (record: JsonObject, fields: readonly FieldPath[] | undefined) =>
          fields === undefined ? record : pick(record, fields);
        const catalogue = FieldCatalogue.of(all);
        answerList({ req, res }, { ...list, catalogue, defaultOrder: 'name', records, show }, context.listRules);
      }),
    );
  }

  addList(collectionPath, ({ name }, search) => toText(name).toLowerCase().includes(search.toLowerCase()));
  addList(`${collectionPath}/category/:category`, ({ categoryId }, category) => toText(categoryId) === category);

  router.get(
    `${collectionPath}/:reference`,
    endpoint(context, mayRead, ({ caller, req, res }) => {
      res.json(shownOf(caller, find(caller, pathParameter(req, 'reference'))));
    }),
  );

  router.get(
    `${collectionPath}/:reference/fields`,
    endpoint(context, mayRead, ({ caller, req, res }) => {
      const { id, columns } = find(caller, pathParameter(req, 'reference'));
      res.json({ id, fields: columns.map((column, index) => describeField(column, index, id)) });
    }),
  );
}

function describe(
  dataExtension: DataExtension,
  { businessUnitId, enterpriseId }: RestCaller,
  { folders }: RestContext,
): JsonObject {
  const { id, key, columns, settings } = dataExtension;
  const created = serverTime(new Seeded(id).moment());
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
    categoryId: settings.folderId ?? dataExtensionFolder(key, businessUnitId, folders)?.id,
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

function describeField({ name, type, isPrimaryKey }: Column, index: number, id: string): JsonObject {
  const length = MAX_LENGTHS[type];
  return {
    id: new Seeded(`${name} of ${id}`).guid(),
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
