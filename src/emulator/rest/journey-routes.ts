import type { Router } from 'express';
import { PerBusinessUnit } from '../data/per-business-unit';
import type { RestContext } from './rest-context';
import { endpoint, getPathParameter } from './endpoint';
import { FieldCatalogue, pick } from './query/fields';
import type { FieldPath } from './query/fields';
import { createJourneyExtras, seedJourneys } from '../data/seeds/journey-seed';
import type { Journey } from '../data/seeds/journey-seed';
import type { JsonObject } from '../data/json';
import { parseQueryParameters } from './query/list-query';
import type { Collection } from './query/list-query';
import { answerList } from './lists/answer-list';
import { OWN_LISTS } from './lists/list-definitions';
import { notFound } from '../http/rest-error';

const PATH = OWN_LISTS.journeys;
const READ = { anyScope: ['journeys_read'] };

const COLLECTION: Collection = {
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

const LIST = {
  path: PATH,
  dialect: 'items',
  sizes: { initial: COLLECTION.defaultPageSize, max: COLLECTION.maxPageSize },
  ...COLLECTION,
  show: (journey: JsonObject, fields: readonly FieldPath[] | undefined) =>
    fields === undefined ? journey : pick(journey, [['id'], ['key'], ...fields]),
} as const;

/**
 * Adds the routes of Journey Builder: list the journeys, get one by its id or as `key:{key}`, with its activities by
 * `extras`.
 *
 * Besides the documented `status`, `nameOrDescription`, `key` and `id`, the list takes `$filter` and `$fields` like other
 * lists; Marketing Cloud is said to ignore them.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_interaction/getInteractionCollection.html
 */
export function addJourneyRoutes(router: Router, context: RestContext): void {
  const journeys = new PerBusinessUnit(({ businessUnitId }) => seedJourneys(businessUnitId));

  router.get(
    PATH,
    endpoint(context, READ, ({ caller, req, res }) => {
      const parameters = parseQueryParameters(req);
      const records = journeys.get(caller).filter((journey) => matchesParameters(journey, parameters));
      answerList({ req, res }, { ...LIST, records }, context.listRules);
    }),
  );

  router.get(
    `${PATH}/:reference`,
    endpoint(context, READ, ({ caller, req, res }) => {
      const reference = getPathParameter(req, 'reference');
      const [member, wanted] = reference.startsWith('key:')
        ? (['key', reference.slice('key:'.length)] as const)
        : (['id', reference.toLowerCase()] as const);
      const journey = journeys.get(caller).find((one) => one[member] === wanted);
      if (journey === undefined) throw notFound(`Journey ${reference}`);
      const extras = parseQueryParameters(req).get('extras')?.toLowerCase().split(',') ?? [];
      const hasActivities = extras.includes('activities') || extras.includes('all');
      const [event] = context.records.getStore('eventDefinitions', caller.businessUnitId).all();
      res.json(hasActivities ? { ...journey, ...createJourneyExtras(journey, event) } : journey);
    }),
  );
}

function matchesParameters(journey: Journey, parameters: ReadonlyMap<string, string>): boolean {
  const text = parameters.get('nameordescription')?.toLowerCase() ?? '';
  return (
    [journey.name, journey.description].some((part) => part.toLowerCase().includes(text)) &&
    equals(journey.status, parameters.get('status')) &&
    equals(journey.key, parameters.get('key')) &&
    equals(journey.id, parameters.get('id'))
  );
}

function equals(value: string, wanted: string | undefined): boolean {
  return wanted === undefined || wanted === '' || value.toLowerCase() === wanted.toLowerCase();
}
