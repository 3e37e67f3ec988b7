import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import type { RestContext } from './context';
import type { DataExtension } from './data-extension';
import { bodyOf, endpoint, pathParameter } from './endpoint';
import { isJsonObject, toText } from './json';
import type { JsonObject } from './json';
import { invalidParameter, notFound, RestError } from './rest-error';
import { trimmedTime } from './server-time';

const mayRead = { anyScope: ['data_extensions_read', 'data_extensions_write'] };
const mayWrite = { anyScope: ['data_extensions_write'], maxBodyBytes: 5 * 1024 * 1024 };

/** How many requests are remembered; older ones are forgotten. */
const MAX_REQUESTS = 1000;

/** What became of a request for rows. */
interface AsyncRequest {
  readonly businessUnitId: number;
  /** Milliseconds since the epoch. */
  readonly calledAt: number;
  readonly results: readonly JsonObject[];
  readonly hasErrors: boolean;
}

/**
 * Rows of data extensions without waiting: POST inserts, PUT changes or inserts, and the answer is 202 with a request id,
 * by which status and results are asked for. Here the work is done before the answer.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/data-extensions-api.html
 */
export function addAsyncRowRoutes(router: Router, context: RestContext): void {
  const requests = new Map<string, AsyncRequest>();

  function remember(request: AsyncRequest): string {
    const requestId = randomUUID();
    requests.set(requestId, request);
    const [oldest] = requests.keys();
    if (requests.size > MAX_REQUESTS && oldest !== undefined) requests.delete(oldest);
    return requestId;
  }

  const write = (rule: 'insert' | 'upsert') =>
    endpoint(context, mayWrite, ({ caller, req, res }) => {
      const { businessUnitId } = caller;
      const reference = pathParameter(req, 'reference');
      const isKey = reference.startsWith('key:');
      const wanted = isKey ? reference.slice('key:'.length) : reference;
      const dataExtension = context.dataExtensions.find(businessUnitId, isKey ? 'key' : 'id', wanted);
      if (dataExtension === undefined) {
        res
          .status(400)
          .json({ resultMessages: [resultMessage('CustomObjectNotFound', `No custom object ${wanted}.`)] });
        return;
      }
      const results = itemsOf(bodyOf(req)).map((item) => save(dataExtension, item, rule));
      const hasErrors = results.some(({ status }) => status === 'Error');
      const requestId = remember({ businessUnitId, calledAt: context.now(), results, hasErrors });
      res.status(202).json({ requestId, resultMessages: [] });
    });
  router.post('/data/v1/async/dataextensions/:reference/rows', write('insert'));
  router.put('/data/v1/async/dataextensions/:reference/rows', write('upsert'));

  const answer = (show: (request: AsyncRequest) => JsonObject) =>
    endpoint(context, mayRead, ({ caller, req, res }) => {
      const requestId = pathParameter(req, 'requestId');
      const request = requests.get(requestId);
      if (request?.businessUnitId !== caller.businessUnitId) throw notFound(`Request ${requestId}`);
      res.json({ ...show(request), requestId, resultMessages: [] });
    });
  router.get('/data/v1/async/:requestId/status', answer(statusOf));
  router.get('/data/v1/async/:requestId/results', answer(resultsOf));
}

function statusOf({ calledAt, hasErrors }: AsyncRequest): JsonObject {
  const at = trimmedTime(calledAt);
  const dates = { callDateTime: at, pickupDateTime: at, completionDateTime: at };
  return { status: { ...dates, hasErrors, requestStatus: 'Complete', resultStatus: hasErrors ? 'Error' : 'OK' } };
}

function resultsOf({ results }: AsyncRequest): JsonObject {
  return { page: 1, pageSize: Math.max(results.length, 1), count: results.length, items: results };
}

function itemsOf(body: unknown): readonly unknown[] {
  const items = isJsonObject(body) ? body['items'] : undefined;
  if (!Array.isArray(items)) throw invalidParameter('items', 'It must be a list of rows.');
  return items;
}

/** Saves one row, whose keys and values stand side by side. */
function save(dataExtension: DataExtension, item: unknown, rule: 'insert' | 'upsert'): JsonObject {
  if (!isJsonObject(item)) return { status: 'Error', message: 'A row must be an object.', errorCode: '10000' };
  const isKey = (name: string) => dataExtension.isKey(name);
  const keys = Object.fromEntries(Object.entries(item).filter(([name]) => isKey(name)));
  const values = Object.fromEntries(Object.entries(item).filter(([name]) => !isKey(name)));
  const cells = Object.fromEntries(Object.entries(keys).map(([name, value]) => [name.toLowerCase(), toText(value)]));
  try {
    if (rule === 'insert' && dataExtension.has(cells)) throw new RestError(400, 10_000, 'Violation of PRIMARY KEY.');
    dataExtension.upsert([{ keys, values }]);
    return { status: 'OK', message: rule === 'insert' ? 'Inserted' : 'Upserted', errorCode: '0' };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    const [first] = error.additionalErrors ?? [];
    return { status: 'Error', message: first?.message ?? error.message, errorCode: String(error.errorcode) };
  }
}

function resultMessage(resultCode: string, message: string): JsonObject {
  return { resultType: 'Error', resultClass: 'Error', resultCode, message };
}
