import { MarketingCloudError } from '../errors';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { OpenAnswer } from '../http/open-answer';
import { dismiss, isStreamBody, takeStream, type OutgoingStream } from '../http/outgoing-body';
import type { Call } from '../http/call';
import type { Transport } from '../http/transport';
import { withoutPrototype, getOwn } from '../own-properties';
import { parseOptions } from '../strict-options';
import { unlessAborted } from './abort';
import { publishRefusedCall } from './call-events';
import { callWithRetries, type TokenSource } from './call-with-retries';
import { toTenantUrl } from './host-pinning';

/**
 * `fetch` with the grant's token: a path under the REST base URL, or an absolute URL under the REST or SOAP one.
 *
 * It takes the options of the platform's `fetch`, of which `method`, `headers`, `body` and `signal` count, and gives a
 * `Response`. A status is never an error, redirects are not followed. Its deadline ends when the head of the answer is
 * there; read or cancel the body, since an answer keeps its connection until then.
 */
export type MarketingCloudFetch = (path: string, init?: RequestInit) => Promise<Response>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
/** The members of a `RequestInit` (https://fetch.spec.whatwg.org/#requestinit). */
const OPTIONS = [
  ...(['method', 'headers', 'body', 'signal', 'duplex', 'redirect', 'cache', 'credentials', 'integrity'] as const),
  ...(['keepalive', 'mode', 'priority', 'referrer', 'referrerPolicy', 'window'] as const),
] as const;
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** A `fetch` that takes its tokens from `source`. */
export function createFetch(transport: Transport, source: TokenSource): MarketingCloudFetch {
  return async (path, init) => {
    let request: FetchRequest | undefined;
    try {
      request = parseInit(init);
      const { method, headers, signal } = request;
      const urlFor = ({ tenant }: GrantSnapshot): string => toTenantUrl(path, [tenant.restBaseUrl, tenant.soapBaseUrl]);
      const { answer, snapshot } = await callWithRetries(transport, source, {
        ...{ method, headers, signal },
        body: await unlessAborted(signal, request.readBody),
        urlFor,
      });
      const { status } = answer;
      if (status >= 400) publishRefusedCall(source.strategy, snapshot, { method, url: urlFor(snapshot), status });
      answer.onceClosed(request.end);
      return toResponse(method, answer);
    } catch (error) {
      request?.end();
      dismiss(Object(init) === init ? getOwn(init as object, 'body') : undefined);
      throw error;
    }
  };
}

interface FetchRequest {
  readonly method: Call['method'];
  readonly headers: Record<string, string>;
  readonly readBody: () => Promise<Call['body']>;
  /** The caller's, which is aborted too when the body fails. */
  readonly signal: AbortSignal;
  /** Ends what is left of the body, and listens to the caller's signal no longer. */
  readonly end: () => void;
}

/** @throws TypeError for an option that is unknown, a method, a header or a body that cannot be sent */
function parseInit(init: unknown): FetchRequest {
  if (init instanceof Request) throw new TypeError('fetch(path, init) takes an options object, and no Request.');
  const option = parseOptions('fetch()', init, OPTIONS);
  const named = option('method') ?? 'GET';
  const method = METHODS.find((known) => typeof named === 'string' && known === named.toUpperCase());
  if (method === undefined) throw new TypeError('The method must be GET, POST, PUT, PATCH, DELETE or HEAD.');
  const body = option('body') ?? undefined;
  const isStream = isStreamBody(body);
  if (isStream && (method === 'GET' || method === 'HEAD')) throw new TypeError(`A ${method} call has no body.`);
  // The platform checks the headers, and turns any other kind of body into bytes and a content type.
  const request = new Request(
    'https://body.invalid/',
    withoutPrototype<RequestInit>({
      method,
      headers: (option('headers') as RequestInit['headers']) ?? {},
      ...(body !== undefined && !isStream && { body: body as Exclude<RequestInit['body'], undefined> }),
    }),
  );
  const stop = new AbortController();
  const callers = parseSignal(option('signal'));
  const abort = (): void => stop.abort(callers?.reason);
  if (callers?.aborted === true) abort();
  callers?.addEventListener('abort', abort);
  let stream: OutgoingStream | undefined;
  if (isStream) stream = takeStream(body, (error) => stop.abort(error));
  return {
    method,
    headers: Object.fromEntries(request.headers),
    readBody: async () => {
      if (stream !== undefined) return stream.stream;
      if (body === undefined) return undefined;
      return typeof body === 'string' ? body : Buffer.from(await request.arrayBuffer());
    },
    signal: stop.signal,
    end: () => {
      callers?.removeEventListener('abort', abort);
      stream?.end();
    },
  };
}

function parseSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal === null) return undefined;
  if (typeof signal === 'object' && 'aborted' in signal && 'addEventListener' in signal) return signal as AbortSignal;
  throw new TypeError('Option signal of fetch() must be an AbortSignal.');
}

function toResponse(method: Call['method'], answer: OpenAnswer): Response {
  const { status, encoding } = answer;
  const isDecoded = encoding === undefined && answer.headers.has('content-encoding');
  const dropped = new Set(['transfer-encoding', ...(isDecoded ? ['content-encoding', 'content-length'] : [])]);
  const headers = [...answer.headers].filter(([name]) => !dropped.has(name));
  const hasBody = method !== 'HEAD' && !NO_BODY.has(status);
  try {
    const response = new Response(hasBody ? answer.webStream() : null, { status, headers });
    if (!hasBody) answer.drain();
    return response;
  } catch (error) {
    // A status or a header that the platform does not take.
    answer.discard();
    throw new MarketingCloudError('invalid_response', { response: { status }, cause: error });
  }
}
