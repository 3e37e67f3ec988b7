import { randomBytes } from 'node:crypto';
import type { InstalledPackage, Tenant, User } from '../world/model';
import { createTokenString, type TokenFacts } from './token-string';

/** Whom a code or token is for, and for what. */
export interface Subject {
  readonly tenant: Tenant;
  /** Absent in server-to-server tokens. */
  readonly user: User | undefined;
  readonly installed: InstalledPackage;
  readonly businessUnitId: number;
  readonly scopes: readonly string[];
  /** One per sign-in: every token that comes from it carries it. */
  readonly family: symbol;
}

/** Something issued: when it ends, and whether it has been used or taken back. */
export interface Issued extends Subject {
  readonly value: string;
  expiresAt: number;
  /** When it was first used; codes and rotated refresh tokens are used once. */
  consumedAt: number | undefined;
  revoked: boolean;
}

/** An authorization code, bound to the redirect URL and the tenant it was issued for. */
export interface IssuedCode extends Issued {
  readonly redirectUri: string;
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | undefined;
}

/** Which tokens to expire or revoke; every field given must fit. Nothing given means all. */
export interface TokenFilter {
  readonly user?: string | undefined;
  readonly subdomain?: string | undefined;
  readonly clientId?: string | undefined;
  readonly businessUnitId?: number | undefined;
  readonly accessToken?: string | undefined;
  readonly refreshToken?: string | undefined;
  /** Leave the other kind alone. */
  readonly only?: 'access' | 'refresh' | undefined;
}

const SWEEP_INTERVAL = 1_000;
const KEPT_AFTER_EXPIRY_MS = 3_600_000;

/** Every code and token that the emulator has issued, and what became of it. */
export class Ledger {
  readonly codes = new Map<string, IssuedCode>();
  readonly accessTokens = new Map<string, Issued>();
  readonly refreshTokens = new Map<string, Issued>();
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

  issueAccessToken(subject: Subject, lifetimeMs: number): Issued {
    const token = this.#issue('access_token', subject, lifetimeMs);
    this.accessTokens.set(token.value, token);
    return token;
  }

  issueRefreshToken(subject: Subject, lifetimeMs: number): Issued {
    const token = this.#issue('refresh_token', subject, lifetimeMs);
    this.refreshTokens.set(token.value, token);
    return token;
  }

  /** Whether a code or token is neither expired nor taken back; says nothing about use. */
  isLive(issued: Issued): boolean {
    return !issued.revoked && this.#now() < issued.expiresAt;
  }

  /** Lets access tokens expire now, as time would. Gives how many. */
  expireAccessTokens(filter: TokenFilter): number {
    const now = this.#now();
    const ended = [...this.accessTokens.values()].filter((token) => this.isLive(token) && fits(token, filter));
    for (const token of ended) token.expiresAt = now;
    return ended.length;
  }

  /** Takes tokens back, as an admin would. A token in the filter stands for its whole sign-in. Gives how many that were unused. */
  revoke(filter: TokenFilter, alsoFits: (issued: Issued) => boolean = () => true): number {
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
        fits(issued, rest) &&
        alsoFits(issued) &&
        (family === undefined || issued.family === family),
    );
    for (const issued of all) issued.revoked = true;
    return all.filter((issued) => issued.consumedAt === undefined).length;
  }

  /** Takes back everything that came from one sign-in. */
  revokeFamily(family: symbol): void {
    this.revoke({}, (issued) => issued.family === family);
  }

  #getFamily(tokens: ReadonlyMap<string, Issued>, value: string | undefined): symbol | undefined {
    return value === undefined ? undefined : tokens.get(value)?.family;
  }

  #issue(kind: TokenFacts['kind'], subject: Subject, lifetimeMs: number): Issued {
    this.#sweepNowAndThen();
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

  #sweepNowAndThen(): void {
    this.#issues += 1;
    if (this.#issues % SWEEP_INTERVAL !== 0) return;
    const longAgo = this.#now() - KEPT_AFTER_EXPIRY_MS;
    for (const issued of [this.codes, this.accessTokens, this.refreshTokens]) {
      for (const [value, { expiresAt }] of issued) if (expiresAt < longAgo) issued.delete(value);
    }
  }
}

function fits(issued: Issued, filter: TokenFilter): boolean {
  return (
    (filter.user === undefined || issued.user?.username === filter.user) &&
    (filter.subdomain === undefined || issued.tenant.subdomain === filter.subdomain) &&
    (filter.clientId === undefined || issued.installed.clientId === filter.clientId) &&
    (filter.businessUnitId === undefined || issued.businessUnitId === filter.businessUnitId) &&
    (filter.accessToken === undefined || issued.value === filter.accessToken)
  );
}
