import { getSessionGrants, setSessionGrants } from './session-grants';
import { resolveToCallback } from './passport-hooks';
import { releaseGrants } from './release-grants';
import type { AppRequest } from './app-request';

type Callback = (error?: unknown) => void;

/**
 * `req.logout([options], done)`: the grant of a login ends with it, unless it is kept; one of `passport.authorize` stays.
 * While the vault is away the user is logged out all the same, and `done` gets the error of the grant that could not be deleted.
 */
export function logOutWithGrants(req: AppRequest, logOut: (args: unknown[]) => unknown, args: unknown[]): unknown {
  const done = args.at(-1);
  const { session } = req;
  const held = session === undefined ? new Map() : getSessionGrants(session);
  const leaving = new Map([...held].filter(([, { byLogin }]) => byLogin));
  if (typeof done !== 'function' || session === undefined || leaving.size === 0) return logOut(args);
  // At once, as Passport does: a response that does not wait for the callback goes out without a signed-in user.
  const released = releaseGrants(req, leaving, { why: 'sign-out' });
  released.catch(() => undefined);
  setSessionGrants(session, new Map([...held].filter(([, { byLogin }]) => !byLogin)));
  const finish: Callback = (error) =>
    resolveToCallback(released, (failure) => (done as Callback)(error ?? failure ?? undefined));
  return logOut([...args.slice(0, -1), finish]);
}
