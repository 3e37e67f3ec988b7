import type { Request, Router } from 'express';
import type { RestCaller } from '../caller';
import type { RestContext } from '../context';
import { endpoint, pathParameter } from '../endpoint';
import { FieldCatalogue, pick } from '../fields';
import type { FieldPath } from '../fields';
import { toText } from '../json';
import type { JsonObject } from '../json';
import { notFound } from '../rest-error';
import { answerList } from './answer-list';
import { RESOURCES } from './resources';
import type { Resource } from './resource';
import { addWriteRoutes, find } from './write-routes';

/** The routes of every list in the table: the list itself and, by its references, one record. */
export function addListRoutes(router: Router, context: RestContext): void {
  for (const resource of RESOURCES) addRoutesOf(resource, router, context);
  addNotificationRoute(router, context);
  addStartRoute(router, context);
}

function addRoutesOf(resource: Resource, router: Router, context: RestContext): void {
  const { path, kind, read, references } = resource;
  const storeOf = (caller: RestCaller) => context.records.of(kind, caller.businessUnitId);

  router.get(
    path,
    endpoint(context, { anyScope: read }, ({ caller, req, res }) => {
      const records = within(resource, req, storeOf(caller).all());
      const list = { ...resource, catalogue: FieldCatalogue.of(records, resource.listed), defaultOrder: '', records };
      answerList(
        { req, res },
        { ...list, show: (record, fields) => shown(resource, record, fields) },
        context.listRules,
      );
    }),
  );

  if (resource.writes !== undefined) addWriteRoutes(resource, resource.writes, router, context);
  if (Object.keys(references).length === 0) return;
  router.get(
    `${path}/:reference`,
    endpoint(context, { anyScope: read }, ({ caller, req, res }) => {
      res.json(find(storeOf(caller), resource, pathParameter(req, 'reference')));
    }),
  );
}

/** What an automation tells by email, by the automation's legacy id. */
function addNotificationRoute(router: Router, context: RestContext): void {
  router.get(
    '/legacy/v1/beta/automations/notifications/:reference',
    endpoint(context, { anyScope: ['automations_read'] }, ({ caller, req, res }) => {
      const programId = pathParameter(req, 'reference');
      const found = context.records.of('automationNotifications', caller.businessUnitId).find('programId', programId);
      if (found === undefined) throw notFound(`Automation ${programId}`);
      res.json(found);
    }),
  );
}

/** Starts a query activity: nothing happens here but the answer, a JSON string. */
function addStartRoute(router: Router, context: RestContext): void {
  router.post(
    '/automation/v1/queries/:reference/actions/start',
    endpoint(context, { anyScope: ['automations_execute'] }, ({ caller, req, res }) => {
      const id = pathParameter(req, 'reference');
      const found = context.records.of('queries', caller.businessUnitId).find('queryDefinitionId', id);
      if (found === undefined) throw notFound(`Query ${id}`);
      res.json('OK');
    }),
  );
}

/** The records below the one that the path names. */
function within({ parent }: Resource, req: Request, records: readonly JsonObject[]): readonly JsonObject[] {
  if (parent === undefined) return records;
  const wanted = pathParameter(req, 'parent');
  return records.filter((record) => toText(record[parent]) === wanted);
}

function shown({ listed }: Resource, record: JsonObject, fields: readonly FieldPath[] | undefined): JsonObject {
  const whole =
    listed === undefined
      ? record
      : pick(
          record,
          listed.map((name) => [name]),
        );
  return fields === undefined ? whole : pick(whole, fields);
}
