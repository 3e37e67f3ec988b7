import type { Request, Response } from 'express';
import type { BaseUrls } from '../addressing';
import type { Core } from '../core';
import { sendError } from '../http/error-answer';
import type { IssuedToken } from '../tokens/token-store';
import { toPermissionEntries } from '../world/scopes';
import { createBearerError, parseBearer } from './bearer';

const LOOPBACK_PATTERNS = ['https://127.0.0.1*', 'http://127.0.0.1*'];

/**
 * `GET /v2/userinfo`: the user, organization and application of an access token, as nested objects. It needs no scope. A
 * token of another tenant gets 401.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/getUserInfo.html
 */
export function userinfoRoute(core: Core): (req: Request, res: Response) => void {
  return function sendUserinfo(req, res) {
    const bearer = parseBearer(core, req);
    res.set('Cache-Control', 'no-store');
    if (typeof bearer === 'string') {
      sendError(res, createBearerError(bearer));
      return;
    }
    const { location, query } = core.getExchange(req);
    res.json(createUserinfo(bearer.token, location.baseUrls, query.get('view') === 'oidc'));
  };
}

function createUserinfo(token: IssuedToken, baseUrls: BaseUrls, oidc: boolean): Record<string, unknown> {
  const { tenant, installed } = token;
  const { redirectUrls, scopes } = installed.settings.seen;
  return {
    exp: Math.floor(token.expiresAt / 1000),
    iss: 'https://mc.exacttarget.com',
    user: createUser(token, oidc),
    organization: {
      member_id: token.businessUnitId,
      enterprise_id: tenant.enterpriseId,
      enterprise_name: tenant.enterpriseName,
      account_type: tenant.accountType,
      stack_key: tenant.stackKey,
      region: tenant.region,
      locale: tenant.locale,
      zoneinfo: tenant.zoneinfo,
      timezone: tenant.timezone,
    },
    rest: {
      rest_instance_url: baseUrls('rest', tenant.subdomain),
      soap_instance_url: baseUrls('soap', tenant.subdomain),
    },
    application: {
      id: installed.id,
      name: installed.name,
      redirectUrl: redirectUrls === 'any-on-loopback' ? LOOPBACK_PATTERNS : redirectUrls,
      appScopes: scopes,
    },
    permissions: toPermissionEntries(
      token.user?.permissions ?? new Set(token.scopes.filter((scope) => scope !== 'offline')),
    ),
  };
}

function createUser({ user, installed, tenant }: IssuedToken, oidc: boolean): Record<string, unknown> {
  const id = user?.id ?? installed.apiUserId;
  return {
    sub: oidc ? `https://mc.auth.marketingcloudapis.com/uid/${id}` : String(id),
    name: user?.name ?? `${installed.name} app user`,
    preferred_username: user?.username ?? `app.user.${id}`,
    email: user?.email ?? `app.user.${id}@${tenant.subdomain}.example`,
    locale: user?.locale ?? tenant.locale,
    zoneinfo: user?.zoneinfo ?? tenant.zoneinfo,
    timezone: user?.timezone ?? tenant.timezone,
  };
}
