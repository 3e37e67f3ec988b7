import { createHash } from 'node:crypto';
import type { Core } from '../core';
import type { ErrorAnswer } from '../http/error-answer';
import { createConfiguredError, missingParameter } from '../http/oauth-error';
import type { IssuedToken, IssuedCode, Subject } from '../tokens/token-store';
import { isStillAllowed } from '../tokens/permissions';
import type { InstalledPackage, Tenant } from '../world/model';
import { chooseBusinessUnit, parseAccountId } from './business-unit';
import type { Fields } from './client-authentication';
import { getAllScopes, narrowScopes, parseScope } from './scope-rules';

/** The result of a grant: the subject of the new tokens, and the refresh token. */
export interface Granted {
  readonly subject: Subject;
  /** A new one, none, or the one of the request when refresh tokens are not rotated. */
  readonly refreshToken: 'new' | 'none' | IssuedToken;
}

interface TokenRequest {
  readonly core: Core;
  readonly tenant: Tenant;
  readonly installed: InstalledPackage;
  readonly fields: Fields;
}

/**
 * `grant_type=authorization_code`. A code works once, for the client, redirect URL and tenant that it was issued for. A
 * request that fails does not consume it.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/access-token-app.html
 */
export function grantForCode({ core, tenant, installed, fields }: TokenRequest): Granted {
  const code = core.tokens.codes.get(parseText(fields, 'code'));
  const redirectUri = parseText(fields, 'redirect_uri');
  const dead = createConfiguredError(
    core.settings.deadCode,
    'The authorization code is invalid, expired, or already used.',
  );
  if (!isUsable(core, { tenant, installed }, code) || code.redirectUri !== redirectUri) throw dead;
  if (code.consumedAt !== undefined) throw handleReuse(core, code, dead);
  if (!matchesChallenge(code, fields)) throw dead;
  const granted =
    core.settings.omittedExchangeScope === 'integration' && fields['scope'] === undefined
      ? getAllScopes(core, installed)
      : code.scopes;
  const scopes = narrowScopes(parseScope(fields['scope']), granted);
  const businessUnitId = chooseBusinessUnit(core, code, parseAccountId(fields['account_id']), code.businessUnitId);
  code.consumedAt = core.clock.now();
  return withRefreshToken(core, { ...toSubject(code), businessUnitId, scopes });
}

/**
 * `grant_type=refresh_token`. Issues new tokens and consumes the refresh token; `account_id` selects another business unit.
 */
export function grantForRefreshToken({ core, tenant, installed, fields }: TokenRequest): Granted {
  const { deadRefreshToken, refreshReuseGraceSeconds, rotateRefreshTokens } = core.settings;
  const token = core.tokens.refreshTokens.get(parseText(fields, 'refresh_token'));
  const dead = createConfiguredError(
    deadRefreshToken,
    'The refresh token is invalid, expired, revoked, or already used.',
  );
  if (!isUsable(core, { tenant, installed }, token)) throw dead;
  const now = core.clock.now();
  if (token.consumedAt !== undefined && now - token.consumedAt >= refreshReuseGraceSeconds * 1000) {
    throw handleReuse(core, token, dead);
  }
  const granted = token.scopes.filter((scope) => installed.settings.seen.scopes.includes(scope));
  const scopes = narrowScopes(parseScope(fields['scope']), granted);
  const businessUnitId = chooseBusinessUnit(core, token, parseAccountId(fields['account_id']), token.businessUnitId);
  const subject = { ...toSubject(token), businessUnitId, scopes };
  if (!rotateRefreshTokens) return { subject, refreshToken: token };
  token.consumedAt ??= now;
  return withRefreshToken(core, subject);
}

/**
 * `grant_type=client_credentials`, for server-to-server packages. Without `account_id` the token acts in the business
 * unit in which the integration was created; in the emulator that is the top-level one. There is no refresh token.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/access-token-s2s.html
 */
export function grantForClient({ core, tenant, installed, fields }: TokenRequest): Granted {
  const requestedId = parseAccountId(fields['account_id']);
  const businessUnitId = chooseBusinessUnit(
    core,
    { tenant, user: undefined, installed },
    requestedId,
    tenant.enterpriseId,
  );
  const scopes = narrowScopes(parseScope(fields['scope']), installed.settings.seen.scopes);
  const subject = { tenant, user: undefined, installed, businessUnitId, scopes, family: Symbol('client credentials') };
  return { subject, refreshToken: 'none' };
}

function parseText(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw missingParameter(name);
  return value;
}

function isUsable<T extends IssuedToken>(
  core: Core,
  { tenant, installed }: Pick<TokenRequest, 'tenant' | 'installed'>,
  issued: T | undefined,
): issued is T {
  return (
    issued !== undefined &&
    issued.installed === installed &&
    issued.tenant === tenant &&
    core.tokens.isLive(issued) &&
    isStillAllowed(core.world, issued)
  );
}

/** Revokes the sign-in of a reused code or token, by the option, and returns the error to throw. */
function handleReuse(core: Core, issued: IssuedToken, dead: ErrorAnswer): ErrorAnswer {
  if (core.settings.revokeFamilyOnReuse) core.tokens.revokeFamily(issued.family);
  return dead;
}

function matchesChallenge({ challenge }: IssuedCode, fields: Fields): boolean {
  if (challenge === undefined) return true;
  const verifier = fields['code_verifier'];
  if (typeof verifier !== 'string') return false;
  const proof = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  return proof === challenge.value;
}

function toSubject({ tenant, user, installed, businessUnitId, scopes, family }: IssuedToken): Subject {
  return { tenant, user, installed, businessUnitId, scopes, family };
}

function withRefreshToken(core: Core, subject: Subject): Granted {
  const hasRefreshToken = core.settings.refreshTokenWithoutOffline || subject.scopes.includes('offline');
  return { subject, refreshToken: hasRefreshToken ? 'new' : 'none' };
}
