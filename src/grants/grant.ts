import type { IssuedTokens } from '../oauth/oauth-client';
import { withoutPrototype, getOwn, type JsonObject } from '../own-properties';

/**
 * One user's tokens for one business unit of one tenant, as a vault keeps them. A grant has no prototype: what it does not
 * have itself is not there, also where something has polluted `Object.prototype`.
 */
export interface Grant {
  /** Which strategy it belongs to: a tag of its name and client id. */
  readonly strategy: string;
  readonly subdomain: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** When the token call was sent, in milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly scope: readonly string[];
  /** Unknown until userinfo has been asked. */
  readonly identity?: Identity;
  /** Whether the tokens were asked for another business unit than the identity's, and userinfo has not said theirs yet. */
  readonly unconfirmed?: boolean;
  /** False where its sign-in has opened no session: it is kept for ten minutes then, until it is used. */
  readonly persistent: boolean;
  /** Whether it outlives its session: `keep()`. */
  readonly kept?: boolean;
  /** Whether its session is over, and only jobs may use it. */
  readonly detached?: boolean;
  /** Whether these tokens took the place of ones that an API had refused. */
  readonly afterRefusal?: boolean;
  /** What another release has written besides; it is written again. */
  readonly more?: JsonObject;
}

/** Whose tokens they are and where they act. */
export interface Identity {
  readonly userId: string;
  readonly businessUnitId: number;
  readonly enterpriseId: number;
}

/** What is kept of a profile. */
export function toIdentity({ userId, businessUnitId, enterpriseId }: Identity): Identity {
  return { userId, businessUnitId, enterpriseId };
}

/** How an API has refused a token: by a 401, which may have other reasons, or as expired in so many words. */
export type TokenRefusal = 'unauthorized' | 'expired';

/** A token this young is not the reason for a 401. */
const YOUNG_MS = 60_000;

/**
 * Whether a token that an API has refused should be replaced. Where a permission is missing every token gets a 401, and
 * each call would cost a refresh: so one that took the place of a refused token stays, and one that has just been issued
 * too. Where an API says that a token has expired, only one that took the place of another within the last minute stays.
 */
export function isReplaceable(grant: Grant, refusal: TokenRefusal, nowMs: number): boolean {
  const ageMs = nowMs - grant.issuedAt;
  // A negative age: the clock was set back, and nothing is known.
  const isOld = ageMs < 0 || ageMs >= YOUNG_MS;
  if (refusal === 'expired') return grant.afterRefusal !== true || isOld;
  return grant.afterRefusal !== true && isOld;
}

/** A request should not be sent with a token that has less than this left, or than a part of its life that is shorter. */
const MARGIN_MS = 30_000;
const MARGIN_PART = 1 / 8;

/** The grant with these flags set; the same object where they are set already. */
export function withFlags(grant: Grant, flags: Partial<Pick<Grant, 'persistent' | 'kept' | 'detached'>>): Grant {
  const hasAll = Object.entries(flags).every(([name, flag]) => grant[name as keyof typeof flags] === flag);
  return hasAll ? grant : withoutPrototype({ ...grant, ...flags });
}

/** The grant that a token call makes. `before` is the grant it replaces: an answer may leave out what has not changed. */
export function createGrant(
  tokens: IssuedTokens,
  before: Omit<Grant, 'accessToken' | 'issuedAt' | 'expiresAt'>,
): Grant {
  const refreshToken = tokens.refreshToken ?? before.refreshToken;
  const { afterRefusal: _ofTheTokensBefore, ...rest } = before;
  return withoutPrototype<Grant>({
    ...rest,
    accessToken: tokens.accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    issuedAt: tokens.issuedAt,
    expiresAt: tokens.issuedAt + tokens.lifetimeMs,
    scope: tokens.scope ?? before.scope,
  });
}

/**
 * Whether the token should be refreshed: `refreshAheadMs` before it expires, at the latest when it is no longer usable,
 * at the earliest at half its life.
 */
export function isDue(grant: Grant, nowMs: number, refreshAheadMs: number): boolean {
  const halfLife = (grant.expiresAt - grant.issuedAt) / 2;
  return nowMs >= grant.expiresAt - Math.min(Math.max(refreshAheadMs, marginMs(grant)), halfLife);
}

/** Whether the token is good for a request now: 30 s more, or an eighth of its life where that is shorter. */
export function isUsable(grant: Grant, nowMs: number): boolean {
  return nowMs <= grant.expiresAt - marginMs(grant);
}

function marginMs({ issuedAt, expiresAt }: Grant): number {
  return Math.min(MARGIN_MS, (expiresAt - issuedAt) * MARGIN_PART);
}

/** Whether the identity may be another than the tokens'. */
export function isUnconfirmed(grant: Grant): boolean {
  return getOwn(grant, 'unconfirmed') === true;
}

/** The grant with what userinfo says of its tokens. */
export function withIdentity({ unconfirmed: _unconfirmed, ...grant }: Grant, identity: Identity): Grant {
  return withoutPrototype({ ...grant, identity });
}

/** Whether two grants hold the same pair of tokens. Their other members may differ. */
export function holdSameTokens(one: Grant, other: Grant): boolean {
  return one.accessToken === other.accessToken && one.refreshToken === other.refreshToken;
}
