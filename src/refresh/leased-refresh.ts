import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { MarketingCloudError } from '../errors';
import type { IssuedTokens, OAuthClient } from '../oauth/oauth-client';
import type { Breaker } from './breaker';
import { resolveDeadRefreshToken } from './dead-refresh-token';
import { toGrantEvent, publish, publishFailure } from '../grants/events';
import { coolDownLeft, failureFrom, noteAfter, type FailureNote } from '../grants/failure-note';
import { createGrant, type Grant } from '../grants/grant';
import type { GrantStore } from '../grants/grant-store';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { LateCommits } from './late-commits';
import { LEASE_MS, type Lease } from './lease';
import { callForTokens, type RefreshFailure, type Urgency } from './refresh-call';

/** Why a refresh is wanted, and how much. */
export interface RefreshRequest extends Urgency {
  /** The business unit to switch to. */
  readonly accountId: number | undefined;
  /** Whether an API has refused the token: the next one is not replaced for the same reason. */
  readonly isForRefusal?: boolean;
  /** Whether the grant, as somebody else has left it, fulfils the wish. */
  readonly isFulfilled: (seen: GrantSnapshot) => boolean;
}

/** What a refresh works with. */
export interface RefreshParts {
  /** The strategy's name, for events. */
  readonly name: string;
  readonly store: GrantStore;
  readonly client: OAuthClient;
  readonly commits: LateCommits;
  readonly breaker: Breaker;
  readonly now: () => number;
  /** How long to look for another process's newer tokens where the vault cannot keep processes apart. */
  readonly timeoutMs: number;
}

const RENEW_MS = 1_000;
/** A request waits this long at most for a refresh, retries included. */
export const WAIT_MS = 15_000;
const GIVEN_UP = { status: 504, retryAfter: 1 } as const;
/** How often somebody else's refresh is looked at: soon at first, then less often. */
const FIRST_POLL_MS = 20;
const MAX_POLL_MS = 100;
/**
 * A vault that takes long to answer is asked less often: many requests that wait would otherwise fill its queue, and the
 * renewals of leases behind them come too late.
 */
const PAUSE_PER_ANSWER = 4;
/** After this many unexplained refusals of an expired token in a row, minutes apart, the user signs in again. */
const MAX_REJECTIONS = 3;

/** One refresh under a lease: who may do it, the call, the commit, and what is left behind when it fails. */
export class LeasedRefresh {
  readonly #parts: RefreshParts;

  constructor(parts: RefreshParts) {
    this.#parts = parts;
  }

  /**
   * Gets the lease and refreshes, or waits for whoever holds it and takes what they got.
   *
   * @throws MarketingCloudError `sign_in_required` for a grant that is gone or dead, else what ended the refresh
   */
  async run(from: GrantSnapshot, wish: RefreshRequest): Promise<GrantSnapshot> {
    const { store, commits } = this.#parts;
    const owner = randomUUID();
    const giveUpAt = performance.now() + WAIT_MS;
    let seen = from;
    let pollMs = FIRST_POLL_MS;
    for (;;) {
      // Tokens that wait for the vault go first: nobody could tell that newer ones come from them.
      await commits.flush(seen.id);
      const askedAt = performance.now();
      const acquired = await store.acquire(seen, owner, LEASE_MS);
      if (acquired.outcome === 'missing') throw new MarketingCloudError('sign_in_required');
      if (acquired.outcome === 'leased') {
        // A process that was slow to hear of its lease may have lost it again: better to know before the call.
        const isOld = performance.now() - askedAt > RENEW_MS;
        if (isOld && !(await store.renew(seen.id, owner, LEASE_MS))) continue;
        const leased = { ...seen, note: store.toSnapshot(seen.id, acquired.record).note };
        return await this.#underLease({ seen: leased, owner, interrupted: acquired.interrupted }, wish, giveUpAt);
      }
      seen = store.toSnapshot(seen.id, acquired.record);
      if (wish.isFulfilled(seen)) return this.#shared(seen);
      // Only after a look: while this process stood still, another may have refreshed.
      if (performance.now() >= giveUpAt) throw new MarketingCloudError('upstream_unavailable', GIVEN_UP);
      if (acquired.outcome === 'busy') {
        const answeredInMs = performance.now() - askedAt;
        await wait(Math.max(pollMs * (0.75 + Math.random() / 2), answeredInMs * PAUSE_PER_ANSWER));
        pollMs = Math.min(pollMs * 1.6, MAX_POLL_MS);
      }
    }
  }

