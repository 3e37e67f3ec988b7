import { MarketingCloudError, type MarketingCloud } from 'passport-marketing-cloud';
import { sdkFor } from 'passport-marketing-cloud/sfmc-sdk';

/** The first objects of a type, as text. */
export interface SoapTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether Marketing Cloud has more objects than these. */
  readonly hasMore: boolean;
}

export interface BusinessUnit {
  /** The MID. */
  readonly id: number;
  readonly name: string;
}

/** sfmc-sdk is not installed. */
export class SdkMissingError extends Error {}

const MAX_ROWS = 20;

/** Retrieves the data extensions of the business unit. `CustomerKey` is the external key. */
export function retrieveDataExtensions(connection: MarketingCloud): Promise<SoapTable> {
  return retrieveTable(connection, 'DataExtension', ['Name', 'CustomerKey', 'IsSendable', 'ModifiedDate']);
}

/** Retrieves the *All Subscribers* list of the business unit. */
export function retrieveSubscribers(connection: MarketingCloud): Promise<SoapTable> {
  return retrieveTable(connection, 'Subscriber', ['SubscriberKey', 'EmailAddress', 'Status', 'CreatedDate']);
}

/** Retrieves the business units that the current one may see: the top-level one sees all, any other one only itself. */
export async function retrieveBusinessUnits(connection: MarketingCloud): Promise<readonly BusinessUnit[]> {
  const { objects } = await retrieve(connection, 'BusinessUnit', ['ID', 'Name'], { QueryAllAccounts: true });
  return objects
    .map((unit) => ({ id: Number(unit['ID']), name: toText(unit['Name']) }))
    .filter(({ id }) => Number.isSafeInteger(id));
}

/** Whether an error is from sfmc-sdk: Marketing Cloud's answer was an error, or there was no answer. */
export function isSdkError(error: unknown): error is Error {
  return error instanceof Error && /^(?:SOAP|REST)Error$/.test(error.constructor.name);
}

async function retrieveTable(connection: MarketingCloud, type: string, columns: readonly string[]): Promise<SoapTable> {
  const { objects, hasMore } = await retrieve(connection, type, columns, { options: { BatchSize: MAX_ROWS } });
  return {
    columns,
    rows: objects.slice(0, MAX_ROWS).map((object) => columns.map((column) => toText(object[column]))),
    hasMore: hasMore || objects.length > MAX_ROWS,
  };
}

/**
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/retrieve.html
 */
async function retrieve(
  connection: MarketingCloud,
  type: string,
  properties: readonly string[],
  parameters: object,
): Promise<{ readonly objects: readonly Readonly<Record<string, unknown>>[]; readonly hasMore: boolean }> {
  const { soap } = await createSdk(connection);
  const answer: unknown = await soap.retrieve(type, [...properties], parameters);
  const { OverallStatus: status, Results: results = [] } = Object(answer) as {
    OverallStatus?: unknown;
    Results?: unknown;
  };
  if (!Array.isArray(results)) throw new MarketingCloudError('invalid_response');
  return {
    objects: results.map((object) => ({ ...(Object(object) as Record<string, unknown>) })),
    hasMore: status === 'MoreDataAvailable',
  };
}

/**
 * Creates an sfmc-sdk client with the user's tokens. The return type is inferred: a CommonJS module cannot name a type
 * of an ES module.
 *
 * @throws SdkMissingError if sfmc-sdk is not installed
 */
async function createSdk(connection: MarketingCloud) {
  const { default: SdkClass } = await importSdk();
  return sdkFor(SdkClass, connection);
}

/** sfmc-sdk is an ES module and this app is CommonJS, so it is imported dynamically. Node caches it. */
async function importSdk() {
  try {
    return await import('sfmc-sdk');
  } catch (error) {
    throw new SdkMissingError('sfmc-sdk cannot be loaded.', { cause: error });
  }
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value.replace(/^(\d{4}-\d{2}-\d{2})T.*$/, '$1');
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
