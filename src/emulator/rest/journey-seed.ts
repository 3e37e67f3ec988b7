import type { JsonObject } from './json';
import { Seeded } from './seeded';
import { folderIds } from './seeds/seed-parts';
import { serverTime } from './server-time';

/** A journey of Journey Builder: what the emulator itself looks at, and everything else it shows. */
export type Journey = JsonObject & {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
};

const neverPublished = '0001-01-01T00:00:00';

/** Nine journeys for every business unit; the status is part of the plan, so that each status has some. */
const plans = [
  { name: 'Welcome Series', status: 'Published' },
  { name: 'Abandoned Basket', status: 'Published' },
  { name: 'Birthday', status: 'Published' },
  { name: 'Order Confirmation', status: 'Published' },
  { name: 'Win-Back', status: 'Unpublished' },
  { name: 'Review Request', status: 'Draft' },
  { name: 'Loyalty Tier Change', status: 'Draft' },
  { name: 'Price Drop', status: 'Stopped' },
  { name: 'Season Opening', status: 'ScheduledToPublish' },
] as const;

/** The journeys of a business unit: the same at every start, with other ids, dates and numbers in every business unit. */
export function seedJourneys(businessUnitId: number): Journey[] {
  const seeded = new Seeded(`journeys of ${businessUnitId}`);
  const [categoryId] = folderIds(businessUnitId, 'journey');
  return plans.map(({ name, status }) => {
    const id = seeded.guid();
    const created = seeded.moment();
    const modified = created + seeded.integer(1, 60 * 24 * 60) * 60_000;
    const wasPublished = status !== 'Draft' && status !== 'ScheduledToPublish';
    return {
      id,
      key: seeded.guid(),
      name,
      lastPublishedDate: wasPublished ? serverTime(modified) : neverPublished,
      description: `${name} for business unit ${businessUnitId}`,
      version: seeded.integer(1, 6),
      workflowApiVersion: 1,
      createdDate: serverTime(created),
      modifiedDate: serverTime(modified),
      goals: [],
      exits: [],
      notifiers: [],
      stats: {
        currentPopulation: wasPublished ? seeded.integer(0, 5_000) : 0,
        cumulativePopulation: wasPublished ? seeded.integer(5_000, 90_000) : 0,
        metGoal: 0,
        metExitCriteria: 0,
        goalPerformance: 0,
      },
      entryMode: seeded.one(['OnceAndDone', 'SingleEntryAcrossAllVersions', 'MultipleEntries']),
      definitionType: 'Multistep',
      channel: '',
      defaults: { email: ['{{Contact.Default.Email}}'] },
      metaData: {},
      executionMode: 'Production',
      categoryId,
      status,
      definitionId: id,
      scheduledStatus: status === 'ScheduledToPublish' ? 'Scheduled' : 'Draft',
    };
  });
}

/** What a journey shows when it is asked for with its activities: a wait, and the event that people enter by. */
export function journeyExtras({ id }: Journey, event: JsonObject | undefined): JsonObject {
  const seeded = new Seeded(`activities of ${id}`);
  const common = { name: '', description: '', arguments: {} };
  const wait = {
    id: seeded.guid(),
    key: 'WAITBYDURATION-1',
    ...common,
    type: 'WAIT',
    outcomes: [{ key: seeded.guid(), arguments: {}, metaData: { invalid: false } }],
    configurationArguments: {
      waitDuration: seeded.integer(1, 7),
      waitUnit: 'DAYS',
      waitEndDateAttributeExpression: '',
    },
    metaData: { isConfigured: true, waitType: 'duration' },
    schema: { arguments: {} },
  };
  const entry = {
    id: seeded.guid(),
    key: 'TRIGGER',
    ...common,
    type: event?.['type'],
    outcomes: [],
    configurationArguments: {},
    metaData: { eventDefinitionId: event?.['id'], eventDefinitionKey: event?.['eventDefinitionKey'] },
  };
  return { activities: [wait], triggers: event === undefined ? [] : [entry] };
}
