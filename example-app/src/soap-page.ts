import type { Request, Response } from 'express';
import type { Advice } from './advice';
import type { BusinessUnitName } from './business-units';
import { sendPage } from './page';
import { adviceOnSoap } from './soap-advice';
import { readBusinessUnits, readDataExtensions, readSubscribers, type SoapTable } from './soap-data';

/** Something that was read, or why it was not. */
export type Part<T> =
  { readonly data: T; readonly advice?: undefined } | { readonly advice: Advice; readonly data?: undefined };

/** What the SOAP page shows. */
export interface SoapView {
  /** The business unit that all of it is of. */
  readonly businessUnitId: number;
  readonly dataExtensions: Part<SoapTable>;
  readonly subscribers: Part<SoapTable>;
  readonly businessUnits: Part<readonly BusinessUnitName[]>;
}

/** Where the page is. */
export const SOAP_PAGE = '/dashboard/soap';

/** What SOAP gives, by sfmc-sdk: each part is a call of its own, and the others stay when one fails. */
export async function showSoap(req: Request, res: Response): Promise<void> {
  const { marketingCloud } = req;
  const [dataExtensions, subscribers, businessUnits] = await Promise.all([
    partOf(readDataExtensions(marketingCloud), 'data_extensions_read'),
    partOf(readSubscribers(marketingCloud), 'list_and_subscribers_read'),
    partOf(readBusinessUnits(marketingCloud), 'accounts_read'),
  ]);
  const { businessUnitId } = await marketingCloud.credentials();
  sendPage(req, res, 'soap', 'Data by SOAP', { businessUnitId, dataExtensions, subscribers, businessUnits });
}

async function partOf<T>(reading: Promise<T>, scope: string): Promise<Part<T>> {
  try {
    return { data: await reading };
  } catch (error) {
    const advice = adviceOnSoap(error, SOAP_PAGE, scope);
    if (advice === undefined) throw error;
    return { advice };
  }
}
