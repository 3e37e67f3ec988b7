import type { Core } from '../core';
import { acceptsSecret } from '../world/client-secrets';
import type { InstalledPackage, Tenant } from '../world/model';
import { oauthRefusal } from './refused';

/** The body of a token request, as it was parsed: nothing in it has been looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** The grants that the token endpoint knows. */
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';

/**
 * Who calls the token endpoint. Credentials count in the body alone: HTTP Basic is not documented for Marketing Cloud.
 * Throws a `Refused` with 401 for an unknown client, a bad secret, or a grant of another kind of integration.
 */
export function authenticateClient(core: Core, tenant: Tenant, fields: Fields, grantType: GrantType): InstalledPackage {
  const { client_id: clientId, client_secret: secret } = fields;
  const installed = typeof clientId === 'string' ? core.world.findPackage(clientId) : undefined;
  if (installed === undefined) {
    throw oauthRefusal(
      401,
      'invalid_client',
      'Invalid client ID. Use the client ID in Marketing Cloud Installed Packages.',
    );
  }
  const isKnown =
    installed.kind === 'public' || (typeof secret === 'string' && acceptsSecret(installed, secret, core.clock.now()));
  if (!isKnown || !core.world.isInstalled(installed, tenant)) {
    throw oauthRefusal(
      401,
      'invalid_client',
      'Client authentication failed. Make sure that the client ID and client secret are valid and that the package is installed and enabled.',
    );
  }
  if ((grantType === 'client_credentials') !== (installed.kind === 'server-to-server')) {
    throw oauthRefusal(
      401,
      'unauthorized_client',
      'The client is not authorized to request an authorization code using this method.',
    );
  }
  return installed;
}
