import type { Tenant } from '../tenant';
import { asObject, getOwn, parseObject, type JsonObject } from '../own-properties';
import { parsePositiveInteger } from '../whole-number';
import { assertTenant, broken, isJson, type Answer } from './token-response';

/** The address of the userinfo endpoint: https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/getUserInfo.html */
export function userinfoEndpoint(authBaseUrl: string): string {
  return `${authBaseUrl}/v2/userinfo`;
}

/** One of the user's permissions in Marketing Cloud, as userinfo lists them. */
export interface Permission {
  readonly id?: number;
  readonly name?: string;
  readonly objectTypeName?: string;
  readonly operationName?: string;
}

/**
 * The user who signed in: Passport's contact schema (https://www.passportjs.org/reference/normalized-profile/) with Marketing
 * Cloud's own facts.
 *
 * @example
 * const verify: VerifyFunction = (accessToken, refreshToken, params, profile, done) => {
 *   done(null, { id: profile.id, name: profile.displayName, businessUnitId: profile.businessUnitId });
 * };
 */
export interface Profile {
  provider: 'marketing-cloud';
  /** `${enterpriseId}:${userId}`, since a user id is unique in its enterprise only. */
  id: string;
  userId: string;
  username?: string;
  displayName: string;
  /** One address at most. Neither unique nor verified: do not look users up by it. */
  emails: { value: string }[];
  /** MID of the business unit that the tokens are for. */
  businessUnitId: number;
  /** EID of the top-level account. */
  enterpriseId: number;
  enterpriseName?: string;
  accountType?: string;
  stack?: string;
  region?: string;
  subdomain: string;
  /** The user's own, not the enterprise's. */
  locale?: string;
  zoneinfo?: string;
  /** Some sixty entries: too long for a session. */
  permissions: Permission[];
  _raw: string;
  _json: JsonObject;
}

/** The profile without `permissions`, `_raw` and `_json`: what `req.user` is when no `verify` is given. */
export type DefaultProfile = Omit<Profile, 'permissions' | '_raw' | '_json'>;

/**
 * Reads the answer of userinfo. The ids of user, business unit and enterprise must be there; the other members are taken
 * where they are text. Base URLs in it must be this tenant's.
 *
 * @throws MarketingCloudError `invalid_response`, `tenant_mismatch`
 */
export function parseProfile(answer: Answer, tenant: Tenant): Profile {
  const body = isJson(answer.contentType) ? parseObject(answer.text) : undefined;
  const user = body && asObject(getOwn(body, 'user'));
  const organization = body && asObject(getOwn(body, 'organization'));
  if (!body) throw broken(answer);
  if (!user) throw broken(answer, 'user');
  if (!organization) throw broken(answer, 'organization');
  const userId = parseUserId(getOwn(user, 'sub'));
  const businessUnitId = parsePositiveInteger(getOwn(organization, 'member_id'));
  const enterpriseId = parsePositiveInteger(getOwn(organization, 'enterprise_id'));
  if (userId === undefined) throw broken(answer, 'user.sub');
  if (businessUnitId === undefined) throw broken(answer, 'organization.member_id');
  if (enterpriseId === undefined) throw broken(answer, 'organization.enterprise_id');
  const urls = getOwn(body, 'rest');
  if (urls !== undefined) assertTenant(asObject(urls) ?? {}, tenant);

  const username = parseText(getOwn(user, 'preferred_username'));
  const email = parseText(getOwn(user, 'email'));
  return {
    provider: 'marketing-cloud',
    id: `${enterpriseId}:${userId}`,
    userId,
    ...text('username', username),
    displayName: parseText(getOwn(user, 'name')) ?? username ?? userId,
    emails: email === undefined ? [] : [{ value: email }],
    businessUnitId,
    enterpriseId,
    ...text('enterpriseName', parseText(getOwn(organization, 'enterprise_name'))),
    ...text('accountType', parseText(getOwn(organization, 'account_type'))),
    ...text('stack', parseText(getOwn(organization, 'stack_key'))),
    ...text('region', parseText(getOwn(organization, 'region'))),
    subdomain: tenant.subdomain,
    ...text('locale', parseText(getOwn(user, 'locale'))),
    ...text('zoneinfo', parseText(getOwn(user, 'zoneinfo'))),
    permissions: parsePermissions(getOwn(body, 'permissions')),
    _raw: answer.text,
    _json: body,
  };
}

/** Drops the members that are too long for a session. */
export function withoutLongMembers(profile: Profile): DefaultProfile {
  const { permissions: _permissions, _raw: _text, _json: _object, ...rest } = profile;
  return rest;
}

function parseUserId(value: unknown): string | undefined {
  const id = typeof value === 'number' ? parsePositiveInteger(value)?.toString() : value;
  return typeof id === 'string' && /^[\x21-\x7e]{1,255}$/.test(id) ? id : undefined;
}

function parsePermissions(value: unknown): Permission[] {
  return Array.isArray(value) ? value.filter((one): one is Permission => asObject(one) !== undefined) : [];
}

function parseText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 1024 ? value : undefined;
}

function text<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}
