import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** The calls that undici makes in this process, which are the app's: the test's own browsers are made of something else. */
export interface OutgoingWatch {
  /** Each as `POST https://mcx.auth.marketingcloudapis.com/v2/token`, also one that never got a connection. */
  readonly calls: string[];
  /** The headers of all of them, as text. */
  readonly headers: string[];
  readonly stop: () => void;
}

interface Created {
  readonly request: {
    readonly method: string;
    readonly origin: unknown;
    readonly path: string;
    readonly headers: unknown;
  };
}

/** Watches what undici itself announces, before any connection is made. */
export function watchOutgoing(): OutgoingWatch {
  const calls: string[] = [];
  const headers: string[] = [];
  const note = (message: unknown): void => {
    const { request } = message as Created;
    calls.push(`${request.method} ${String(request.origin)}${request.path}`);
    headers.push(JSON.stringify(request.headers));
  };
  subscribe('undici:request:create', note);
  return { calls, headers, stop: () => void unsubscribe('undici:request:create', note) };
}
