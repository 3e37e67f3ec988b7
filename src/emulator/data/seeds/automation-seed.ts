import { getDataExtensionId } from '../data-extension';
import { toText } from '../json';
import type { JsonObject } from '../json';
import { SeededRandom } from '../seeded-random';
import { toServerTime, toUtcTime } from '../server-time';
import { createDates, getFolderIds, toKey, toLegacyId, toLegacyPerson, toTwoDigits } from './seed-parts';

/** More than one page of 25, the default size of the list of automations. */
const AUTOMATION_COUNT = 32;

const QUERY_OBJECT_TYPE = 300;

const PURPOSES = ['Nightly Import', 'Segment Refresh', 'Welcome Load', 'Loyalty Sync', 'Suppression Update'] as const;
const STATUSES = [
  { statusId: 2, status: 'Ready' },
  { statusId: 4, status: 'PausedSchedule' },
  { statusId: 6, status: 'Scheduled' },
] as const;

/** Creates the query activities of a business unit. */
export function seedQueries(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`queries of ${businessUnitId}`);
  const folders = getFolderIds(businessUnitId, 'queryactivity');
  return Array.from({ length: 12 }, (_, index) => {
    const name = `Segment ${toTwoDigits(index + 1)}`;
    const targetKey = seeded.pick(['Preferences', 'Suppressions', 'Subscribers']);
    const { created, modified } = createDates(seeded);
    return {
      queryDefinitionId: seeded.guid(),
      name,
      key: toKey(name),
      description: `${name} of business unit ${businessUnitId}`,
      queryText: `SELECT s.subscriberkey, s.emailaddress\nFROM Subscribers s\nWHERE s.city = '${seeded.pick(['Northport', 'Lakeside'])}'`,
      targetName: targetKey,
      targetKey,
      targetId: getDataExtensionId(targetKey, businessUnitId),
      targetDescription: '',
      createdDate: toServerTime(created),
      modifiedDate: toServerTime(modified),
      targetUpdateTypeId: 0,
      targetUpdateTypeName: 'Overwrite',
      categoryId: seeded.pick(folders),
      isFrozen: false,
    };
  });
}

/** Creates the automations of a business unit. Their steps run query activities of the same business unit. */
export function seedAutomations(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`automations of ${businessUnitId}`);
  const folders = getFolderIds(businessUnitId, 'automations');
  const queries = seedQueries(businessUnitId);
  return Array.from({ length: AUTOMATION_COUNT }, (_, index) => {
    const name = `${PURPOSES[index % PURPOSES.length] ?? PURPOSES[0]} ${toTwoDigits(index + 1)}`;
    const { created } = createDates(seeded);
    return {
      id: seeded.guid(),
      name,
      description: `${name} of business unit ${businessUnitId}`,
      key: toKey(name),
      typeId: 1,
      type: 'scheduled',
      ...seeded.pick<JsonObject>(STATUSES),
      categoryId: seeded.pick(folders),
      schedule: createSchedule(seeded, created),
      steps: [createStep(seeded, queries)],
    };
  });
}

function createSchedule(seeded: SeededRandom, created: number): JsonObject {
  const start = toServerTime(Math.floor(created / 1000) * 1000);
  return {
    id: seeded.guid(),
    typeId: 3,
    startDate: start,
    endDate: '2079-06-06T00:00:00',
    scheduledTime: '0001-01-01T07:00:00',
    rangeTypeId: 0,
    occurrences: 1,
    pattern: '<Pattern><PatternType>0</PatternType><DayInterval>1</DayInterval></Pattern>',
    icalRecur: 'FREQ=DAILY;UNTIL=20790606T000000;INTERVAL=1',
    timezoneName: 'W. Europe Standard Time',
    scheduleStatus: 'active',
    timezoneId: 5,
  };
}

function createStep(seeded: SeededRandom, queries: readonly JsonObject[]): JsonObject {
  const query = queries[seeded.integer(0, queries.length - 1)] ?? {};
  return {
    id: seeded.guid(),
    name: '',
    step: 1,
    activities: [
      {
        id: seeded.guid(),
        name: query['name'],
        activityObjectId: query['queryDefinitionId'],
        objectTypeId: QUERY_OBJECT_TYPE,
        displayOrder: 1,
        targetDataExtensions: [
          {
            id: query['targetId'],
            name: query['targetName'],
            key: query['targetKey'],
            description: '',
            rowCount: 0,
          },
        ],
      },
    ],
  };
}

/** Creates the same automations in the format of the legacy routes, which have other ids. */
export function seedLegacyAutomations(businessUnitId: number): JsonObject[] {
  return seedAutomations(businessUnitId).map((automation) => {
    const { id, key, name, description, status, type } = automation;
    const seeded = new SeededRandom(`legacy automation ${toText(id)}`);
    const { created, modified } = createDates(seeded);
    const editor = toLegacyPerson(seeded.integer(1, 4));
    return {
      id: toLegacyId(toText(id), 25),
      key,
      createdDate: toUtcTime(created),
      name,
      description,
      clientId: businessUnitId,
      status,
      createdBy: editor,
      modifiedDate: toUtcTime(modified),
      modifiedBy: editor,
      isPlatformObject: false,
      automationType: type,
      lastSaveDate: toUtcTime(modified),
      lastSavedBy: editor,
    };
  });
}

/** Creates the email notifications of each automation; every third automation has one. */
export function seedNotifications(businessUnitId: number): JsonObject[] {
  return seedAutomations(businessUnitId).map(({ id }, index) => {
    const programId = toLegacyId(toText(id), 25);
    if (index % 3 > 0) return { programId };
    const seeded = new SeededRandom(`notifications of ${toText(id)}`);
    const worker = { programId, id: toLegacyId(seeded.guid(), 12), notificationType: 'Error' };
    return { programId, workers: [{ ...worker, definition: 'ops@example.com', body: '', channelType: 'Account' }] };
  });
}
