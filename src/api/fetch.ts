import { Readable } from 'node:stream';
import { discard } from '../http/body';
import type { Call, Transport } from '../http/transport';
import { bare } from '../protocol/own';
import { authorizedCall, type TokenSource } from './authorized-call';
import { targetUrl } from './target';

/** `fetch` with the grant's token: a path under the REST base URL, or an absolute URL under the REST or SOAP one. */
export type MarketingCloudFetch = (path: string, init?: RequestInit) => Promise<Response>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A `fetch` that takes its tokens from `source`. It gives a global `Response` and makes no error of a status; redirects
 * are not followed.
 *
 * @throws TypeError when the URL is not the tenant's
 */
export function marketingCloudFetch(transport: Transport, source: TokenSource): MarketingCloudFetch {
  return async (path, given = {}) => {
    const init = bare(given);
    const method = METHODS.find((known) => known === (init.method ?? 'GET').toUpperCase());
    if (method === undefined) throw new TypeError('The method must be GET, POST, PUT, PATCH, DELETE or HEAD.');
    const { headers, body } = await readInit(init);
    const answer = await authorizedCall(transport, source, {
      method,
      urlFor: ({ tenant }) => targetUrl(path, [tenant.restBaseUrl, tenant.soapBaseUrl]),
      headers,
      body,
      signal: init.signal ?? undefined,
    });
    const kept = [...answer.headers].filter(
      ([name]) => !/^(?:content-encoding|content-length|transfer-encoding)$/.test(name),
    );
    const bodiless = method === 'HEAD' || NO_BODY.has(answer.status);
    if (bodiless) discard(answer.body);
    return new Response(bodiless ? null : (Readable.toWeb(answer.body) as ReadableStream<Uint8Array>), {
      status: answer.status,
      headers: kept,
    });
  };
}

/** Has the platform's own `Request` turn any kind of body into bytes and a content type. */
async function readInit(init: RequestInit): Promise<{ headers: Record<string, string>; body: Call['body'] }> {
  const { signal: _signal, redirect: _redirect, ...rest } = init;
  const request = new Request('https://body.invalid/', bare<RequestInit>({ ...rest, duplex: 'half' }));
  const headers = Object.fromEntries(request.headers);
  if (request.body === null) return { headers, body: undefined };
  const streamed = init.body instanceof ReadableStream || init.body instanceof Readable;
  const body = streamed ? Readable.fromWeb(request.body) : Buffer.from(await request.arrayBuffer());
  return { headers, body };
}
