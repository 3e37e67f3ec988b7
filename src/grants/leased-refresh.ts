import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { MarketingCloudError } from '../errors';
import type { IssuedTokens, OAuthClient } from '../oauth/oauth-client';
import type { Breaker } from './breaker';
import { eventOf, publish } from './events';
import { coolDownLeft, failureOf, noteOf, type FailureNote } from './failure-note';
import { grantOf, holdSameTokens, type Grant } from './grant';
import type { GrantStore } from './grant-store';
import type { SeenGrant } from './seen-grant';
import type { LateCommits } from './late-commits';
import { callForTokens, type RefreshFailure } from './refresh-call';

/** Why a refresh is wanted. */
export interface Wish {
  /** The business unit to switch to. */
  readonly accountId: number | undefined;
  /** Whether the grant, as somebody else has left it, fulfils the wish. */
  readonly isFulfilled: (seen: SeenGrant) => boolean;
  /** Whether somebody waits for it: worth another try at once. */
  readonly isUrgent: boolean;
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

interface Lease {
  readonly seen: SeenGrant;
  readonly owner: string;
  /** An earlier refresh of the same tokens has not been heard of again. */
  readonly interrupted: boolean;
}

/** A lease lives this long unless it is renewed; after a crash the next process waits no longer. */
const LEASE_MS = 3_000;
const RENEW_MS = 1_000;
/** A request waits this long at most for a refresh, retries included. */
export const WAIT_MS = 15_000;
/** How often somebody else's refresh is looked at: soon at first, then less often. */
const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 100;
/** How long a process that has lost its lease is waited for: it may be slow rather than dead, and have the new tokens. */
const LATE_MS = 750;
/** So many unexplained refusals in a row of an expired token, and the user signs in again. */
const MOST_REJECTIONS = 3;

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
  async run(from: SeenGrant, wish: Wish): Promise<SeenGrant> {
    const { store, breaker, commits } = this.#parts;
    const owner = randomUUID();
    const giveUpAt = performance.now() + WAIT_MS;
    let seen = from;
    let pollMs = FIRST_POLL_MS;
    while (performance.now() < giveUpAt) {
      breaker.pass(seen.tenant.subdomain);
      // Tokens that wait for the vault go first: nobody could tell that newer ones come from them.
      await commits.flush(seen.id);
      const askedAt = performance.now();
      const acquired = await store.acquire(seen, owner, LEASE_MS);
      if (acquired.outcome === 'missing') throw new MarketingCloudError('sign_in_required');
      if (acquired.outcome === 'leased') {
        // A process that was slow to hear of its lease may have lost it again: better to know before the call.
        const isOld = performance.now() - askedAt > RENEW_MS;
        if (isOld && !(await store.renew(seen.id, owner, LEASE_MS))) continue;
        const leased = { ...seen, note: store.seen(seen.id, acquired.record).note };
        return await this.#underLease({ seen: leased, owner, interrupted: acquired.interrupted }, wish, giveUpAt);
      }
      seen = store.seen(seen.id, acquired.record);
      if (wish.isFulfilled(seen)) return this.#shared(seen);
      if (acquired.outcome === 'busy') {
        await wait(pollMs * (0.75 + Math.random() / 2));
        pollMs = Math.min(pollMs * 1.6, LONGEST_POLL_MS);
      }
    }
    throw new MarketingCloudError('upstream_unavailable', { status: 504, retryAfter: 1 });
  }

