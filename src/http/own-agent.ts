import type { Dispatcher } from './dispatcher';

/** The part of undici's dispatch handlers that whole calls use: https://undici.nodejs.org/#/docs/api/Dispatcher */
export interface AnswerHandler {
  onRequestStart(controller: { abort(reason: Error): void }): void;
  /** Also for each informational answer (1xx) before the final one. */
  onResponseStart(controller: object, status: number, headers: AnswerHeaders): void;
  onResponseData(controller: object, chunk: Buffer): void;
  onResponseEnd(): void;
  onResponseError(controller: object, error: Error): void;
}

/** By names in small letters. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The package's own dispatcher, which it also closes. */
export interface OwnAgent extends Dispatcher {
  dispatch(
    request: {
      origin: string;
      path: string;
      method: 'GET' | 'POST';
      headers: Record<string, string>;
      body: string | null;
      headersTimeout: number;
      bodyTimeout: number;
    },
    handler: AnswerHandler,
  ): boolean;
  close(): Promise<void>;
}

/** undici counts in steps of half a second; its own timeout must not decide before the call's deadline. */
const CONNECT_SLACK_MS = 1_000;

/**
 * The package's keep-alive agent; `ConnectionLimits` says how many connections it has. The deadline of a call is the
 * transport's. A connection that is still not there some time after it is given up.
 */
export async function createOwnAgent(timeoutMs: number): Promise<OwnAgent> {
  const { Agent } = await import('undici');
  return new Agent({ connect: { timeout: timeoutMs + CONNECT_SLACK_MS } });
}

/**
 * Loads undici as soon as the code that runs has ended: it takes a tenth of a second, which no sign-in should wait for. Not
 * in a later turn of the event loop: Jest fails a run in which a module is loaded after the last test.
 */
export function loadUndiciSoon(): void {
  import('undici').catch(() => undefined);
}
