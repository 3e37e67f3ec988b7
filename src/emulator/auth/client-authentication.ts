import type { Core } from '../core';
import { createOAuthError } from '../http/oauth-error';
import { acceptsSecret } from '../world/client-secrets';
import type { InstalledPackage, Tenant } from '../world/model';

/** The parsed body of a token request, unchecked. */
export type Fields = Readonly<Record<string, unknown>>;

/** The grant types of the token endpoint. */
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';

/**
 * Finds the package of a token request and checks its secret. Credentials are read from the body only, because HTTP Basic
 * is not documented for Marketing Cloud.
 *
 * @throws ErrorAnswer 401 for an unknown client, a wrong secret, or a grant type of another kind of integration
 */
export function authenticateClient(core: Core, tenant: Tenant, fields: Fields, grantType: GrantType): InstalledPackage {
  const { client_id: clientId, client_secret: secret } = fields;
  const installed = typeof clientId === 'string' ? core.world.findPackage(clientId) : undefined;
  if (installed === undefined) {
    throw createOAuthError(
      401,
      'invalid_client',
      'Invalid client ID. Use the client ID in Marketing Cloud Installed Packages.',
    );
  }
  const isAuthenticated =
    installed.kind === 'public' || (typeof secret === 'string' && acceptsSecret(installed, secret, core.clock.now()));
  if (!isAuthenticated || !core.world.isInstalled(installed, tenant)) {
    throw createOAuthError(
      401,
      'invalid_client',
      'Client authentication failed. Make sure that the client ID and client secret are valid and that the package is installed and enabled.',
    );
  }
  if ((grantType === 'client_credentials') !== (installed.kind === 'server-to-server')) {
    throw createOAuthError(
      401,
      'unauthorized_client',
      'The client is not authorized to request an authorization code using this method.',
    );
  }
  return installed;
}
