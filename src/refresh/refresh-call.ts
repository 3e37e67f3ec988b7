import { setTimeout as wait } from 'node:timers/promises';
import { MarketingCloudError } from '../errors';
import type { IssuedTokens, OAuthClient } from '../oauth/oauth-client';
import type { Breaker } from './breaker';
import { classifyFailure, FAILURE_EFFECTS, type FailureClass } from '../protocol/token-failures';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import { watchTokenCall } from '../grants/watch-token-call';

/** How a refresh call ended that brought no tokens. */
export interface RefreshFailure {
  readonly error: MarketingCloudError;
  readonly kind: FailureClass;
  /** Whether Marketing Cloud may have acted on one of the tries and its answer was lost: the refresh token may be spent. */
  readonly mayBeSpent: boolean;
  /** When the first try began, by `performance.now()`. */
  readonly startedAt: number;
}

/** How much a refresh is wanted. It may grow while the refresh runs: each request that joins it may raise it. */
export interface Urgency {
  /** Whether a request waits for it: a call that Marketing Cloud has not acted on is worth another try at once. */
  hasWaiters: boolean;
  /**
   * Whether the old token can no longer be used: then a call whose answer was lost is worth another try at once. Otherwise
   * the old token is kept, since a strict server revokes it when a refresh token is used twice.
   */
  isTokenUnusable: boolean;
}

const FIRST_PAUSE_MS = 200;
/** A request waits no longer than this between tries: it gets the error, with `Retry-After`. */
const MAX_PAUSE_MS = 2_000;

/**
 * Asks Marketing Cloud for the next pair of tokens. Where a request waits for them, a call that Marketing Cloud has
 * certainly not acted on is made up to three times, honouring `Retry-After`; a 429 is not tried again. Where the old token
 * can no longer be used, a call whose answer was lost is made once more, at once: a server that accepts a repeated refresh
 * token does so for a short time only.
 *
 * A call that has begun is not given up when its caller goes away.
 */
export async function callForTokens(
  parts: { readonly name: string; readonly client: OAuthClient; readonly breaker: Breaker },
  { id, tenant }: GrantSnapshot,
  refresh: { readonly refreshToken: string; readonly accountId?: number | undefined },
  limits: { readonly urgency: Urgency; readonly giveUpAt: number },
): Promise<IssuedTokens | RefreshFailure> {
  const { subdomain } = tenant;
  const startedAt = performance.now();
  let mayBeSpent = false;
  for (let tries = 1; ; tries += 1) {
    try {
      const call = { strategy: parts.name, subdomain, purpose: 'refresh' } as const;
      const tokens = await watchTokenCall(call, () => parts.client.refresh(tenant, refresh));
      parts.breaker.record(subdomain, id);
      return tokens;
    } catch (error) {
      if (!(error instanceof MarketingCloudError)) throw error;
      parts.breaker.record(subdomain, id, error);
      const kind = classifyFailure(error);
      mayBeSpent ||= FAILURE_EFFECTS[kind].mayBeSpent;
      const pauseMs = kind === 'untouched' ? getPauseMs(error, tries) : 0;
      const { hasWaiters, isTokenUnusable } = limits.urgency;
      // A call without an answer may have rotated the refresh token: it is repeated even while the tenant is in trouble.
      const isUnanswered = kind === 'ambiguous' && error.response === undefined;
      const isHopeless = !isUnanswered && parts.breaker.isTroubled(subdomain, id);
      const isWorthIt =
        hasWaiters &&
        (isTokenUnusable || kind !== 'ambiguous') &&
        !isHopeless &&
        tries < FAILURE_EFFECTS[kind].maxTries;
      const isTooLong = pauseMs > MAX_PAUSE_MS || performance.now() + pauseMs >= limits.giveUpAt;
      if (!isWorthIt || isTooLong) return { error, kind, mayBeSpent, startedAt };
      await wait(pauseMs);
    }
  }
}

function getPauseMs(error: MarketingCloudError, tries: number): number {
  return Math.max((error.retryAfter ?? 0) * 1000, FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.75 + Math.random() / 2));
}
