import { asObject, own, parseObject } from '../protocol/own';
import type { IssuedTokens } from '../oauth/oauth-client';
import { readSubdomain } from '../tenant';

/** One user's tokens for one business unit of one tenant, as a vault keeps them. */
export interface Grant {
  readonly subdomain: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** When the token call was sent, in milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly scope: readonly string[];
  /** Unknown until userinfo has been asked. */
  readonly identity?: Identity;
  /** Whether a session or a job holds it; until then it is kept for minutes only. */
  readonly filed: boolean;
}

/** Whose tokens they are and where they act. */
export interface Identity {
  readonly userId: string;
  readonly businessUnitId: number;
  readonly enterpriseId: number;
}

/** What is kept of a profile. */
export function identityOf({ userId, businessUnitId, enterpriseId }: Identity): Identity {
  return { userId, businessUnitId, enterpriseId };
}

/** A request should not be sent with a token that has less than this left, unless its whole life is shorter. */
const USABLE_MS = 30_000;

/** The grant that a token call makes. `before` is the grant it replaces: an answer may leave out what has not changed. */
export function grantOf(
  tokens: IssuedTokens,
  before: Pick<Grant, 'subdomain' | 'refreshToken' | 'scope' | 'identity' | 'filed'>,
): Grant {
  const refreshToken = tokens.refreshToken ?? before.refreshToken;
  return {
    subdomain: before.subdomain,
    accessToken: tokens.accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    issuedAt: tokens.issuedAt,
    expiresAt: tokens.issuedAt + tokens.lifetimeMs,
    scope: tokens.scope ?? before.scope,
    ...(before.identity !== undefined && { identity: before.identity }),
    filed: before.filed,
  };
}

/** Whether the token should be refreshed: `refreshAheadMs` before it expires, at the earliest at half its life. */
export function isDue(grant: Grant, nowMs: number, refreshAheadMs: number): boolean {
  const halfLife = (grant.expiresAt - grant.issuedAt) / 2;
  return nowMs >= grant.expiresAt - Math.min(refreshAheadMs, halfLife);
}

/** Whether the token is good for a request now: 30 s more, or half its life where that is shorter. */
export function isUsable(grant: Grant, nowMs: number): boolean {
  const halfLife = (grant.expiresAt - grant.issuedAt) / 2;
  return nowMs <= grant.expiresAt - Math.min(USABLE_MS, halfLife);
}

/** A grant as a record's data. */
export function writeGrant(grant: Grant): string {
  return JSON.stringify({ format: FORMAT, ...grant });
}

/**
 * A grant out of a record's data, or undefined when that is not one: a record may have been damaged or tampered with,
 * and its subdomain decides where tokens are sent.
 */
export function readGrant(data: string): Grant | undefined {
  const stored = parseObject(data);
  if (stored === undefined || own(stored, 'format') !== FORMAT) return undefined;
  const subdomain = own(stored, 'subdomain');
  const accessToken = own(stored, 'accessToken');
  const refreshToken = own(stored, 'refreshToken');
  const issuedAt = own(stored, 'issuedAt');
  const expiresAt = own(stored, 'expiresAt');
  const scope = own(stored, 'scope');
  const filed = own(stored, 'filed');
  if (
    typeof subdomain !== 'string' ||
    readSubdomain(subdomain) !== subdomain ||
    typeof accessToken !== 'string' ||
    !(refreshToken === undefined || typeof refreshToken === 'string') ||
    typeof issuedAt !== 'number' ||
    typeof expiresAt !== 'number' ||
    typeof filed !== 'boolean' ||
    !isStrings(scope)
  ) {
    return undefined;
  }
  const identity = readIdentity(own(stored, 'identity'));
  return {
    subdomain,
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    issuedAt,
    expiresAt,
    scope,
    ...(identity !== undefined && { identity }),
    filed,
  };
}

/** The format of the data, for releases to come. */
const FORMAT = 1;

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function readIdentity(value: unknown): Identity | undefined {
  const stored = asObject(value);
  const userId = stored && own(stored, 'userId');
  const businessUnitId = stored && own(stored, 'businessUnitId');
  const enterpriseId = stored && own(stored, 'enterpriseId');
  return typeof userId === 'string' && typeof businessUnitId === 'number' && typeof enterpriseId === 'number'
    ? { userId, businessUnitId, enterpriseId }
    : undefined;
}
