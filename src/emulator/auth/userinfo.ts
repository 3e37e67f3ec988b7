import type { Request, Response } from 'express';
import type { BaseUrls } from '../addressing';
import type { Core } from '../core';
import type { Issued } from '../tokens/ledger';
import { permissionEntries } from '../world/scopes';
import { bearerOf } from './bearer';
import { ERROR_HANDLING_PAGE } from './refused';

const LOOPBACK_PATTERNS = ['https://127.0.0.1*', 'http://127.0.0.1*'];

/**
 * `GET /v2/userinfo`: nested objects, no flat claims. Needs no scope; a token of another tenant is refused with 401.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/getUserInfo.html
 */
export function userinfoEndpoint(core: Core): (req: Request, res: Response) => void {
  return function userinfoRoute(req, res) {
    const bearer = bearerOf(core, req);
    res.set('Cache-Control', 'no-store');
    if (typeof bearer === 'string') {
      sendBearerRefusal(res, bearer);
      return;
    }
    const { location, query } = core.exchangeOf(req);
    res.json(describe(bearer.token, location.baseUrls, query.get('view') === 'oidc'));
  };
}

/** 400 without a token, 401 with a bad one, as userinfo and discovery answer. */
export function sendBearerRefusal(res: Response, reason: 'missing' | 'invalid'): void {
  if (reason === 'missing') {
    res.status(400).json({
      error: 'invalid_request',
      error_description: "Missing access token. Make sure that the authorization header isn't empty or null.",
      error_uri: ERROR_HANDLING_PAGE,
    });
    return;
  }
  res.status(401).json({
    error: 'invalid_token',
    error_description:
      "Invalid access token or not authorized to use this authentication base URI. Use your authentication base URI found in Marketing Cloud Installed Packages. Don't use exacttargetapis.com.",
    error_uri: ERROR_HANDLING_PAGE,
  });
}

function describe(token: Issued, baseUrls: BaseUrls, oidc: boolean): Record<string, unknown> {
  const { tenant, installed } = token;
  const { redirectUrls, scopes } = installed.settings.seen;
  return {
    exp: Math.floor(token.expiresAt / 1000),
    iss: 'https://mc.exacttarget.com',
    user: describeUser(token, oidc),
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
    permissions: permissionEntries(
      token.user?.permissions ?? new Set(token.scopes.filter((scope) => scope !== 'offline')),
    ),
  };
}

function describeUser({ user, installed, tenant }: Issued, oidc: boolean): Record<string, unknown> {
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
