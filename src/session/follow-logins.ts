import type { AppRequest } from './app-request';
import { logInWithGrants } from './grants-at-login';
import { logOutWithGrants } from './grants-at-logout';
import type { NewGrant } from './new-grant';
import { hookLoginMethods } from './passport-hooks';
import { getRequestState, type LoginHandlers } from './request-state';

const HANDLERS: LoginHandlers = {
  logIn: (req, logIn, args) => logInWithGrants(req as AppRequest, getRequestState(req).newGrant, logIn, args),
  logOut: (req, logOut, args) => {
    getRequestState(req).newGrant = undefined;
    return logOutWithGrants(req as AppRequest, logOut, args);
  },
};

/** Makes the grants of a request's session follow its logins and logouts, however these are called. */
export function followLogins(req: AppRequest): void {
  hookLoginMethods(req, HANDLERS);
}

/**
 * Makes each login of this request put the grant into the session that it opens, whether Passport or the app calls
 * `req.logIn`; an app may log the user in once more as one of its own users. A logout in between ends that. Passport
 * renews the session at a login, and the grant's id goes into the new one before Passport's single save.
 */
export function putGrantAtLogin(req: AppRequest, grant: NewGrant): void {
  getRequestState(req).newGrant = grant;
  followLogins(req);
}
