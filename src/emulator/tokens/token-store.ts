import { randomBytes } from 'node:crypto';
import type { InstalledPackage, Tenant, User } from '../world/model';
import { createTokenString, type TokenFacts } from './token-string';

/** The user, package, business unit and scopes of a code or token. */
export interface Subject {
  readonly tenant: Tenant;
  /** `undefined` for a server-to-server token. */
  readonly user: User | undefined;
  readonly installed: InstalledPackage;
  readonly businessUnitId: number;
  readonly scopes: readonly string[];
  /** The sign-in: its code and all tokens from it have the same one. */
  readonly family: symbol;
}

/** A code or token that was issued. */
export interface IssuedToken extends Subject {
  readonly value: string;
  expiresAt: number;
  /** When it was consumed; a code and, with rotation, a refresh token is consumed by its first use. */
  consumedAt: number | undefined;
  revoked: boolean;
}

/** An authorization code with its redirect URL and PKCE challenge. */
export interface IssuedCode extends IssuedToken {
  readonly redirectUri: string;
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | undefined;
}

/**
 * Selects the tokens to expire or revoke. A token must match every given field; without fields all tokens match.
 *
 * @example
 * emulator.revoke({ user: 'maya.lind', only: 'refresh' });
 */
export interface TokenFilter {
  readonly user?: string | undefined;
  readonly subdomain?: string | undefined;
  readonly clientId?: string | undefined;
  readonly businessUnitId?: number | undefined;
  readonly accessToken?: string | undefined;
  readonly refreshToken?: string | undefined;
  /** Selects only access tokens or only refresh tokens. */
  readonly only?: 'access' | 'refresh' | undefined;
}

const ISSUES_BETWEEN_SWEEPS = 1_000;
const KEPT_AFTER_EXPIRY_MS = 3_600_000;

/** The codes and tokens that the emulator has issued, with their states. Expired ones are dropped after an hour. */
export class TokenStore {
  readonly codes = new Map<string, IssuedCode>();
  readonly accessTokens = new Map<string, IssuedToken>();
  readonly refreshTokens = new Map<string, IssuedToken>();
  readonly #key = randomBytes(32);
  readonly #now: () => number;
  #issues = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  issueCode(subject: Subject, lifetimeMs: number, bound: Pick<IssuedCode, 'redirectUri' | 'challenge'>): IssuedCode {
    const code = { ...this.#issue('auth_code', subject, lifetimeMs), ...bound };
    this.codes.set(code.value, code);
    return code;
  }

  issueAccessToken(subject: Subject, lifetimeMs: number): IssuedToken {
    const token = this.#issue('access_token', subject, lifetimeMs);
    this.accessTokens.set(token.value, token);
    return token;
  }

  issueRefreshToken(subject: Subject, lifetimeMs: number): IssuedToken {
    const token = this.#issue('refresh_token', subject, lifetimeMs);
    this.refreshTokens.set(token.value, token);
    return token;
  }

  /** Returns whether a code or token has neither expired nor been revoked. It may have been consumed. */
  isLive(issued: IssuedToken): boolean {
    return !issued.revoked && this.#now() < issued.expiresAt;
  }

  /** Expires access tokens now. Returns how many. */
  expireAccessTokens(filter: TokenFilter): number {
    const now = this.#now();
    const ended = [...this.accessTokens.values()].filter((token) => this.isLive(token) && matches(token, filter));
    for (const token of ended) token.expiresAt = now;
    return ended.length;
  }

  /** Revokes codes and tokens. A token in the filter selects all of its sign-in. Returns how many were not consumed. */
  revoke(filter: TokenFilter, matchesAlso: (issued: IssuedToken) => boolean = () => true): number {
    const family =
      this.#getFamily(this.refreshTokens, filter.refreshToken) ??
      this.#getFamily(this.accessTokens, filter.accessToken);
    if (family === undefined && (filter.refreshToken ?? filter.accessToken) !== undefined) return 0;
    const rest = { ...filter, accessToken: undefined, refreshToken: undefined };
    const all = [
      ...(filter.only === 'refresh' ? [] : this.accessTokens.values()),
      ...(filter.only === 'access' ? [] : this.refreshTokens.values()),
      ...(filter.only === undefined ? this.codes.values() : []),
    ].filter(
      (issued) =>
        this.isLive(issued) &&
        matches(issued, rest) &&
        matchesAlso(issued) &&
        (family === undefined || issued.family === family),
    );
    for (const issued of all) issued.revoked = true;
    return all.filter((issued) => issued.consumedAt === undefined).length;
  }

  /** Revokes all codes and tokens of one sign-in. */
  revokeFamily(family: symbol): void {
    this.revoke({}, (issued) => issued.family === family);
  }

  #getFamily(tokens: ReadonlyMap<string, IssuedToken>, value: string | undefined): symbol | undefined {
    return value === undefined ? undefined : tokens.get(value)?.family;
  }

  #issue(kind: TokenFacts['kind'], subject: Subject, lifetimeMs: number): IssuedToken {
    this.#sweepSometimes();
    const { installed, tenant } = subject;
    const clientType = { web: 'Confidential', public: 'Public', 'server-to-server': 'ServerToServer' } as const;
    const facts: TokenFacts = {
      kind,
      clientId: installed.clientId,
      enterpriseId: tenant.enterpriseId,
      stackKey: tenant.stackKey,
      clientType: clientType[installed.kind],
    };
    const value = createTokenString(facts, this.#key);
    return { ...subject, value, expiresAt: this.#now() + lifetimeMs, consumedAt: undefined, revoked: false };
  }

  #sweepSometimes(): void {
    this.#issues += 1;
    if (this.#issues % ISSUES_BETWEEN_SWEEPS !== 0) return;
    const longAgo = this.#now() - KEPT_AFTER_EXPIRY_MS;
    for (const issued of [this.codes, this.accessTokens, this.refreshTokens]) {
      for (const [value, { expiresAt }] of issued) if (expiresAt < longAgo) issued.delete(value);
    }
  }
}

function matches(issued: IssuedToken, filter: TokenFilter): boolean {
  return (
    (filter.user === undefined || issued.user?.username === filter.user) &&
    (filter.subdomain === undefined || issued.tenant.subdomain === filter.subdomain) &&
    (filter.clientId === undefined || issued.installed.clientId === filter.clientId) &&
    (filter.businessUnitId === undefined || issued.businessUnitId === filter.businessUnitId) &&
    (filter.accessToken === undefined || issued.value === filter.accessToken)
  );
}
