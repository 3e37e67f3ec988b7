import type { Request } from 'express';
import type { Core } from '../core';
import { createOAuthError } from '../http/oauth-error';
import type { ErrorAnswer } from '../http/error-answer';
import { ERROR_HANDLING_PAGE } from '../http/rest-error';
import { isStillAllowed } from '../tokens/permissions';
import type { IssuedToken } from '../tokens/token-store';

/** The access token of a request, or why it has no valid one. */
export type Bearer = { readonly token: IssuedToken } | 'invalid' | 'missing';

/** Reads the `Authorization` header. A token is valid only on the hosts of its own tenant. */
export function parseBearer(core: Core, req: Request): Bearer {
  const header = req.headers.authorization?.trim() ?? '';
  if (header === '') return 'missing';
  return checkToken(core, req, /^Bearer +(\S+)$/i.exec(header)?.[1]);
}

/** Checks an access token. SOAP calls it with the token of the envelope. */
export function checkToken(core: Core, req: Request, value: string | undefined): Exclude<Bearer, 'missing'> {
  const token = value === undefined ? undefined : core.tokens.accessTokens.get(value);
  const isValid =
    token !== undefined &&
    token.tenant === core.getExchange(req).tenant &&
    core.tokens.isLive(token) &&
    isStillAllowed(core.world, token);
  return isValid ? { token } : 'invalid';
}

/** Creates the error of `/v2/userinfo` and `/v2/discovery` for a request without a valid token: 400 or 401. */
export function createBearerError(reason: 'missing' | 'invalid'): ErrorAnswer {
  return reason === 'missing'
    ? createOAuthError(
        400,
        'invalid_request',
        "Missing access token. Make sure that the authorization header isn't empty or null.",
        ERROR_HANDLING_PAGE,
      )
    : createOAuthError(
        401,
        'invalid_token',
        "Invalid access token or not authorized to use this authentication base URI. Use your authentication base URI found in Marketing Cloud Installed Packages. Don't use exacttargetapis.com.",
        ERROR_HANDLING_PAGE,
      );
}
