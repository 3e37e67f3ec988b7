import { setTimeout as wait } from 'node:timers/promises';
import { MarketingCloudError } from '../errors';
import type { IssuedTokens, OAuthClient } from '../oauth/oauth-client';
import type { Breaker } from './breaker';
import { classifyFailure, FAILURE_EFFECTS, type FailureClass } from '../protocol/token-failures';
import type { GrantSnapshot } from '../grants/grant-snapshot';

/** How a refresh call ended that brought no tokens. */
export interface RefreshFailure {
  readonly error: MarketingCloudError;
  readonly kind: FailureClass;
  /** One of the tries may have been acted upon, and its answer is lost: the refresh token may be spent. */
  readonly mayBeSpent: boolean;
}

/** How much a refresh is wanted, which may grow while it runs: whoever joins it raises it. */
export interface Urgency {
  /** Whether somebody waits for it: a call that has not been acted upon is worth another try at once. */
  hasWaiters: boolean;
  /**
   * Whether the old token is of use to nobody: a call whose answer is lost is worth another try at once. Otherwise the
   * old token's time is better than the risk, for a server that is strict ends it when a refresh token comes back.
   */
  isTokenUnusable: boolean;
}

const FIRST_PAUSE_MS = 200;
/** A request is not kept waiting for longer than this: it gets the error, with `Retry-After`. */
const MAX_PAUSE_MS = 2_000;

/**
 * Asks for the next pair of tokens. Where somebody waits for them, a call that Marketing Cloud has certainly not acted
 * on is made up to three times, honouring `Retry-After` (a 429 is not); where the old token is of no use, one whose answer is lost is
 * made once more, at once, since a server that forgives a repeated refresh token does so for a short while only.
 *
 * A call that is on its way is never given up for a caller who has gone away.
 */
export async function callForTokens(
  parts: { readonly client: OAuthClient; readonly breaker: Breaker },
  seen: GrantSnapshot,
  refresh: { readonly refreshToken: string; readonly accountId?: number | undefined },
  patience: { readonly wish: Urgency; readonly giveUpAt: number },
): Promise<IssuedTokens | RefreshFailure> {
  const { subdomain } = seen.tenant;
  let mayBeSpent = false;
  for (let tries = 1; ; tries += 1) {
    try {
      const tokens = await parts.client.refresh(seen.tenant, refresh);
      parts.breaker.record(subdomain, seen.id);
      return tokens;
    } catch (error) {
      if (!(error instanceof MarketingCloudError)) throw error;
      parts.breaker.record(subdomain, seen.id, error);
      const kind = classifyFailure(error);
      mayBeSpent ||= FAILURE_EFFECTS[kind].mayBeSpent;
      const pauseMs = kind === 'untouched' ? getPauseMs(error, tries) : 0;
      const { hasWaiters, isTokenUnusable } = patience.wish;
      // A call without an answer may have rotated the refresh token: it is repeated even while the tenant is in trouble.
      const isUnanswered = kind === 'ambiguous' && error.response === undefined;
      const isHopeless = !isUnanswered && parts.breaker.isTroubled(subdomain, seen.id);
      const isWorthIt =
        hasWaiters &&
        (isTokenUnusable || kind !== 'ambiguous') &&
        !isHopeless &&
        tries < FAILURE_EFFECTS[kind].maxTries;
      const isTooLong = pauseMs > MAX_PAUSE_MS || performance.now() + pauseMs >= patience.giveUpAt;
      if (!isWorthIt || isTooLong) return { error, kind, mayBeSpent };
      await wait(pauseMs);
    }
  }
}

function getPauseMs(error: MarketingCloudError, tries: number): number {
  return Math.max((error.retryAfter ?? 0) * 1000, FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.75 + Math.random() / 2));
}