  async #underLease(lease: Lease, wish: RefreshRequest, giveUpAt: number): Promise<GrantSnapshot> {
    const { store, breaker, now } = this.#parts;
    const { seen, owner } = lease;
    const renewal = setInterval(() => {
      store.renew(seen.id, owner, LEASE_MS).catch(() => undefined);
    }, RENEW_MS);
    let left: { note?: FailureNote; interrupted?: boolean } = {};
    let isKept = false;
    try {
      const { refreshToken } = seen.grant;
      if (refreshToken === undefined) throw new MarketingCloudError('sign_in_required');
      // Somebody else has failed just before: their failure is everybody's.
      if (seen.note !== undefined && coolDownLeft(seen.note, now()) > 0) throw failureFrom(seen.note, now());
      await breaker.assertAllowed(seen.tenant.subdomain, seen.id, seen.note !== undefined);
      const startedAt = performance.now();
      const refresh = { refreshToken, accountId: wish.accountId };
      const outcome = await callForTokens(this.#parts, seen, refresh, { wish, giveUpAt });
      if (!('error' in outcome)) {
        const held = await this.#keep(lease, wish, outcome, startedAt);
        isKept = held.grant.accessToken === outcome.accessToken;
        return held;
      }
      const note = this.#noteFor(seen, wish, outcome);
      // Also should the vault fail at the burial: the next one finds the token dead, and has to know why.
      left = { ...(note !== undefined && { note }), interrupted: outcome.mayBeSpent || lease.interrupted };
      if (outcome.kind !== 'dead' && (note?.rejections ?? 0) < MAX_REJECTIONS) {
        throw isRefusedSwitch(wish, outcome) ? outcome.error : this.#failed(seen, outcome.error, note);
      }
      const newer = await resolveDeadRefreshToken(this.#parts, lease, outcome);
      left = {};
      return this.#shared(newer);
    } finally {
      clearInterval(renewal);
      // A commit ends the lease; while one waits for the vault, the lease keeps others from the spent refresh token.
      if (!isKept) await store.release(seen.id, owner, left).catch(() => undefined);
    }
  }

  async #keep(
    { seen, owner }: Lease,
    wish: RefreshRequest,
    tokens: IssuedTokens,
    startedAt: number,
  ): Promise<GrantSnapshot> {
    const renew = (current: Grant): Grant => ({
      ...createGrant(tokens, current),
      persistent: true,
      ...(wish.isForRefusal === true && { afterRefusal: true }),
      ...(wish.accountId !== undefined && current.identity !== undefined && { unconfirmed: true }),
    });
    const kept = await this.#parts.commits.commit({ base: seen, renew, owner });
    if (kept.grant.accessToken !== tokens.accessToken) return this.#shared(kept);
    const durationMs = performance.now() - startedAt;
    publish('refresh-finished', () => ({ ...toGrantEvent(this.#parts.name, seen), durationMs }));
    return kept;
  }

  /**
   * What the next one should know. A dead token is told by its tombstone; a switch that is refused is the business unit's
   * affair, and says nothing of the grant.
   */
  #noteFor(seen: GrantSnapshot, wish: RefreshRequest, { error, kind }: RefreshFailure): FailureNote | undefined {
    if (kind === 'dead' || isRefusedSwitch(wish, { error, kind })) return undefined;
    const now = this.#parts.now();
    return noteAfter(error, seen.note, now, kind === 'unexplained' && now >= seen.grant.expiresAt);
  }

  #failed(seen: GrantSnapshot, error: MarketingCloudError, note: FailureNote | undefined): MarketingCloudError {
    const { name, now } = this.#parts;
    publishFailure(name, seen, error, { failures: note?.failures ?? 1, willRetry: true });
    if (error.code === 'tenant_mismatch') publish('tenant-changed', () => toGrantEvent(name, seen));
    return note === undefined ? error : failureFrom(note, now(), error.cause);
  }

  #shared(seen: GrantSnapshot): GrantSnapshot {
    publish('refresh-shared', () => ({ ...toGrantEvent(this.#parts.name, seen), with: 'process' }));
    return seen;
  }
}

/** Whether a switch was refused for the business unit's sake, which is no failed refresh. */
function isRefusedSwitch(
  { accountId }: RefreshRequest,
  { error, kind }: Pick<RefreshFailure, 'error' | 'kind'>,
): boolean {
  return error.code === 'business_unit_denied' || (kind === 'unexplained' && accountId !== undefined);
}
