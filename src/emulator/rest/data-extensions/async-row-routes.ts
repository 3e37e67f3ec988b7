import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { BoundedMap } from '../../data/bounded-map';
import type { RestContext } from '../rest-context';
import type { DataExtension } from '../../data/data-extension';
import { parseReference } from '../../data/data-extensions';
import { getBody, endpoint, getPathParameter } from '../endpoint';
import { isJsonObject, toText } from '../../data/json';
import type { JsonObject } from '../../data/json';
import { InputError, invalidParameter } from '../../data/input-error';
import { createResultMessagesError, notFound } from '../../http/rest-error';
import { toTrimmedTime } from '../../data/server-time';

const READ = { anyScope: ['data_extensions_read', 'data_extensions_write'] };
const WRITE = { anyScope: ['data_extensions_write'], maxBodyBytes: 5 * 1024 * 1024 };

/** The number of requests to keep; the oldest are dropped. */
const MAX_REQUESTS = 1000;

/** The result of a request. */
interface AsyncRequest {
  readonly businessUnitId: number;
  /** Milliseconds since the epoch. */
  readonly calledAt: number;
  readonly results: readonly JsonObject[];
  readonly hasErrors: boolean;
}

/**
 * Adds the asynchronous row routes: POST inserts rows, PUT changes or inserts them. The answer is 202 with a request id,
 * which the routes for status and results take. The emulator saves the rows before it answers.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/data-extensions-api.html
 */
export function addAsyncRowRoutes(router: Router, context: RestContext): void {
  const requests = new BoundedMap<AsyncRequest>(MAX_REQUESTS);

  function keep(request: AsyncRequest): string {
    const requestId = randomUUID();
    requests.set(requestId, request);
    return requestId;
  }

  const write = (rule: 'insert' | 'upsert') =>
    endpoint(context, WRITE, ({ caller, req, res }) => {
      const { businessUnitId } = caller;
      const reference = getPathParameter(req, 'reference');
      const dataExtension = context.dataExtensions.findByReference(businessUnitId, reference);
      if (dataExtension === undefined) {
        const { wanted } = parseReference(reference);
        throw createResultMessagesError('CustomObjectNotFound', `No custom object ${wanted}.`);
      }
      const results = parseItems(getBody(req)).map((item) => save(dataExtension, item, rule));
      const hasErrors = results.some(({ status }) => status === 'Error');
      const requestId = keep({ businessUnitId, calledAt: context.now(), results, hasErrors });
      res.status(202).json({ requestId, resultMessages: [] });
    });
  router.post('/data/v1/async/dataextensions/:reference/rows', write('insert'));
  router.put('/data/v1/async/dataextensions/:reference/rows', write('upsert'));

  const answer = (show: (request: AsyncRequest) => JsonObject) =>
    endpoint(context, READ, ({ caller, req, res }) => {
      const requestId = getPathParameter(req, 'requestId');
      const request = requests.get(requestId);
      if (request?.businessUnitId !== caller.businessUnitId) throw notFound(`Request ${requestId}`);
      res.json({ ...show(request), requestId, resultMessages: [] });
    });
  router.get('/data/v1/async/:requestId/status', answer(toStatus));
  router.get('/data/v1/async/:requestId/results', answer(toResults));
}

function toStatus({ calledAt, hasErrors }: AsyncRequest): JsonObject {
  const at = toTrimmedTime(calledAt);
  const dates = { callDateTime: at, pickupDateTime: at, completionDateTime: at };
  return { status: { ...dates, hasErrors, requestStatus: 'Complete', resultStatus: hasErrors ? 'Error' : 'OK' } };
}

function toResults({ results }: AsyncRequest): JsonObject {
  return { page: 1, pageSize: Math.max(results.length, 1), count: results.length, items: results };
}

function parseItems(body: unknown): readonly unknown[] {
  const items = isJsonObject(body) ? body['items'] : undefined;
  if (!Array.isArray(items)) throw invalidParameter('items', 'It must be a list of rows.');
  return items;
}

/** Saves one row, an object of keys and values together, and returns its result. */
function save(dataExtension: DataExtension, item: unknown, rule: 'insert' | 'upsert'): JsonObject {
  if (!isJsonObject(item)) return { status: 'Error', message: 'A row must be an object.', errorCode: '10000' };
  const isKey = (name: string) => dataExtension.isKey(name);
  const keys = Object.fromEntries(Object.entries(item).filter(([name]) => isKey(name)));
  const values = Object.fromEntries(Object.entries(item).filter(([name]) => !isKey(name)));
  const cells = Object.fromEntries(Object.entries(keys).map(([name, value]) => [name.toLowerCase(), toText(value)]));
  try {
    if (rule === 'insert' && dataExtension.has(cells)) throw new InputError(10_000, 'Violation of PRIMARY KEY.');
    dataExtension.upsert([{ keys, values }]);
    return { status: 'OK', message: rule === 'insert' ? 'Inserted' : 'Upserted', errorCode: '0' };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { status: 'Error', message: error.details[0]?.message ?? error.message, errorCode: String(error.errorcode) };
  }
}
