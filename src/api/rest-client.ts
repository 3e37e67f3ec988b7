import { ApiError } from '../errors';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { Transport } from '../http/transport';
import { publishRefusedCall } from './call-events';
import { callWithRetries, type TokenSource } from './call-with-retries';
import { walkPages, type PageRequest } from './paging/walk-pages';
import { readRestAnswer } from './read-rest-answer';
import { parsePagesOptions, parseRestOptions, type RestCall } from './rest-options';
import { toTenantUrl, type Query } from './host-pinning';

/** What a REST call may carry besides its path. Another option is a `TypeError`. */
export interface RestOptions {
  readonly query?: Query | undefined;
  /** `Authorization`, `Host` and what says how bytes are sent are the package's and cannot be set. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The same with a body, sent as JSON. */
export interface RestOptionsWithBody extends RestOptions {
  readonly body?: unknown;
}

/** How a list is asked for. */
export interface PagesOptions extends RestOptions {
  /**
   * `POST` for lists that are queried by a body, such as `/asset/v1/content/assets/query`.
   *
   * @default 'GET'
   */
  readonly method?: 'GET' | 'POST' | undefined;
  /** Of a POST; `page` of its `page` says where to begin, and is counted up. */
  readonly body?: object | undefined;
}

/**
 * Marketing Cloud's REST APIs: https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/index-api.html
 * Resolves to the parsed answer, to the text of one that is no JSON, and to `undefined` for an empty one.
 *
 * An answer with a 2xx status is a success, also where its body says otherwise (`resultMessages`, `hasErrors`): the call
 * has been carried out, for some of its items at least.
 *
 * Rejects with `ApiError` when Marketing Cloud answers with an error, with `MarketingCloudError` when it does not answer,
 * when a page of HTML comes in place of an answer, or when the grant is dead, and with `TypeError` when an option is
 * unknown or the path would leave the tenant's REST base URL.
 *
 * @example
 * const { rest } = req.marketingCloud;
 * await rest.post('/asset/v1/content/assets', { body: { name: 'Banner', assetType: { id: 196 } } });
 * for await (const page of rest.pages<{ items: unknown[] }>('/interaction/v1/interactions')) use(page.items);
 */
export interface RestClient {
  get<T = unknown>(path: string, options?: RestOptions): Promise<T>;
  post<T = unknown>(path: string, options?: RestOptionsWithBody): Promise<T>;
  put<T = unknown>(path: string, options?: RestOptionsWithBody): Promise<T>;
  patch<T = unknown>(path: string, options?: RestOptionsWithBody): Promise<T>;
  delete<T = unknown>(path: string, options?: RestOptionsWithBody): Promise<T>;
  /**
   * The answers of a list, one per page, each read when it is asked for, in every dialect that Marketing Cloud is known
   * to page in. `query` may say at which `$page` to begin and how large a `$pageSize` is. The first page is always given,
   * also without items; an answer that is no page of a list is the only one.
   *
   * Throws like `get`, and `MarketingCloudError` `invalid_response` for a list that does not end.
   *
   * @example
   * for await (const page of rest.pages<{ items: Asset[] }>('/asset/v1/content/assets')) assets.push(...page.items);
   */
  pages<T = unknown>(path: string, options?: PagesOptions): AsyncIterable<T>;
}

/** A REST client that takes its tokens from `source`. */
export function createRestClient(transport: Transport, source: TokenSource): RestClient {
  async function send(call: RestCall): Promise<unknown> {
    const { method, path, query, headers, body, signal } = call;
    const urlFor = ({ tenant }: GrantSnapshot): string => toTenantUrl(path, [tenant.restBaseUrl], query);
    const { answer, snapshot } = await callWithRetries(transport, source, {
      ...{ method, headers, body, signal },
      urlFor,
    });
    try {
      return await readRestAnswer(answer, { method, path: path.replace(/\?.*$/s, '') });
    } catch (error) {
      if (error instanceof ApiError) {
        const { status } = answer;
        publishRefusedCall(source.strategy, snapshot, { method, url: urlFor(snapshot), status }, error.errorcode);
      }
      throw error;
    }
  }
  const caller =
    (method: RestCall['method']) =>
    async <T>(path: string, options?: RestOptionsWithBody): Promise<T> =>
      (await send(parseRestOptions(method, path, options))) as T;
  return {
    get: caller('GET'),
    post: caller('POST'),
    put: caller('PUT'),
    patch: caller('PATCH'),
    delete: caller('DELETE'),
    pages: <T>(path: string, options?: PagesOptions) => {
      const iterate = async function* (): AsyncGenerator<T, void, undefined> {
        const { query, body, callFor } = parsePagesOptions(path, options);
        const read = (request: PageRequest): Promise<unknown> => send(callFor(request));
        yield* walkPages({ path, query, body }, read) as AsyncGenerator<T, void, undefined>;
      };
      return { [Symbol.asyncIterator]: iterate };
    },
  };
}
