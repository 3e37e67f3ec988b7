import { logInWithGrants, type NewGrant } from './grant-at-login';
import { logOutWithGrants } from './grant-at-logout';
import { wrapMethod } from './override-method';
import type { SessionRequest } from './session-request';

const NEW_GRANT = Symbol.for('passport-marketing-cloud.new-grant');
const HOOKED = Symbol.for('passport-marketing-cloud.hooked');

interface HookedRequest extends SessionRequest {
  [NEW_GRANT]?: NewGrant | undefined;
  [HOOKED]?: true;
}

/**
 * Has each login of this request put the grant into the session that it opens, whoever calls `req.logIn`: Passport, or the
 * app, which may log the user in once more as one of its own. A logout in between ends that. Passport renews the session
 * at a login, and the grant's id goes into the new one before Passport's own single save.
 */
export function putGrantAtLogin(req: SessionRequest, grant: NewGrant): void {
  (req as HookedRequest)[NEW_GRANT] = grant;
  hookLogins(req);
}

/** Has the grants of a request's session follow its logins and logouts, however these are called. */
export function hookLogins(req: SessionRequest): void {
  const hooked = req as HookedRequest;
  if (hooked[HOOKED] === true) return;
  hooked[HOOKED] = true;
  for (const name of ['logIn', 'login']) {
    wrapMethod(req, name, (logIn) => (...args) => {
      return logInWithGrants(req, hooked[NEW_GRANT], (given) => logIn.apply(req, given), args);
    });
  }
  for (const name of ['logOut', 'logout']) {
    wrapMethod(req, name, (logOut) => (...args) => {
      hooked[NEW_GRANT] = undefined;
      return logOutWithGrants(req, (given) => logOut.apply(req, given), args);
    });
  }
}
