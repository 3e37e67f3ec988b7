import type { Request, Router } from 'express';
import type { RestCaller, RestContext } from '../rest-context';
import { endpoint, getPathParameter } from '../endpoint';
import { FieldCatalogue, pick } from '../query/fields';
import type { FieldPath } from '../query/fields';
import { toText } from '../../data/json';
import type { JsonObject } from '../../data/json';
import { notFound } from '../../http/rest-error';
import { answerList } from './answer-list';
import { LIST_DEFINITIONS } from './list-definitions';
import type { ListDefinition } from './list-definitions';
import { addWriteRoutes, findRecord } from './list-write-routes';

/** Adds the routes of every list in `list-definitions.ts`: the list and, when it has references, one record. */
export function addListRoutes(router: Router, context: RestContext): void {
  for (const definition of LIST_DEFINITIONS) addDefinitionRoutes(definition, router, context);
  addNotificationRoute(router, context);
  addStartRoute(router, context);
}

function addDefinitionRoutes(definition: ListDefinition, router: Router, context: RestContext): void {
  const { path, kind, read, references } = definition;
  const getStore = (caller: RestCaller) => context.records.getStore(kind, caller.businessUnitId);

  router.get(
    path,
    endpoint(context, { anyScope: read }, ({ caller, req, res }) => {
      const records = filterByParent(definition, req, getStore(caller).all());
      const list = {
        ...definition,
        catalogue: FieldCatalogue.fromRecords(records, definition.listed),
        defaultOrder: '',
        records,
      };
      answerList(
        { req, res },
        { ...list, show: (record, fields) => show(definition, record, fields) },
        context.listRules,
      );
    }),
  );

  if (definition.writes !== undefined) addWriteRoutes(definition, definition.writes, router, context);
  if (Object.keys(references).length === 0) return;
  router.get(
    `${path}/:reference`,
    endpoint(context, { anyScope: read }, ({ caller, req, res }) => {
      res.json(findRecord(getStore(caller), definition, getPathParameter(req, 'reference')));
    }),
  );
}

/** Adds the route for the email notifications of an automation, by its legacy id. */
function addNotificationRoute(router: Router, context: RestContext): void {
  router.get(
    '/legacy/v1/beta/automations/notifications/:reference',
    endpoint(context, { anyScope: ['automations_read'] }, ({ caller, req, res }) => {
      const programId = getPathParameter(req, 'reference');
      const found = context.records
        .getStore('automationNotifications', caller.businessUnitId)
        .find('programId', programId);
      if (found === undefined) throw notFound(`Automation ${programId}`);
      res.json(found);
    }),
  );
}

/** Adds the route that starts a query activity. It only answers, with a JSON string. */
function addStartRoute(router: Router, context: RestContext): void {
  router.post(
    '/automation/v1/queries/:reference/actions/start',
    endpoint(context, { anyScope: ['automations_execute'] }, ({ caller, req, res }) => {
      const id = getPathParameter(req, 'reference');
      const found = context.records.getStore('queries', caller.businessUnitId).find('queryDefinitionId', id);
      if (found === undefined) throw notFound(`Query ${id}`);
      res.json('OK');
    }),
  );
}

/** Returns the records whose parent the path names; all of them for a list without a parent. */
function filterByParent(
  { parent }: ListDefinition,
  req: Request,
  records: readonly JsonObject[],
): readonly JsonObject[] {
  if (parent === undefined) return records;
  const wanted = getPathParameter(req, 'parent');
  return records.filter((record) => toText(record[parent]) === wanted);
}

function show({ listed }: ListDefinition, record: JsonObject, fields: readonly FieldPath[] | undefined): JsonObject {
  const shown =
    listed === undefined
      ? record
      : pick(
          record,
          listed.map((name) => [name]),
        );
  return fields === undefined ? shown : pick(shown, fields);
}
