import type { Readable } from 'node:stream';

/**
 * The part of an undici dispatcher that the package calls. Structural, so that one of any undici line fits; of a given
 * dispatcher only its own `request()` is called, since dispatchers and `fetch` of different lines do not mix.
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
