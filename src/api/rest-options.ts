import { dismiss, isStreamBody } from '../http/outgoing-body';
import type { Call } from '../http/call';
import { asObject, withoutPrototype } from '../own-properties';
import { optionError, parseOptions } from '../strict-options';
import type { PageRequest } from './paging/walk-pages';
import type { Query } from './host-pinning';

/** A REST call with its options checked. */
export interface RestCall {
  readonly method: Call['method'];
  readonly path: string;
  readonly query: Query;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

const OPTIONS = ['query', 'headers', 'signal'] as const;
const OPTIONS_WITH_BODY = [...OPTIONS, 'body'] as const;
const PAGES_OPTIONS = [...OPTIONS_WITH_BODY, 'method'] as const;

/**
 * Reads the options of one call.
 *
 * @throws TypeError for an unknown one, such as a payload that is given in place of `{ body: payload }`
 */
export function parseRestOptions(method: RestCall['method'], path: string, given: unknown): RestCall {
  const owner = `rest.${method.toLowerCase()}()`;
  const option = method === 'GET' ? parseOptions(owner, given, OPTIONS) : parseWithBody(owner, given);
  return toCall({ owner, method, path }, option as (name: string) => unknown);
}

/** Options of a list, and the call for each of its pages. */
export interface ListOptions {
  readonly query: Query;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly callFor: (request: PageRequest) => RestCall;
}

/** @throws TypeError for an unknown option, a method other than GET and POST, or a body that has no pages */
export function parsePagesOptions(path: string, given: unknown): ListOptions {
  const owner = 'rest.pages()';
  const option = parseOptions(owner, given, PAGES_OPTIONS);
  const method = option('method') ?? 'GET';
  if (method !== 'GET' && method !== 'POST') throw optionError('method', "must be 'GET' or 'POST'", owner);
  const body = option('body') ?? (method === 'POST' ? {} : undefined);
  if (body !== undefined && method === 'GET') throw optionError('body', "needs method: 'POST'", owner);
  const payload = body === undefined ? undefined : asObject(body);
  if (body !== undefined && payload === undefined) throw optionError('body', 'must be an object', owner);
  const call = toCall({ owner, method, path }, (name) => (name === 'body' ? payload : option(name as 'query')));
  return {
    query: call.query,
    body: payload,
    callFor: (request) => ({
      ...call,
      query: request.query,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
    }),
  };
}

/** A payload in place of the options is the most likely mistake. */
function parseWithBody(owner: string, given: unknown): (name: (typeof OPTIONS_WITH_BODY)[number]) => unknown {
  try {
    return parseOptions(owner, given, OPTIONS_WITH_BODY);
  } catch (error) {
    if (error instanceof TypeError) error.message += ' A payload is given as { body: payload }.';
    throw error;
  }
}

function toCall(
  call: { owner: string; method: RestCall['method']; path: string },
  option: (name: string) => unknown,
): RestCall {
  const { owner, method, path } = call;
  const body = toJson(owner, option('body'));
  return {
    ...{ method, path, body },
    query: parseQuery(owner, option('query')),
    headers: {
      ...parseHeaders(owner, option('headers')),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    signal: parseSignal(owner, option('signal')),
  };
}

function toJson(owner: string, body: unknown): string | undefined {
  if (body === undefined) return undefined;
  const isOther =
    isStreamBody(body) ||
    ArrayBuffer.isView(body) ||
    /^\[object (?:FormData|Blob|File|URLSearchParams|ArrayBuffer)\]$/.test(Object.prototype.toString.call(body));
  if (isOther) {
    dismiss(body);
    throw optionError('body', 'is sent as JSON; send bytes, forms and streams by fetch()', owner);
  }
  const json = JSON.stringify(body) as string | undefined;
  if (json === undefined) throw optionError('body', 'must be a value that JSON has', owner);
  return json;
}

function parseQuery(owner: string, query: unknown): Query {
  if (query === undefined) return {};
  const isPlain = typeof query === 'object' && query !== null && !(Symbol.iterator in query);
  if (!isPlain) throw optionError('query', 'must be an object of names and values', owner);
  for (const value of Object.values(query).flat()) {
    if (value !== undefined && !['string', 'number', 'boolean', 'bigint'].includes(typeof value)) {
      throw optionError('query', 'must have strings, numbers, booleans or lists of them as values', owner);
    }
  }
  return withoutPrototype(query) as Query;
}

/** Names in lower case, values checked by the platform; those that hold `undefined` are left out. */
function parseHeaders(owner: string, headers: unknown): Record<string, string> {
  if (headers !== undefined && (typeof headers !== 'object' || headers === null)) {
    throw optionError('headers', 'must be an object of names and values', owner);
  }
  const given = headers ?? {};
  const pairs = Symbol.iterator in given ? [...(given as Iterable<[string, string]>)] : Object.entries(given);
  const sent = pairs.filter(([, value]) => value !== undefined) as [string, string][];
  return { accept: 'application/json', ...Object.fromEntries(new Headers(sent)) };
}

function parseSignal(owner: string, signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal === null) return undefined;
  if (typeof signal === 'object' && 'aborted' in signal && 'addEventListener' in signal) return signal as AbortSignal;
  throw optionError('signal', 'must be an AbortSignal', owner);
}
