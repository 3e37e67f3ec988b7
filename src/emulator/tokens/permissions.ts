import { isPermission } from '../world/scopes';
import type { World } from '../world/world';
import type { IssuedToken, Subject } from './token-store';

/** Returns whether the package is still installed and its user, if there is one, still exists, is enabled and licensed. */
export function isStillAllowed(
  world: World,
  { tenant, user, installed }: Pick<Subject, 'tenant' | 'user' | 'installed'>,
): boolean {
  if (!world.isInstalled(installed, tenant)) return false;
  if (user === undefined) return true;
  const { unlicensedUsers } = installed.settings.seen;
  return user.enabled && tenant.users.includes(user) && !unlicensedUsers.includes(user.username);
}

/** Returns whether a token allows an action: it has the scope and, when it acts for a user, the user has the permission. */
export function hasPermission({ scopes, user }: IssuedToken, scope: string): boolean {
  return scopes.includes(scope) && (user === undefined || !isPermission(scope) || user.permissions.has(scope));
}