  async #underLease(lease: Lease, wish: Wish, giveUpAt: number): Promise<SeenGrant> {
    const { store, now } = this.#parts;
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
      if (seen.note !== undefined && coolDownLeft(seen.note, now()) > 0) throw failureOf(seen.note, now());
      const startedAt = performance.now();
      const refresh = { refreshToken, accountId: wish.accountId };
      const outcome = await callForTokens(this.#parts, seen, refresh, { isUrgent: wish.isUrgent, giveUpAt });
      if (!('error' in outcome)) {
        const held = await this.#keep(lease, wish, outcome, startedAt);
        isKept = held.grant.accessToken === outcome.accessToken;
        return held;
      }
      const interrupted = outcome.mayBeSpent || lease.interrupted;
      if (outcome.kind === 'dead') {
        // Should the vault fail now, the next one finds the token dead, and has to know why.
        left = { interrupted };
        const newer = await this.#takeNewerOrBury(lease, outcome);
        left = {};
        return newer;
      }
      const note = this.#noteFor(seen, outcome);
      left = { ...(note !== undefined && { note }), interrupted };
      return await this.#fail(seen, outcome.error, note);
    } finally {
      clearInterval(renewal);
      // A commit ends the lease; while one waits for the vault, the lease keeps others from the spent refresh token.
      if (!isKept) await store.release(seen.id, owner, left).catch(() => undefined);
    }
  }

  async #keep({ seen, owner }: Lease, wish: Wish, tokens: IssuedTokens, startedAt: number): Promise<SeenGrant> {
    const renew = (current: Grant): Grant => {
      const { identity } = current;
      const moved = wish.accountId !== undefined && identity !== undefined;
      return {
        ...grantOf(tokens, current),
        filed: true,
        ...(moved && { identity: { ...identity, businessUnitId: wish.accountId } }),
      };
    };
    const kept = await this.#parts.commits.commit({ base: seen, renew, owner });
    if (kept.grant.accessToken !== tokens.accessToken) return this.#shared(kept);
    const durationMs = performance.now() - startedAt;
    publish('refresh-finished', () => ({ ...eventOf(this.#parts.name, seen), durationMs }));
    return kept;
  }

  /** A dead refresh token ends the grant only when nobody has refreshed it meanwhile. */
  async #takeNewerOrBury(lease: Lease, { error, mayBeSpent }: RefreshFailure): Promise<SeenGrant> {
    const { name, store } = this.#parts;
    const current = await this.#awaitNewer(lease);
    if (!holdSameTokens(current.grant, lease.seen.grant)) return this.#shared(current);
    const isLost = mayBeSpent || lease.interrupted;
    await store.bury(current, isLost ? 'rotation_lost' : (error.response?.error ?? 'refused'));
    if (isLost) publish('rotation-lost', () => eventOf(name, current));
    this.#publishFailure(current, error, undefined);
    throw isLost
      ? new MarketingCloudError('sign_in_required', { response: error.response, reason: 'rotation_lost' })
      : error;
  }

  /** The grant as it stands; where another process may be about to write newer tokens, after waiting for them. */
  async #awaitNewer({ seen, interrupted }: Lease): Promise<SeenGrant> {
    const { store, timeoutMs } = this.#parts;
    const patienceMs = store.isPerProcess ? timeoutMs : interrupted ? LATE_MS : 0;
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const current = await store.read(seen.id);
      if (!holdSameTokens(current.grant, seen.grant) || performance.now() >= giveUpAt) return current;
      await wait(LONGEST_POLL_MS);
    }
  }

  /** What the next one should know; a business unit that is denied says nothing of the grant. */
  #noteFor(seen: SeenGrant, { error, kind }: RefreshFailure): FailureNote | undefined {
    if (error.code === 'business_unit_denied') return undefined;
    const now = this.#parts.now();
    return noteOf(error, seen.note, now, kind === 'rejected' && now >= seen.grant.expiresAt);
  }

  async #fail(seen: SeenGrant, error: MarketingCloudError, note: FailureNote | undefined): Promise<never> {
    const { name, store, now } = this.#parts;
    this.#publishFailure(seen, error, note);
    if (error.code === 'tenant_mismatch') publish('tenant-changed', () => eventOf(name, seen));
    if (note === undefined) throw error;
    if (note.rejections < MOST_REJECTIONS) throw failureOf(note, now(), error.cause);
    await store.bury(seen, 'rejected');
    throw new MarketingCloudError('sign_in_required', { response: error.response });
  }

  #publishFailure(seen: SeenGrant, error: MarketingCloudError, note: FailureNote | undefined): void {
    publish('refresh-failed', () => ({
      ...eventOf(this.#parts.name, seen),
      code: error.code,
      responseStatus: error.response?.status,
      failures: note?.failures ?? 1,
      willRetry: error.code !== 'sign_in_required' && (note?.rejections ?? 0) < MOST_REJECTIONS,
    }));
  }

  #shared(seen: SeenGrant): SeenGrant {
    publish('refresh-shared', () => ({ ...eventOf(this.#parts.name, seen), with: 'process' }));
    return seen;
  }
}
