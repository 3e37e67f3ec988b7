import type { Core } from '../core';
import type { InstalledPackage, Tenant, User } from '../world/model';
import { missingParameter, refusalFrom } from './refused';

/** Reads an `account_id`: a number by the documentation, a string of digits in its examples. */
export function readAccountId(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const id = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw missingParameter('account_id');
  return id;
}

/**
 * The business unit that a token will act in: the one asked for, or the usual one. Throws the refusal of the options
 * when the user has no access to it or the integration is not enabled in it.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/integration-considerations.html
 */
export function chooseBusinessUnit(
  core: Core,
  { tenant, user, installed }: { tenant: Tenant; user: User | undefined; installed: InstalledPackage },
  asked: number | undefined,
  usual: number | undefined,
): number {
  const { businessUnitIds: enabled } = installed.settings.seen;
  const id = asked ?? usual;
  const isOpen =
    id !== undefined &&
    tenant.businessUnits.some((unit) => unit.id === id) &&
    (user === undefined || user.businessUnitIds.includes(id)) &&
    (enabled === 'all' || enabled.includes(id));
  if (!isOpen) {
    throw refusalFrom(
      core.settings.businessUnitDenied,
      'The user or the integration has no access to this account_id.',
    );
  }
  return id;
}
