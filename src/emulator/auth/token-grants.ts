import { createHash } from 'node:crypto';
import { isStillAllowed, type Core } from '../core';
import type { Issued, IssuedCode, Subject } from '../tokens/ledger';
import type { InstalledPackage, Tenant } from '../world/model';
import { chooseBusinessUnit, readAccountId } from './business-unit';
import type { Fields } from './client-authentication';
import { missingParameter, refusalFrom, type Refused } from './refused';
import { allScopes, narrowScopes, readScope } from './scope-rules';

/** What a grant comes to: whom the new tokens are for, and what happens to the refresh token. */
export interface Granted {
  readonly subject: Subject;
  /** `'new'`, none, or the one that goes on being used. */
  readonly refreshToken: 'new' | 'none' | Issued;
}

interface Call {
  readonly core: Core;
  readonly tenant: Tenant;
  readonly installed: InstalledPackage;
  readonly fields: Fields;
}

/**
 * `grant_type=authorization_code`. A code works once, for the client, the redirect URL and the tenant it was issued for.
 * A refused call does not spend it.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/access-token-app.html
 */
export function grantForCode({ core, tenant, installed, fields }: Call): Granted {
  const code = core.ledger.codes.get(text(fields, 'code'));
  const redirectUri = text(fields, 'redirect_uri');
  const dead = refusalFrom(core.settings.deadCode, 'The authorization code is invalid, expired, or already used.');
  if (!isUsable(core, { tenant, installed }, code) || code.redirectUri !== redirectUri) throw dead;
  if (code.spentAt !== undefined) throw reused(core, code, dead);
  if (!provesChallenge(code, fields)) throw dead;
  const granted =
    core.settings.omittedExchangeScope === 'integration' && fields['scope'] === undefined
      ? allScopes(core, installed)
      : code.scopes;
  const scopes = narrowScopes(readScope(fields['scope']), granted);
  const businessUnitId = chooseBusinessUnit(core, code, readAccountId(fields['account_id']), code.businessUnitId);
  code.spentAt = core.clock.now();
  return withRefreshToken(core, { ...subjectOf(code), businessUnitId, scopes });
}

/**
 * `grant_type=refresh_token`. Gives a new pair and spends the refresh token; `account_id` moves to another business unit.
 */
export function grantForRefreshToken({ core, tenant, installed, fields }: Call): Granted {
  const { deadRefreshToken, refreshReuseGraceSeconds, rotateRefreshTokens } = core.settings;
  const token = core.ledger.refreshTokens.get(text(fields, 'refresh_token'));
  const dead = refusalFrom(deadRefreshToken, 'The refresh token is invalid, expired, revoked, or already used.');
  if (!isUsable(core, { tenant, installed }, token)) throw dead;
  const now = core.clock.now();
  if (token.spentAt !== undefined && now - token.spentAt >= refreshReuseGraceSeconds * 1000) {
    throw reused(core, token, dead);
  }
  const granted = token.scopes.filter((scope) => installed.settings.seen.scopes.includes(scope));
  const scopes = narrowScopes(readScope(fields['scope']), granted);
  const businessUnitId = chooseBusinessUnit(core, token, readAccountId(fields['account_id']), token.businessUnitId);
  const subject = { ...subjectOf(token), businessUnitId, scopes };
  if (!rotateRefreshTokens) return { subject, refreshToken: token };
  token.spentAt ??= now;
  return withRefreshToken(core, subject);
}

/**
 * `grant_type=client_credentials`, for server-to-server packages. Without `account_id` the token acts in the business
 * unit that made the integration, which here is the top one. No refresh token.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/access-token-s2s.html
 */
export function grantForClient({ core, tenant, installed, fields }: Call): Granted {
  const asked = readAccountId(fields['account_id']);
  const businessUnitId = chooseBusinessUnit(core, { tenant, user: undefined, installed }, asked, tenant.enterpriseId);
  const scopes = narrowScopes(readScope(fields['scope']), installed.settings.seen.scopes);
  const subject = { tenant, user: undefined, installed, businessUnitId, scopes, family: Symbol('client credentials') };
  return { subject, refreshToken: 'none' };
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw missingParameter(name);
  return value;
}

function isUsable<T extends Issued>(
  core: Core,
  { tenant, installed }: Pick<Call, 'tenant' | 'installed'>,
  issued: T | undefined,
): issued is T {
  return (
    issued !== undefined &&
    issued.installed === installed &&
    issued.tenant === tenant &&
    core.ledger.isLive(issued) &&
    isStillAllowed(core, issued)
  );
}

function reused(core: Core, issued: Issued, dead: Refused): Refused {
  if (core.settings.revokeFamilyOnReuse) core.ledger.revokeFamily(issued.family);
  return dead;
}

function provesChallenge({ challenge }: IssuedCode, fields: Fields): boolean {
  if (challenge === undefined) return true;
  const verifier = fields['code_verifier'];
  if (typeof verifier !== 'string') return false;
  const proof = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  return proof === challenge.value;
}

function subjectOf({ tenant, user, installed, businessUnitId, scopes, family }: Issued): Subject {
  return { tenant, user, installed, businessUnitId, scopes, family };
}

function withRefreshToken(core: Core, subject: Subject): Granted {
  const has = core.settings.refreshTokenWithoutOffline || subject.scopes.includes('offline');
  return { subject, refreshToken: has ? 'new' : 'none' };
}
