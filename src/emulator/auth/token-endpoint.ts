import type { Request, Response } from 'express';
import type { BaseUrls } from '../addressing';
import type { Core } from '../core';
import { ErrorAnswer, sendError } from '../http/error-answer';
import { createOAuthError } from '../http/oauth-error';
import type { InstanceUrlShape } from '../options';
import { authenticateClient, type Fields, type GrantType } from './client-authentication';
import { grantForClient, grantForCode, grantForRefreshToken, type Granted } from './token-grants';

const GRANTS = {
  authorization_code: grantForCode,
  refresh_token: grantForRefreshToken,
  client_credentials: grantForClient,
} as const;

/**
 * `POST /v2/token`, with a JSON or a form body.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/access-token-app.html
 */
export function tokenRoute(core: Core): (req: Request, res: Response) => void {
  return function sendTokens(req, res) {
    const { tenant, location, recorded } = core.getExchange(req);
    res.set('Cache-Control', 'no-store');
    try {
      const fields = isFields(recorded.body) ? recorded.body : {};
      const grantType = parseGrantType(fields);
      const installed = authenticateClient(core, tenant, fields, grantType);
      const granted = GRANTS[grantType]({ core, tenant, installed, fields });
      res.json(createTokenAnswer(core, granted, location.baseUrls));
    } catch (error) {
      if (!(error instanceof ErrorAnswer)) throw error;
      sendError(res, error);
    }
  };
}

function isFields(body: unknown): body is Fields {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function parseGrantType(fields: Fields): GrantType {
  const { grant_type: grantType } = fields;
  if (typeof grantType === 'string' && isGrantType(grantType)) return grantType;
  throw createOAuthError(
    400,
    'unsupported_grant_type',
    'Use "authorization_code" or "refresh_token" or "client_credentials" or "urn:ietf:params:oauth:grant-type:jwt-bearer" as the grant_type.',
  );
}

function isGrantType(value: string): value is GrantType {
  return Object.hasOwn(GRANTS, value);
}

function createTokenAnswer(
  core: Core,
  { subject, refreshToken }: Granted,
  baseUrls: BaseUrls,
): Record<string, unknown> {
  const { settings, tokens } = core;
  const access = tokens.issueAccessToken(subject, settings.accessTokenLifetimeSeconds * 1000);
  const refresh =
    refreshToken === 'new'
      ? tokens.issueRefreshToken(subject, settings.refreshTokenLifetimeSeconds * 1000)
      : refreshToken;
  const { subdomain } = subject.tenant;
  return {
    access_token: access.value,
    ...(refresh === 'none' ? {} : { refresh_token: refresh.value }),
    token_type: 'Bearer',
    expires_in: settings.expiresInSeconds,
    scope: subject.scopes.join(' '),
    soap_instance_url: formatInstanceUrl(baseUrls('soap', subdomain), settings.instanceUrlShape),
    rest_instance_url: formatInstanceUrl(baseUrls('rest', subdomain), settings.instanceUrlShape),
  };
}

function formatInstanceUrl(baseUrl: string, shape: InstanceUrlShape): string {
  const url = shape.startsWith('host') ? baseUrl.replace(/^https?:\/\//, '') : baseUrl;
  return shape.endsWith('/') ? `${url}/` : url;
}
