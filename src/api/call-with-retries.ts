import { setTimeout as wait } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import type { TokenRefusal } from '../grants/grant';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { OpenAnswer } from '../http/open-answer';
import { parseRetryAfter } from '../http/retry-after';
import { MESSAGE_HEADERS, type Call } from '../http/call';
import type { Transport } from '../http/transport';
import { unlessAborted } from './abort';
import { publishRetry } from './call-events';
import { isExpiredTokenFault, tokenInEnvelope, withToken } from './soap-token';

/** Where tokens come from. */
export interface TokenSource {
  /** The strategy's name, for events. */
  readonly strategy: string;
  /** The grant with a token that is good now. */
  fresh(): Promise<GrantSnapshot>;
  /**
   * The grant with another token than the one refused, or with the same where that is no likely reason: then the refusal
   * is the answer.
   */
  replace(accessToken: string, refusal: TokenRefusal): Promise<GrantSnapshot>;
}

/** An answer, and the grant that it was given to. */
export interface GrantAnswer {
  readonly answer: OpenAnswer;
  readonly snapshot: GrantSnapshot;
}

/** A call without its token and its host. */
export interface ApiCall extends Omit<Call, 'url' | 'grantId'> {
  /** Builds the absolute URL for the tenant that the token is for. */
  readonly urlFor: (snapshot: GrantSnapshot) => string;
}

const MAX_REPEATS = 2;
const MAX_WAIT_S = 10;
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);
/** Headers that the package sets, or that say how bytes are sent; another `host` would lead the token past the host's check. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set(['authorization', ...MESSAGE_HEADERS]);

/**
 * Makes a call with a fresh token. A 401, or a `Token Expired` fault of the SOAP API, is answered by one refresh that all
 * waiters share, and one repeat; 429 and 503 by waiting as long as `Retry-After` says, ten seconds at most and twice, for
 * methods that may be repeated. A body that is a stream is sent once; a 401 to it replaces the token for later calls.
 *
 * Rejects with the signal's reason as soon as it is aborted.
 */
export async function callWithRetries(transport: Transport, source: TokenSource, call: ApiCall): Promise<GrantAnswer> {
  const { signal } = call;
  const isSingleUse = isStream(call.body);
  let { body } = call;
  let snapshot = await unlessAborted(signal, () => source.fresh());
  let isRepeated = false;
  let attempt = 1;
  const publishRepeat = (status: number, waitMs: number): void => {
    attempt += 1;
    const { method } = call;
    publishRetry(source.strategy, snapshot, { method, url: call.urlFor(snapshot), status }, { attempt, waitMs });
  };
  for (let waits = 0; ;) {
    const answer = await send(transport, snapshot, { ...call, body });
    try {
      const refused = isRepeated ? undefined : await readRefusal(answer, call.urlFor(snapshot), snapshot, body);
      if (refused !== undefined) {
        const { accessToken, refusal } = refused;
        if (isSingleUse) {
          source.replace(accessToken, refusal).catch(() => undefined);
          return { answer, snapshot };
        }
        const next = await unlessAborted(signal, () => source.replace(accessToken, refusal));
        if (next.grant.accessToken === accessToken) return { answer, snapshot };
        if (typeof body === 'string') body = withToken(body, accessToken, next.grant.accessToken);
        snapshot = next;
        isRepeated = true;
        answer.drain();
        publishRepeat(answer.status, 0);
        continue;
      }
      const seconds = isSingleUse || waits === MAX_REPEATS ? undefined : secondsToWait(call.method, answer);
      if (seconds === undefined) return { answer, snapshot };
      answer.drain();
      await unlessAborted(signal, () => wait(seconds * 1000, undefined, { ...(signal && { signal }) }));
      waits += 1;
      publishRepeat(answer.status, seconds * 1000);
    } catch (error) {
      answer.discard();
      throw error;
    }
  }
}

/** The token that an answer refuses, and how; undefined for an answer that refuses none. */
async function readRefusal(
  answer: OpenAnswer,
  url: string,
  snapshot: GrantSnapshot,
  body: Call['body'],
): Promise<{ accessToken: string; refusal: TokenRefusal } | undefined> {
  const { accessToken } = snapshot.grant;
  if (answer.status === 401) return { accessToken, refusal: 'unauthorized' };
  if (!url.startsWith(`${snapshot.tenant.soapBaseUrl}/`) || !(await isExpiredTokenFault(answer))) return undefined;
  // The envelope has a token of its own, which may be an older one.
  return { accessToken: tokenInEnvelope(body, accessToken) ?? accessToken, refusal: 'expired' };
}

/** How long to wait before the call is made again; undefined when it must not be. */
function secondsToWait(method: Call['method'], answer: OpenAnswer): number | undefined {
  if ((answer.status !== 429 && answer.status !== 503) || !REPEATABLE.has(method)) return undefined;
  const header = answer.headers.get('retry-after');
  if (header === '0') return 0;
  const seconds = parseRetryAfter(header, Date.now());
  return seconds === undefined || seconds > MAX_WAIT_S ? undefined : seconds;
}

function send(transport: Transport, snapshot: GrantSnapshot, call: ApiCall): Promise<OpenAnswer> {
  const { urlFor, headers, ...rest } = call;
  const callerHeaders = Object.entries(headers).filter(([name]) => !RESERVED_HEADERS.has(name.toLowerCase()));
  return transport.open({
    ...rest,
    url: urlFor(snapshot),
    headers: { ...Object.fromEntries(callerHeaders), authorization: `Bearer ${snapshot.grant.accessToken}` },
    grantId: snapshot.id,
  });
}

function isStream(body: Call['body']): body is Readable {
  return body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
}
