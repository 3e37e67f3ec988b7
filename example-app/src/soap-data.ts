import { MarketingCloudError, type MarketingCloud } from 'passport-marketing-cloud';
import type { BusinessUnitName } from './business-units';
import { sdkOf } from './sdk';

/** The first objects of a kind, as text. */
export interface SoapTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether Marketing Cloud has more than are shown. */
  readonly isMore: boolean;
}

const MOST_ROWS = 20;

/** The data extensions of the business unit: their external keys are what the dashboard's rows are read by. */
export function readDataExtensions(connection: MarketingCloud): Promise<SoapTable> {
  return readTable(connection, 'DataExtension', ['Name', 'CustomerKey', 'IsSendable', 'ModifiedDate']);
}

/** *All Subscribers* of the business unit. */
export function readSubscribers(connection: MarketingCloud): Promise<SoapTable> {
  return readTable(connection, 'Subscriber', ['SubscriberKey', 'EmailAddress', 'Status', 'CreatedDate']);
}

/** The business units of the tenant, as far as this one may see them. */
export async function readBusinessUnits(connection: MarketingCloud): Promise<readonly BusinessUnitName[]> {
  const { objects } = await retrieve(connection, 'BusinessUnit', ['ID', 'Name'], { QueryAllAccounts: true });
  return objects
    .map((unit) => ({ id: Number(unit['ID']), name: text(unit['Name']) }))
    .filter(({ id }) => Number.isSafeInteger(id));
}

async function readTable(connection: MarketingCloud, type: string, columns: readonly string[]): Promise<SoapTable> {
  const { objects, isMore } = await retrieve(connection, type, columns, { options: { BatchSize: MOST_ROWS } });
  return {
    columns,
    rows: objects.slice(0, MOST_ROWS).map((object) => columns.map((column) => text(object[column]))),
    isMore: isMore || objects.length > MOST_ROWS,
  };
}

interface Retrieved {
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  readonly isMore: boolean;
}

/**
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/retrieve.html
 */
async function retrieve(
  connection: MarketingCloud,
  type: string,
  properties: readonly string[],
  parameters: object,
): Promise<Retrieved> {
  const { soap } = await sdkOf(connection);
  const answer: unknown = await soap.retrieve(type, [...properties], parameters);
  const { OverallStatus: status, Results: results = [] } = Object(answer) as {
    OverallStatus?: unknown;
    Results?: unknown;
  };
  if (!Array.isArray(results)) throw new MarketingCloudError('invalid_response');
  return {
    objects: results.map((object) => ({ ...(Object(object) as Record<string, unknown>) })),
    isMore: status === 'MoreDataAvailable',
  };
}

function text(value: unknown): string {
  if (typeof value === 'string') return value.replace(/^(\d{4}-\d{2}-\d{2})T.*$/, '$1');
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
