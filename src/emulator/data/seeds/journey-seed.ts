import type { JsonObject } from '../json';
import { SeededRandom } from '../seeded-random';
import { getFolderIds } from './seed-parts';
import { toServerTime } from '../server-time';

/** A journey of Journey Builder. The named members are those that the emulator reads. */
export type Journey = JsonObject & {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
};

const NEVER_PUBLISHED = '0001-01-01T00:00:00';

/** The journeys of every business unit; each status occurs. */
const JOURNEYS = [
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

/** Creates the journeys that a business unit starts with. They are the same at every start and differ between business units. */
export function seedJourneys(businessUnitId: number): Journey[] {
  const seeded = new SeededRandom(`journeys of ${businessUnitId}`);
  const [categoryId] = getFolderIds(businessUnitId, 'journey');
  return JOURNEYS.map(({ name, status }) => {
    const id = seeded.guid();
    const created = seeded.time();
    const modified = created + seeded.integer(1, 60 * 24 * 60) * 60_000;
    const wasPublished = status !== 'Draft' && status !== 'ScheduledToPublish';
    return {
      id,
      key: seeded.guid(),
      name,
      lastPublishedDate: wasPublished ? toServerTime(modified) : NEVER_PUBLISHED,
      description: `${name} for business unit ${businessUnitId}`,
      version: seeded.integer(1, 6),
      workflowApiVersion: 1,
      createdDate: toServerTime(created),
      modifiedDate: toServerTime(modified),
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
      entryMode: seeded.pick(['OnceAndDone', 'SingleEntryAcrossAllVersions', 'MultipleEntries']),
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

/** Creates the members that `extras=activities` adds to a journey: a wait activity, and the entry event as trigger. */
export function createJourneyExtras({ id }: Journey, event: JsonObject | undefined): JsonObject {
  const seeded = new SeededRandom(`activities of ${id}`);
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
