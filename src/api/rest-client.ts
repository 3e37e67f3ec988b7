import { ApiError, MarketingCloudError } from '../errors';
import { readRetryAfter } from '../http/retry-after';
import { readText, type Call, type OpenAnswer, type Transport } from '../http/transport';
import { bare, own, parseObject } from '../protocol/own';
import { authorizedCall, type TokenSource } from './authorized-call';
import { pagesOf } from './pages';
import { targetUrl, type Query } from './target';

/** What a REST call may carry besides its path. */
export interface RestOptions {
  readonly query?: Query | undefined;
  /** `Authorization`, `Host` and what says how bytes are sent are ours and cannot be set. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The same with a body, sent as JSON. */
export interface RestOptionsWithBody extends RestOptions {
  readonly body?: unknown;
}

/**
 * Marketing Cloud's REST APIs: https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/index-api.html
 * Resolves to the parsed answer, `undefined` where there is none.
 *
 * Rejects with `ApiError` when Marketing Cloud answers with an error, with `MarketingCloudError` when it does not answer
 * or the grant is dead, with `TypeError` when the path would leave the tenant's REST base URL.
 */
export interface RestClient {
  get<T = unknown>(path: string, options?: RestOptions): Promise<T>;
  post<T = unknown>(path: string, options?: RestOptionsWithBody): Promise<T>;
  put<T = unknown>(path: string, options?: RestOptionsWithBody): Promise<T>;
  patch<T = unknown>(path: string, options?: RestOptionsWithBody): Promise<T>;
  delete<T = unknown>(path: string, options?: RestOptionsWithBody): Promise<T>;
  /**
   * The answers of a list, one per page of `$page` and `$pageSize`, each read when it is asked for. `query` may say at
   * which `$page` to begin and how large a `$pageSize` is. The first page is always given, also without items.
   *
   * Throws like `get`, and `MarketingCloudError` `invalid_response` for a list that does not end or ignores `$page`.
   */
  pages<T = unknown>(path: string, options?: RestOptions): AsyncIterable<T>;
}

/** Marketing Cloud sends 4 MB at most in documented answers; this leaves room and still ends. */
const MAX_BYTES = 64 * 1_048_576;

/** A REST client that takes its tokens from `source`. */
export function restClient(transport: Transport, source: TokenSource): RestClient {
  async function send<T>(method: Call['method'], path: string, given: RestOptionsWithBody = {}): Promise<T> {
    const options = bare(given);
    const answer = await authorizedCall(transport, source, {
      method,
      urlFor: ({ tenant }) => targetUrl(path, [tenant.restBaseUrl], options.query),
      headers: { ...ownHeaders(options.headers), ...(options.body !== undefined && JSON_BODY) },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
    });
    return (await readAnswer(answer)) as T;
  }
  return {
    get: (path, options) => send('GET', path, options),
    post: (path, options) => send('POST', path, options),
    put: (path, options) => send('PUT', path, options),
    patch: (path, options) => send('PATCH', path, options),
    delete: (path, options) => send('DELETE', path, options),
    pages: <T>(path: string, options: RestOptions = {}) => {
      const read = (query: Query): Promise<unknown> => send('GET', path, { ...options, query });
      const iterate = () => pagesOf(path, bare(options).query ?? {}, read) as AsyncGenerator<T>;
      return { [Symbol.asyncIterator]: iterate };
    },
  };
}

const JSON_BODY = { 'content-type': 'application/json' };

/** Names in lower case, values checked by the platform. */
function ownHeaders(headers: RestOptions['headers'] = {}): Record<string, string> {
  return { accept: 'application/json', ...Object.fromEntries(new Headers({ ...headers })) };
}

async function readAnswer(answer: OpenAnswer): Promise<unknown> {
  const text = await readText(answer, MAX_BYTES);
  if (answer.status < 200 || answer.status >= 300) throw refused(answer, text);
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new MarketingCloudError('invalid_response', { response: { status: answer.status } });
  }
}

function refused(answer: OpenAnswer, text: string): ApiError {
  const errorcode = own(parseObject(text) ?? {}, 'errorcode');
  return new ApiError(
    { status: answer.status },
    {
      errorcode: typeof errorcode === 'number' ? errorcode : undefined,
      retryAfter: readRetryAfter(answer.headers.get('retry-after'), Date.now()),
    },
  );
}
