import type { Request, Response } from 'express';
import { MarketingCloudError, type MarketingCloud } from 'passport-marketing-cloud';
import { sdkFor } from 'passport-marketing-cloud/sfmc-sdk';
import { getAdvice, isCallError, loadPart, PERMISSION_STEPS, type PagePart } from '../errors/error-advice';
import type { Advice } from '../errors/error-texts';
import { renderPage, type BusinessUnit } from './render-page';

/** What the SOAP page shows. */
export interface SoapView {
  /** MID of the business unit that the data belongs to. */
  readonly businessUnitId: number;
  readonly dataExtensions: PagePart<SoapTable>;
  readonly subscribers: PagePart<SoapTable>;
  readonly businessUnits: PagePart<readonly BusinessUnit[]>;
}

/** The first objects of a type, as text. */
export interface SoapTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether Marketing Cloud has more objects than these. */
  readonly hasMore: boolean;
}

/** sfmc-sdk is not installed. */
class SdkMissingError extends Error {}

const SOAP_PAGE = '/dashboard/soap';
const MAX_ROWS = 20;

/** The SOAP page. Each part is a call of its own: if one fails, the others are still shown. */
export async function showSoapPage(req: Request, res: Response): Promise<void> {
  const { marketingCloud } = req;
  const load = <T>(data: Promise<T>, scope: string): Promise<PagePart<T>> =>
    loadPart(
      data,
      (error) => getSoapAdvice(error, scope),
      (error) => error instanceof SdkMissingError || isSdkError(error) || isCallError(error),
    );
  const [dataExtensions, subscribers, businessUnits] = await Promise.all([
    load(retrieveDataExtensions(marketingCloud), 'data_extensions_read'),
    load(retrieveSubscribers(marketingCloud), 'list_and_subscribers_read'),
    load(retrieveBusinessUnits(marketingCloud), 'accounts_read'),
  ]);
  const { businessUnitId } = await marketingCloud.credentials();
  const view: SoapView = { businessUnitId, dataExtensions, subscribers, businessUnits };
  renderPage(req, res, 'soap', 'Data by SOAP', view);
}

// #region soap-data-extensions
/** Retrieves the data extensions of the business unit. `CustomerKey` is the external key. */
function retrieveDataExtensions(connection: MarketingCloud): Promise<SoapTable> {
  return retrieveTable(connection, 'DataExtension', ['Name', 'CustomerKey', 'IsSendable', 'ModifiedDate']);
}
// #endregion

// #region soap-subscribers
/** Retrieves the *All Subscribers* list of the business unit. */
function retrieveSubscribers(connection: MarketingCloud): Promise<SoapTable> {
  return retrieveTable(connection, 'Subscriber', ['SubscriberKey', 'EmailAddress', 'Status', 'CreatedDate']);
}
// #endregion

// #region soap-business-units
/** Retrieves the business units that the current one may see: the top-level one sees all, any other one only itself. */
async function retrieveBusinessUnits(connection: MarketingCloud): Promise<readonly BusinessUnit[]> {
  const { objects } = await retrieve(connection, 'BusinessUnit', ['ID', 'Name'], { QueryAllAccounts: true });
  return objects
    .map((unit) => ({ id: Number(unit['ID']), name: toText(unit['Name']) }))
    .filter(({ id }) => Number.isSafeInteger(id));
}
// #endregion

/** Whether an error is from sfmc-sdk: Marketing Cloud's answer was an error, or there was no answer. */
function isSdkError(error: unknown): error is Error {
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

/** Gets the advice about an error of sfmc-sdk. `scope` is the one that the call needs. */
function getSoapAdvice(error: unknown, scope: string): Advice {
  if (error instanceof SdkMissingError) {
    return {
      title: 'sfmc-sdk is not installed',
      happened: 'This app makes SOAP calls with the package sfmc-sdk, which could not be loaded.',
      steps: ['For the administrator of this app: run npm install sfmc-sdk, then start the app again.'],
    };
  }
  if (!isSdkError(error)) return getAdvice(error, SOAP_PAGE);
  const retry = { url: SOAP_PAGE, label: 'Try again' };
  if (/permission|not enabled|privilege/i.test(error.message)) {
    const happened = `Your user, or this app, has no permission for this. The call needs the scope ${scope}.`;
    return { title: 'Not allowed', happened, steps: PERMISSION_STEPS, retry };
  }
  return {
    title: 'The SOAP call failed',
    happened: 'Marketing Cloud answered with an error, or did not answer.',
    steps: ['Wait a minute, then try again.'],
    retry,
  };
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value.replace(/^(\d{4}-\d{2}-\d{2})T.*$/, '$1');
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
