import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { hasOwnAnswer, type Fault } from './fault';

/** An answer that has not been sent yet. */
export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Collects the endpoint's answer in a buffer instead of sending it. Call it before the endpoint runs. The promise resolves
 * when the endpoint has ended its answer; the response can then send another one.
 */
export function captureAnswer(res: ServerResponse): Promise<Answer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const take = (chunk: unknown, encoding: unknown) => {
      if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, isEncoding(encoding) ? encoding : 'utf8'));
      else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    };
    Object.assign(res, {
      write: (chunk: unknown, encoding?: unknown) => {
        take(chunk, encoding);
        return true;
      },
      end: (chunk?: unknown, encoding?: unknown) => {
        take(chunk, encoding);
        // Removes the two functions above, so that the methods of the class are used again.
        Reflect.deleteProperty(res, 'write');
        Reflect.deleteProperty(res, 'end');
        const headers = { ...res.getHeaders() };
        for (const name of res.getHeaderNames()) res.removeHeader(name);
        resolve({ status: res.statusCode, headers, body: Buffer.concat(chunks) });
        return res;
      },
    });
  });
}

function isEncoding(value: unknown): value is BufferEncoding {
  return typeof value === 'string' && Buffer.isEncoding(value);
}

/** Returns the answer of a fault: its own, or the endpoint's answer with its changes. */
export function alterAnswer(real: Answer | undefined, fault: Fault): Answer {
  const base: Answer =
    real === undefined || hasOwnAnswer(fault)
      ? {
          status: fault.status ?? 200,
          headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
          body: toBytes(fault.body),
        }
      : real;
  const body = fault.transform === undefined ? base.body : transform(base.body, fault.transform);
  const headers: OutgoingHttpHeaders = { ...base.headers, 'content-length': body.length };
  for (const [name, value] of Object.entries(fault.headers ?? {})) {
    if (value === undefined) Reflect.deleteProperty(headers, name.toLowerCase());
    else headers[name.toLowerCase()] = typeof value === 'string' ? value : [...value];
  }
  return { status: base.status, headers, body };
}

function toBytes(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  return body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
}

function transform(body: Buffer, change: (json: unknown) => unknown): Buffer {
  const json: unknown = JSON.parse(body.toString('utf8'));
  return toBytes(change(json));
}
