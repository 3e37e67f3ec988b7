import type { Router } from 'express';
import { BusinessUnits } from './business-units';
import type { RestContext } from './context';
import { endpoint, pathParameter } from './endpoint';
import { FieldCatalogue, pick } from './fields';
import type { FieldPath } from './fields';
import { journeyExtras, seedJourneys } from './journey-seed';
import type { Journey } from './journey-seed';
import type { JsonObject } from './json';
import { queryParameters } from './list-query';
import type { Collection } from './list-query';
import { answerList } from './lists/answer-list';
import { OWN_LISTS } from './lists/list-paths';
import { notFound } from './rest-error';

const collectionPath = OWN_LISTS.journeys;
const admission = { anyScope: ['journeys_read'] };

const journeyCollection: Collection = {
  catalogue: new FieldCatalogue([
    ...['id', 'key', 'name', 'description', 'version', 'workflowApiVersion', 'createdDate', 'modifiedDate'],
    ...['lastPublishedDate', 'entryMode', 'definitionType', 'channel', 'executionMode', 'categoryId', 'status'],
    ...['definitionId', 'scheduledStatus', 'goals', 'exits', 'notifiers', 'metaData', 'defaults.email'],
    ...['stats.currentPopulation', 'stats.cumulativePopulation', 'stats.metGoal'],
  ]),
  defaultOrder: 'modifiedDate desc',
  defaultPageSize: 50,
  maxPageSize: 50,
};

const list = {
  path: collectionPath,
  dialect: 'items',
  sizes: { initial: journeyCollection.defaultPageSize, max: journeyCollection.maxPageSize },
  ...journeyCollection,
  show: (journey: JsonObject, fields: readonly FieldPath[] | undefined) =>
    fields === undefined ? journey : pick(journey, [['id'], ['key'], ...fields]),
} as const;

/**
 * Journey Builder, to read: list the journeys, get one by its id or as `key:{key}`, with its activities where `extras`
 * asks for them.
 *
 * Besides the documented `status`, `nameOrDescription`, `key` and `id`, the list takes `$filter` and `$fields` like the
 * other collections here; the real one is said to pass over them.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_interaction/getInteractionCollection.html
 */
export function addJourneyRoutes(router: Router, context: RestContext): void {
  const journeys = new BusinessUnits(({ businessUnitId }) => seedJourneys(businessUnitId));

  router.get(
    collectionPath,
    endpoint(context, admission, ({ caller, req, res }) => {
      const parameters = queryParameters(req);
      const records = journeys.of(caller).filter((journey) => isAskedFor(journey, parameters));
      answerList({ req, res }, { ...list, records }, context.listRules);
    }),
  );

  router.get(
    `${collectionPath}/:reference`,
    endpoint(context, admission, ({ caller, req, res }) => {
      const reference = pathParameter(req, 'reference');
      const [member, wanted] = reference.startsWith('key:')
        ? (['key', reference.slice('key:'.length)] as const)
        : (['id', reference.toLowerCase()] as const);
      const journey = journeys.of(caller).find((one) => one[member] === wanted);
      if (journey === undefined) throw notFound(`Journey ${reference}`);
      const extras = queryParameters(req).get('extras')?.toLowerCase().split(',') ?? [];
      const hasActivities = extras.includes('activities') || extras.includes('all');
      const [event] = context.records.of('eventDefinitions', caller.businessUnitId).all();
      res.json(hasActivities ? { ...journey, ...journeyExtras(journey, event) } : journey);
    }),
  );
}

function isAskedFor(journey: Journey, parameters: ReadonlyMap<string, string>): boolean {
  const text = parameters.get('nameordescription')?.toLowerCase() ?? '';
  return (
    [journey.name, journey.description].some((part) => part.toLowerCase().includes(text)) &&
    same(journey.status, parameters.get('status')) &&
    same(journey.key, parameters.get('key')) &&
    same(journey.id, parameters.get('id'))
  );
}

function same(value: string, asked: string | undefined): boolean {
  return asked === undefined || asked === '' || value.toLowerCase() === asked.toLowerCase();
}
