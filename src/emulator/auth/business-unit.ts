import type { Core } from '../core';
import { createConfiguredError, missingParameter } from '../http/oauth-error';
import type { InstalledPackage, Tenant, User } from '../world/model';

/**
 * Parses an `account_id`: a number by Salesforce's documentation, a string of digits in its examples.
 *
 * @throws ErrorAnswer 400 for any other value
 */
export function parseAccountId(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const id = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw missingParameter('account_id');
  return id;
}

/**
 * Returns the business unit of a new token: the requested one, or `defaultId`.
 *
 * @throws ErrorAnswer of the option `businessUnitDenied` when the user has no access to it or the integration is not
 *   enabled in it
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/integration-considerations.html
 */
export function chooseBusinessUnit(
  core: Core,
  { tenant, user, installed }: { tenant: Tenant; user: User | undefined; installed: InstalledPackage },
  requestedId: number | undefined,
  defaultId: number | undefined,
): number {
  const { businessUnitIds: enabled } = installed.settings.seen;
  const id = requestedId ?? defaultId;
  const isAllowed =
    id !== undefined &&
    tenant.businessUnits.some((unit) => unit.id === id) &&
    (user === undefined || user.businessUnitIds.includes(id)) &&
    (enabled === 'all' || enabled.includes(id));
  if (!isAllowed) {
    throw createConfiguredError(
      core.settings.businessUnitDenied,
      'The user or the integration has no access to this account_id.',
    );
  }
  return id;
}
