import type { JsonObject } from '../own-properties';

/** The address of the token endpoint: https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/access-token-app.html */
export function tokenEndpoint(authBaseUrl: string): string {
  return `${authBaseUrl}/v2/token`;
}

/** A code exchange (RFC 6749 §4.1.3). */
export interface CodeExchange {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier?: string | undefined;
  readonly scope?: readonly string[] | undefined;
  readonly accountId?: number | undefined;
  /** Parameters that a subclass adds; they never replace the package's own. */
  readonly extra?: JsonObject | undefined;
}

/** The body of a code exchange, without the client secret. */
export function codeExchangeBody(clientID: string, exchange: CodeExchange): JsonObject {
  return {
    ...exchange.extra,
    grant_type: 'authorization_code',
    code: exchange.code,
    client_id: clientID,
    redirect_uri: exchange.redirectUri,
    ...(exchange.codeVerifier !== undefined && { code_verifier: exchange.codeVerifier }),
    ...(exchange.scope !== undefined && { scope: exchange.scope.join(' ') }),
    ...(exchange.accountId !== undefined && { account_id: exchange.accountId }),
  };
}

/** A refresh (RFC 6749 §6). Without `accountId` the business unit stays as it is; the scope always does. */
export interface TokenRefresh {
  readonly refreshToken: string;
  readonly accountId?: number | undefined;
}

/** The body of a refresh, without the client secret. */
export function refreshBody(clientID: string, refresh: TokenRefresh): JsonObject {
  return {
    grant_type: 'refresh_token',
    client_id: clientID,
    refresh_token: refresh.refreshToken,
    ...(refresh.accountId !== undefined && { account_id: refresh.accountId }),
  };
}

/** The same body with a client secret. */
export function withSecret(body: JsonObject, clientSecret: string): JsonObject {
  return { ...body, client_secret: clientSecret };
}
