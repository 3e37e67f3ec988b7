import type { Request, RequestHandler } from 'express';

declare module 'express-session' {
  /** What a contestant without Passport keeps in its session. */
  interface SessionData {
    benchPending?: { readonly state: string; readonly verifier: string };
    benchUser?: SessionUser;
  }
}

/** The user as a contestant without the package keeps it in the session: the same members as the package's own. */
export interface SessionUser {
  readonly provider: string;
  readonly id: string;
  readonly userId: string;
  readonly username: string;
  readonly displayName: string;
  readonly emails: readonly { readonly value: string }[];
  readonly businessUnitId: number;
  readonly enterpriseId: number;
  readonly enterpriseName: string;
  readonly accountType: string;
  readonly stack: string;
  readonly region: string;
  readonly subdomain: string;
  readonly locale: string;
  readonly zoneinfo: string;
  readonly tokens?: SessionTokens;
}

/** Tokens in the session, where the package keeps none. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
}

/** The members of a token answer that a contestant reads. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}

/** The members of a userinfo answer that a contestant reads. */
export interface UserinfoAnswer {
  readonly user: Readonly<Record<'sub' | 'name' | 'preferred_username' | 'email' | 'locale' | 'zoneinfo', string>>;
  readonly organization: Readonly<
    Record<'enterprise_name' | 'account_type' | 'stack_key' | 'region', string> &
      Record<'member_id' | 'enterprise_id', number>
  >;
}

/** The user for the session, from a userinfo answer. */
export function toSessionUser({ user, organization }: UserinfoAnswer, tokens?: SessionTokens): SessionUser {
  return {
    provider: 'marketing-cloud',
    id: `${organization.enterprise_id}:${user.sub}`,
    userId: user.sub,
    username: user.preferred_username,
    displayName: user.name,
    emails: [{ value: user.email }],
    businessUnitId: organization.member_id,
    enterpriseId: organization.enterprise_id,
    enterpriseName: organization.enterprise_name,
    accountType: organization.account_type,
    stack: organization.stack_key,
    region: organization.region,
    subdomain: 'bench',
    locale: user.locale,
    zoneinfo: user.zoneinfo,
    ...(tokens && { tokens }),
  };
}

/** Tokens for the session, from a token answer. */
export function toSessionTokens(answer: TokenAnswer, now: () => number): SessionTokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: now() + answer.expires_in * 1_000,
  };
}

/** The user that Passport put on a request, as these apps keep it. */
export function getSessionUser(req: Request): SessionUser | undefined {
  return req.user as SessionUser | undefined;
}

/** A guarded route of a contestant that keeps its tokens in the session: 401 without a token, or with an expired one. */
export function guardBySessionTokens(
  getUser: (req: Request) => SessionUser | undefined,
  now: () => number,
): RequestHandler {
  return (req, res) => {
    const user = getUser(req);
    if (user?.tokens === undefined || user.tokens.expiresAt <= now()) res.sendStatus(401);
    else res.json({ id: user.id, token: user.tokens.accessToken.slice(-8) });
  };
}
