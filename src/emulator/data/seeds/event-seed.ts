import { getDataExtensionId } from '../data-extension';
import type { JsonObject } from '../json';
import { SeededRandom } from '../seeded-random';
import { toServerTime } from '../server-time';
import { createDates } from './seed-parts';

const NO_FILTER = '00000000-0000-0000-0000-000000000000';

/** Creates the entry events of journeys of a business unit. */
export function seedEventDefinitions(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`event definitions of ${businessUnitId}`);
  return ['Order Placed', 'Account Opened', 'Basket Left', 'Loyalty Level Changed'].map((name) => {
    const id = seeded.guid();
    const eventDefinitionKey = `APIEvent-${seeded.guid()}`;
    const dataExtensionName = seeded.pick(['Orders', 'Subscribers']);
    const { created, modified } = createDates(seeded);
    const dataExtension = getDataExtensionId(dataExtensionName, businessUnitId);
    return {
      id,
      type: 'APIEvent',
      name,
      description: '',
      createdDate: toServerTime(created),
      createdBy: 1,
      modifiedDate: toServerTime(modified),
      modifiedBy: 1,
      mode: 'Production',
      eventDefinitionKey,
      dataExtensionId: dataExtension,
      dataExtensionName,
      sourceApplicationExtensionId: seeded.guid(),
      filterDefinitionId: NO_FILTER,
      filterDefinitionTemplate: '',
      iconUrl: '/images/icon_journeyBuilder-event-api-blue.svg',
      arguments: {
        serializedObjectType: 3,
        eventDefinitionId: id,
        eventDefinitionKey,
        dataExtensionId: dataExtension,
        criteria: '',
      },
      configurationArguments: {},
      metaData: { scheduleState: 'No Schedule' },
      interactionCount: 1,
      isVisibleInPicker: false,
      isPlatformObject: false,
      category: 'Event',
      publishedInteractionCount: 0,
      disableDEDataLogging: false,
    };
  });
}

/** Creates the callbacks of the Event Notification Service of a business unit. */
export function seedEventCallbacks(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`event callbacks of ${businessUnitId}`);
  return ['Warehouse', 'Helpdesk'].map((callbackName, index) => ({
    callbackId: seeded.guid(),
    callbackName,
    url: `https://callback-${index + 1}.example.com/`,
    maxBatchSize: 1000,
    status: 'verified',
    statusReason: 'none',
  }));
}
