import { setTimeout as wait } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import type { SeenGrant } from '../grants/seen-grant';
import { discard } from '../http/body';
import { readRetryAfter } from '../http/retry-after';
import type { Call, OpenAnswer, Transport } from '../http/transport';
import { unlessAborted } from './abort';

/** Where tokens come from: the grant as it is fresh, and the grant with another token than the one refused. */
export interface TokenSource {
  fresh(): Promise<SeenGrant>;
  replaced(accessToken: string): Promise<SeenGrant>;
}

/** A call without its token and its host. */
export interface ApiCall extends Omit<Call, 'url'> {
  /** Builds the absolute URL for the tenant that the token is for. */
  readonly urlFor: (seen: SeenGrant) => string;
}

const MAX_REPEATS = 2;
const MAX_WAIT_S = 10;
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);
/** Headers that are ours, or that say how bytes are sent; another `host` would lead the token past the host's check. */
const NOT_THE_CALLERS: ReadonlySet<string> = new Set([
  'authorization',
  'host',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Makes a call with a fresh token. A 401 is answered by one refresh, which everybody who got one shares, and one
 * repeat; 429 and 503 by waiting as long as `Retry-After` says, ten seconds at most and twice, for methods that may be
 * repeated. A body that is a stream is sent once; a 401 to it has the token replaced for the calls that follow.
 *
 * Rejects with the signal's reason as soon as it is aborted.
 */
export async function authorizedCall(transport: Transport, source: TokenSource, call: ApiCall): Promise<OpenAnswer> {
  const { signal } = call;
  const once = isStream(call.body);
  let seen = await unlessAborted(signal, () => source.fresh());
  let isReplaced = false;
  for (let repeats = 0; ;) {
    const answer = await send(transport, seen, call);
    if (answer.status === 401 && !isReplaced) {
      const { accessToken } = seen.grant;
      if (once) {
        source.replaced(accessToken).catch(() => undefined);
        return answer;
      }
      discard(answer.body);
      seen = await unlessAborted(signal, () => source.replaced(accessToken));
      isReplaced = true;
      continue;
    }
    const seconds = once || repeats === MAX_REPEATS ? undefined : secondsToWait(call.method, answer);
    if (seconds === undefined) return answer;
    discard(answer.body);
    await unlessAborted(signal, () => wait(seconds * 1000, undefined, { ...(signal && { signal }) }));
    repeats += 1;
  }
}

/** How long to wait before the call is made again; undefined when it must not be. */
function secondsToWait(method: Call['method'], answer: OpenAnswer): number | undefined {
  if ((answer.status !== 429 && answer.status !== 503) || !REPEATABLE.has(method)) return undefined;
  const header = answer.headers.get('retry-after');
  if (header === '0') return 0;
  const seconds = readRetryAfter(header, Date.now());
  return seconds === undefined || seconds > MAX_WAIT_S ? undefined : seconds;
}

function send(transport: Transport, seen: SeenGrant, call: ApiCall): Promise<OpenAnswer> {
  const { urlFor, headers, ...rest } = call;
  const callers = Object.entries(headers).filter(([name]) => !NOT_THE_CALLERS.has(name.toLowerCase()));
  return transport.open({
    ...rest,
    url: urlFor(seen),
    headers: { ...Object.fromEntries(callers), authorization: `Bearer ${seen.grant.accessToken}` },
  });
}

function isStream(body: Call['body']): body is Readable {
  return body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
}
