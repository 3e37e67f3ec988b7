import type { Core } from '../core';
import { createOAuthError, missingParameter } from '../http/oauth-error';
import type { InstalledPackage } from '../world/model';

/**
 * Parses a `scope` parameter. Returns `undefined` when it is absent and an empty list when it is empty: for Marketing
 * Cloud absent means all scopes, empty means none.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/authorization-code.html
 */
export function parseScope(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw missingParameter('scope');
  return [...new Set(value.split(' ').filter((scope) => scope !== ''))];
}

/** Returns the scopes of a request without `scope`: all of the integration; the option decides about `offline`. */
export function getAllScopes(core: Core, installed: InstalledPackage): readonly string[] {
  const { scopes } = installed.settings.seen;
  return core.settings.omittedScopeIncludesOffline ? scopes : scopes.filter((scope) => scope !== 'offline');
}

/**
 * Returns the scopes of a new token: the requested ones, or all of `granted` when none were requested.
 *
 * @throws ErrorAnswer 400 `invalid_scope` for a requested scope that is not in `granted`
 */
export function narrowScopes(requested: readonly string[] | undefined, granted: readonly string[]): readonly string[] {
  if (requested === undefined) return granted;
  const excess = requested.filter((scope) => !granted.includes(scope));
  if (excess.length > 0) {
    throw createOAuthError(
      400,
      'invalid_scope',
      `Not available to this integration or not granted: ${excess.join(' ')}`,
    );
  }
  return requested;
}
