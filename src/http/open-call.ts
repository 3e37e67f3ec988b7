import { withoutPrototype } from '../own-properties';
import { startTimeout } from '../with-timeout';
import { BodyWatch } from './body-watch';
import { maySendAgain, type Call } from './call';
import { DeadlineError, toCallError } from './call-error';
import type { Slot } from './connection-limits';
import type { Dispatcher } from './dispatcher';
import { OpenAnswer } from './open-answer';

/** What a call goes out with. */
export interface OpenCallParts {
  readonly dispatcher: Dispatcher | Promise<Dispatcher>;
  readonly timeoutMs: number;
  /** Released when the answer's body has ended. */
  readonly slot: Slot | undefined;
  /** The bodies that are open: one is added with the answer, and removed at its end. */
  readonly open: Set<BodyWatch>;
}

/**
 * Makes a call and gives its answer as soon as the head is there. Its body must be read, drained or discarded.
 *
 * @throws MarketingCloudError `upstream_unavailable`; the signal's reason when it is aborted
 */
export async function openCall(call: Call, { dispatcher, timeoutMs, slot, open }: OpenCallParts): Promise<OpenAnswer> {
  const { signal } = call;
  const stopped = new AbortController();
  const cancelTimeout = startTimeout(timeoutMs, () => stopped.abort(new DeadlineError()));
  const abort = (): void => stopped.abort(new Error('The caller has aborted.'));
  const watch = new BodyWatch({
    endDeadline: cancelTimeout,
    giveUp: (reason) => stopped.abort(reason),
    slot,
    idleMs: timeoutMs,
  });
  const end = (): void => {
    signal?.removeEventListener('abort', abort);
    open.delete(watch);
    watch.closed();
  };
  try {
    signal?.addEventListener('abort', abort);
    const { statusCode, headers, body } = await request(await dispatcher, call, stopped.signal);
    open.add(watch);
    body.once('close', end);
    body.on('error', () => undefined);
    return new OpenAnswer({ status: statusCode, headers: flatten(headers), body }, { watch, signal });
  } catch (error) {
    end();
    throw signal?.aborted === true ? signal.reason : toCallError(error);
  }
}

/** Sends the request; once more where the connection has broken and the call allows it. */
async function request(dispatcher: Dispatcher, call: Call, signal: AbortSignal): ReturnType<Dispatcher['request']> {
  const url = new URL(call.url);
  // Without a prototype, since undici has many more options, such as the name that a certificate must be for.
  const options = withoutPrototype({
    origin: url.origin,
    path: url.pathname + url.search,
    method: call.method,
    headers: call.headers,
    body: call.body ?? null,
    signal,
    // Off: they fire before an answer is read that has arrived in time. The deadline is the call's.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    return await dispatcher.request(options);
  } catch (error) {
    const isStream = typeof options.body === 'object' && options.body !== null && !Buffer.isBuffer(options.body);
    if (signal.aborted || isStream || !maySendAgain(call.method, error)) throw error;
    return await dispatcher.request(options);
  }
}

function flatten(headers: Record<string, string | string[] | undefined>): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return flat;
}
