import type { Request, Response } from 'express';
import {
  retrieveBusinessUnits,
  retrieveDataExtensions,
  retrieveSubscribers,
  type BusinessUnit,
  type SoapTable,
} from '../api/soap-data';
import { getSoapAdvice, loadPart, type PagePart } from '../errors/error-advice';
import { renderPage } from './render-page';

/** What the SOAP page shows. */
export interface SoapView {
  /** MID of the business unit that the data belongs to. */
  readonly businessUnitId: number;
  readonly dataExtensions: PagePart<SoapTable>;
  readonly subscribers: PagePart<SoapTable>;
  readonly businessUnits: PagePart<readonly BusinessUnit[]>;
}

const SOAP_PAGE = '/dashboard/soap';

/** The SOAP page. Each part is a call of its own: if one fails, the others are still shown. */
export async function showSoapPage(req: Request, res: Response): Promise<void> {
  const { marketingCloud } = req;
  const load = <T>(data: Promise<T>, scope: string): Promise<PagePart<T>> =>
    loadPart(data, (error) => getSoapAdvice(error, SOAP_PAGE, scope));
  const [dataExtensions, subscribers, businessUnits] = await Promise.all([
    load(retrieveDataExtensions(marketingCloud), 'data_extensions_read'),
    load(retrieveSubscribers(marketingCloud), 'list_and_subscribers_read'),
    load(retrieveBusinessUnits(marketingCloud), 'accounts_read'),
  ]);
  const { businessUnitId } = await marketingCloud.credentials();
  const view: SoapView = { businessUnitId, dataExtensions, subscribers, businessUnits };
  renderPage(req, res, 'soap', 'Data by SOAP', view);
}
