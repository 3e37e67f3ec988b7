import type { Readable } from 'node:stream';

/**
 * The part of an undici dispatcher that we call. Structural, so that one of any undici line fits; only its own
 * `request()` is called, since dispatchers and `fetch` of different lines do not mix.
 */
export interface Dispatcher {
  request(options: {
    origin: string;
    path: string;
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
    headers: Record<string, string>;
    body: string | Buffer | Readable | null;
    signal: AbortSignal;
    headersTimeout: number;
    bodyTimeout: number;
  }): Promise<{
    statusCode: number;
    headers: Record<string, string | string[] | undefined>;
    body: Readable;
  }>;
}

/** The package's own dispatcher, which it also closes. */
export interface OwnDispatcher extends Dispatcher {
  close(): Promise<void>;
}

/** undici counts in steps of half a second; its own timeout must not decide before the call's deadline. */
const CONNECT_SLACK_MS = 1_000;

/**
 * The package's keep-alive agent; `ConnectionLimits` says how many connections it has. Loading undici costs a tenth of a second, so it is loaded when the first call goes out.
 * The deadline of a call is the transport's. A connection that is still not there some time after it is given up.
 */
export async function ownDispatcher(timeoutMs: number): Promise<OwnDispatcher> {
  const { Agent } = await import('undici');
  return new Agent({ connect: { timeout: timeoutMs + CONNECT_SLACK_MS } });
}
