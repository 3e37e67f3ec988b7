import { hash } from 'node:crypto';
import { stringify } from 'node:querystring';
import type { JsonObject } from '../own-properties';

/** What the browser is sent to Marketing Cloud with. */
export interface AuthorizationRequest {
  /** Of the tenant, without a final slash. */
  readonly authBaseUrl: string;
  readonly clientID: string;
  readonly redirectUri: string;
  readonly state: string;
  /** Not sent when undefined: Marketing Cloud then grants every scope of the installed package. */
  readonly scope?: readonly string[] | undefined;
  /** The PKCE verifier. Only its challenge is sent. */
  readonly codeVerifier?: string | undefined;
  /** Parameters that a subclass adds. They never replace the package's own. */
  readonly extra?: object | undefined;
}

/** The address of the authorization endpoint: https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/authorization-code.html */
export function authorizationEndpoint(authBaseUrl: string): string {
  return `${authBaseUrl}/v2/authorize`;
}

/**
 * The URL of an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3). The business unit is not part of it: Marketing
 * Cloud takes `account_id` at the code exchange.
 */
export function buildAuthorizationUrl(request: AuthorizationRequest): string {
  const { scope, codeVerifier } = request;
  const parameters: JsonObject = {
    ...request.extra,
    response_type: 'code',
    client_id: request.clientID,
    redirect_uri: request.redirectUri,
    ...(scope !== undefined && { scope: scope.join(' ') }),
    ...(codeVerifier !== undefined && {
      code_challenge: toCodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    }),
    state: request.state,
  };
  // `node:querystring` writes a space as %20, which every server reads; URLSearchParams writes a plus sign.
  return `${authorizationEndpoint(request.authBaseUrl)}?${stringify(parameters as Record<string, string>)}`;
}

/** The S256 challenge of a PKCE verifier (RFC 7636 §4.2). */
export function toCodeChallenge(codeVerifier: string): string {
  return hash('sha256', codeVerifier, 'base64url');
}
