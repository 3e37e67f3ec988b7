import type { Request } from 'express';
import type { Location } from './addressing';
import type { EmulatorClock } from './clock';
import type { LoginSessions } from './login/login-sessions';
import type { RecordedRequest } from './request-log';
import type { Settings } from './settle-options';
import type { Issued, Ledger, Subject } from './tokens/ledger';
import type { Tenant } from './world/model';
import { isPermission } from './world/scopes';
import type { World } from './world/world';

/** What the emulator found out about a request before any route saw it. */
export interface Exchange {
  readonly location: Location;
  readonly tenant: Tenant;
  readonly query: URLSearchParams;
  readonly recorded: RecordedRequest;
}

/** What every route works with: the rules, the world, and what has been issued. */
export interface Core {
  readonly settings: Settings;
  readonly clock: EmulatorClock;
  readonly world: World;
  readonly ledger: Ledger;
  readonly sessions: LoginSessions;
  /** Own origin, such as `http://127.0.0.1:41234`. */
  readonly origin: string;
  readonly exchangeOf: (req: Request) => Exchange;
}

/** Whether the user of a code or token may still use the package: neither gone, nor unlicensed, nor is the package. */
export function isStillAllowed(
  core: Core,
  { tenant, user, installed }: Omit<Subject, 'scopes' | 'family' | 'businessUnitId'>,
): boolean {
  if (!core.world.isInstalled(installed, tenant)) return false;
  if (user === undefined) return true;
  const { unlicensedUsers } = installed.settings.seen;
  return user.enabled && tenant.users.includes(user) && !unlicensedUsers.includes(user.username);
}

/** Whether a token may do something: its scopes say so and, where it acts for a user, the user's permissions as well. */
export function may({ scopes, user }: Issued, scope: string): boolean {
  return scopes.includes(scope) && (user === undefined || !isPermission(scope) || user.permissions.has(scope));
}
