import { setTimeout as wait } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import type { SeenGrant } from '../grants/seen-grant';
import { discard } from '../http/body';
import { readRetryAfter } from '../http/retry-after';
import type { Call, OpenAnswer, Transport } from '../http/transport';

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

/** Headers that are ours, by their names in small letters: where a call goes, and with which token. */
export const OWN_HEADERS: ReadonlySet<string> = new Set(['authorization', 'host']);

const MAX_REPEATS = 2;
const MAX_WAIT_S = 10;
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/**
 * Makes a call with a fresh token. A 401 is answered by one refresh, which everybody who got one shares, and one
 * repeat; 429 and 503 by waiting as long as `Retry-After` says, ten seconds at most and twice, for methods that may be
 * repeated. A body that is a stream is sent once.
 */
export async function authorizedCall(transport: Transport, source: TokenSource, call: ApiCall): Promise<OpenAnswer> {
  const once = isStream(call.body);
  let seen = await source.fresh();
  let answer = await send(transport, seen, call);
  if (answer.status === 401 && !once) {
    discard(answer.body);
    seen = await source.replaced(seen.grant.accessToken);
    answer = await send(transport, seen, call);
  }
  for (let repeats = 0; repeats < MAX_REPEATS; repeats += 1) {
    const seconds = readRetryAfter(answer.headers.get('retry-after'), Date.now());
    const limited = answer.status === 429 || answer.status === 503;
    if (!limited || once || !REPEATABLE.has(call.method) || seconds === undefined || seconds > MAX_WAIT_S) break;
    discard(answer.body);
    await wait(seconds * 1000, undefined, { ...(call.signal && { signal: call.signal }) });
    answer = await send(transport, seen, call);
  }
  return answer;
}

function send(transport: Transport, seen: SeenGrant, call: ApiCall): Promise<OpenAnswer> {
  const { urlFor, ...rest } = call;
  const headers = { ...call.headers, authorization: `Bearer ${seen.grant.accessToken}` };
  return transport.open({ ...rest, url: urlFor(seen), headers });
}

function isStream(body: Call['body']): body is Readable {
  return body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
}
