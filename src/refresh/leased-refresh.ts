import { setTimeout as wait } from 'node:timers/promises';
import { MarketingCloudError } from '../errors';
import { publish, publishFailure, toGrantEvent } from '../grants/events';
import type { FailureNote } from '../grants/failure-note';
import { createGrant, type Grant } from '../grants/grant';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { GrantStore } from '../grants/grant-store';
import type { IssuedTokens, OAuthClient } from '../oauth/oauth-client';
import { getSuccessor } from '../protocol/token-response';
import type { Breaker } from './breaker';
import { getCoolDownMs, nextFailureNote, toCoolDownError } from './cool-down';
import { markDeadUnlessNewer } from './mark-dead-unless-newer';
import type { LateCommits } from './late-commits';
import { Lease, type LeaseResult } from './lease';
import { PollPauses } from './poll-pauses';
import { callForTokens, type RefreshFailure, type Urgency } from './refresh-call';

/** Why a refresh is wanted, and how much. */
export interface RefreshRequest extends Urgency {
  /** The business unit to switch to. */
  readonly accountId: number | undefined;
  /** Whether an API has refused the token: the next one is not replaced for the same reason. */
  readonly isForRefusal?: boolean;
  /** Whether the grant as another process has left it makes this refresh unnecessary. */
  readonly isFulfilled: (snapshot: GrantSnapshot) => boolean;
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
  /** How long to look for newer tokens of another process where the vault cannot keep processes apart. */
  readonly timeoutMs: number;
}

/** A request waits this long at most for a refresh, retries included. */
export const MAX_WAIT_MS = 15_000;
/** After this many unexplained refusals of an expired token in a row the user signs in again. */
const MAX_UNEXPLAINED_REFUSALS = 3;

/** One refresh: take the lease, call Marketing Cloud, commit the new tokens; after a failure, leave what others must know. */
export class LeasedRefresh {
  readonly #parts: RefreshParts;

  constructor(parts: RefreshParts) {
    this.#parts = parts;
  }

  /**
   * Refreshes a grant, or waits for the process that holds its lease and returns that process's result.
   *
   * @throws MarketingCloudError `sign_in_required` for a grant that is gone or dead, else why the refresh failed
   */
  async run(from: GrantSnapshot, request: RefreshRequest): Promise<GrantSnapshot> {
    const { store, commits } = this.#parts;
    const owner = Lease.createOwner();
    const giveUpAt = performance.now() + MAX_WAIT_MS;
    const pauses = new PollPauses();
    let snapshot = from;
    for (;;) {
      // Tokens that wait for the vault are written first: newer ones could not be recognised as their successors.
      await commits.flush(snapshot.id);
      const askedAt = performance.now();
      const attempt = await Lease.take(store, snapshot, owner);
      if (attempt.outcome === 'leased') return await this.#refresh(attempt.lease, request, giveUpAt);
      ({ snapshot } = attempt);
      if (request.isFulfilled(snapshot)) return this.#share(snapshot);
      // Checked after the attempt: another process may have refreshed while this one stood still.
      if (performance.now() >= giveUpAt) {
        throw new MarketingCloudError('upstream_unavailable', { status: 504, retryAfter: 1 });
      }
      if (attempt.outcome === 'busy') await wait(pauses.next(performance.now() - askedAt));
    }
  }

