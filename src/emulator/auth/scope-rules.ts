import type { Core } from '../core';
import type { InstalledPackage } from '../world/model';
import { missingParameter, oauthRefusal } from './refused';

/**
 * Reads a `scope` parameter: `undefined` when it is absent, an empty list when it is there and empty. Marketing Cloud
 * makes a difference: absent means all scopes, empty means none.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/authorization-code.html
 */
export function readScope(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw missingParameter('scope');
  return [...new Set(value.split(' ').filter((scope) => scope !== ''))];
}

/** What an absent scope stands for: everything the integration has, `offline` with it or not. */
export function allScopes(core: Core, installed: InstalledPackage): readonly string[] {
  const { scopes } = installed.settings.seen;
  return core.settings.omittedScopeIncludesOffline ? scopes : scopes.filter((scope) => scope !== 'offline');
}

/** The scopes that a token gets: what was asked for, which must lie within `granted`, or all of `granted`. */
export function narrowScopes(asked: readonly string[] | undefined, granted: readonly string[]): readonly string[] {
  if (asked === undefined) return granted;
  const excess = asked.filter((scope) => !granted.includes(scope));
  if (excess.length > 0) {
    throw oauthRefusal(400, 'invalid_scope', `Not available to this integration or not granted: ${excess.join(' ')}`);
  }
  return asked;
}