  async #refresh(lease: Lease, request: RefreshRequest, giveUpAt: number): Promise<GrantSnapshot> {
    const left = new LeaseOutcome();
    lease.startRenewing();
    try {
      const startedAt = performance.now();
      const tokens = await this.#call(lease, request, giveUpAt);
      if ('error' in tokens) return await this.#resolveFailure(lease, request, tokens, left);
      const renewed = await this.#commit(lease, request, tokens, startedAt);
      left.isCommitted = renewed.grant.accessToken === tokens.accessToken;
      return renewed;
    } finally {
      // A commit ends the lease. While it waits for the vault, the lease keeps others from the spent refresh token.
      if (left.isCommitted) lease.stopRenewing();
      else await lease.release(left.result);
    }
  }

  /** Asks Marketing Cloud for new tokens, unless the grant is in a cool-down or its tenant is left alone. */
  async #call(lease: Lease, request: RefreshRequest, giveUpAt: number): Promise<IssuedTokens | RefreshFailure> {
    const { breaker, now } = this.#parts;
    const { grant, tenant, id, note } = lease.snapshot;
    const { refreshToken } = grant;
    if (refreshToken === undefined) throw new MarketingCloudError('sign_in_required');
    if (note !== undefined && getCoolDownMs(note, now()) > 0) throw toCoolDownError(note, now());
    await breaker.assertAllowed(tenant.subdomain, id, note !== undefined);
    const refresh = { refreshToken, accountId: request.accountId };
    return await callForTokens(this.#parts, lease.snapshot, refresh, { urgency: request, giveUpAt });
  }

  async #commit(
    { snapshot, owner }: Lease,
    request: RefreshRequest,
    tokens: IssuedTokens,
    startedAt: number,
  ): Promise<GrantSnapshot> {
    const renew = (current: Grant): Grant => ({
      ...createGrant(tokens, current),
      persistent: true,
      ...(request.isForRefusal === true && { afterRefusal: true }),
      ...(request.accountId !== undefined && current.identity !== undefined && { unconfirmed: true }),
    });
    const renewed = await this.#parts.commits.commit({ base: snapshot, renew, owner });
    if (renewed.grant.accessToken !== tokens.accessToken) return this.#share(renewed);
    const durationMs = performance.now() - startedAt;
    const rotated = tokens.refreshToken !== undefined && tokens.refreshToken !== snapshot.grant.refreshToken;
    publish('refresh-finished', () => ({ ...toGrantEvent(this.#parts.name, snapshot), durationMs, rotated }));
    return renewed;
  }

  /**
   * Ends a refresh that brought no tokens.
   *
   * @throws MarketingCloudError why it failed; resolves only where another process has newer tokens
   */
  async #resolveFailure(
    lease: Lease,
    request: RefreshRequest,
    failure: RefreshFailure,
    left: LeaseOutcome,
  ): Promise<GrantSnapshot> {
    const { snapshot, interrupted } = lease;
    const note = this.#createNote(snapshot, request, failure);
    // Left also when the vault fails below: the next process that finds the token dead has to know why.
    left.result = { ...(note !== undefined && { note }), interrupted: failure.mayBeSpent || interrupted };
    const refreshToken = getSuccessor(failure.error);
    if (refreshToken !== undefined) {
      await this.#parts.store.change(snapshot, (grant) => ({ ...grant, refreshToken }));
      left.result = { ...left.result, interrupted: false };
    }
    if (failure.kind === 'dead' || (note?.unexplainedRefusals ?? 0) >= MAX_UNEXPLAINED_REFUSALS) {
      const newer = await markDeadUnlessNewer(this.#parts, lease, failure);
      left.result = {};
      return this.#share(newer);
    }
    throw isRefusedSwitch(request, failure) ? failure.error : this.#toError(snapshot, failure, note);
  }

  /**
   * The note for the next refresh. None for a dead token, which the record itself tells, nor for a refused switch, which
   * says nothing of the grant.
   */
  #createNote(snapshot: GrantSnapshot, request: RefreshRequest, failure: RefreshFailure): FailureNote | undefined {
    const { error, kind } = failure;
    if (kind === 'dead' || isRefusedSwitch(request, failure)) return undefined;
    const now = this.#parts.now();
    return nextFailureNote(error, snapshot.note, now, kind === 'unexplained' && now >= snapshot.grant.expiresAt);
  }

  #toError(snapshot: GrantSnapshot, failure: RefreshFailure, note: FailureNote | undefined): MarketingCloudError {
    const { name, now } = this.#parts;
    const { error } = failure;
    publishFailure(name, snapshot, failure, { failures: note?.failures ?? 1, willRetry: true });
    if (error.code === 'tenant_mismatch') publish('tenant-changed', () => toGrantEvent(name, snapshot));
    return note === undefined ? error : toCoolDownError(note, now(), error.cause);
  }

  #share(snapshot: GrantSnapshot): GrantSnapshot {
    publish('refresh-shared', () => ({ ...toGrantEvent(this.#parts.name, snapshot), with: 'process' }));
    return snapshot;
  }
}

/** How a refresh ends its lease. */
class LeaseOutcome {
  isCommitted = false;
  result: LeaseResult = {};
}

/** Whether a switch was refused because of the business unit, which is not a failed refresh. */
function isRefusedSwitch(
  { accountId }: RefreshRequest,
  { error, kind }: Pick<RefreshFailure, 'error' | 'kind'>,
): boolean {
  return error.code === 'business_unit_denied' || (kind === 'unexplained' && accountId !== undefined);
}
