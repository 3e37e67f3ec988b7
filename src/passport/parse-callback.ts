import { MarketingCloudError } from '../errors';
import {
  getKnownRefusal,
  parseAuthorizationResponse,
  type AuthorizationResponse,
} from '../protocol/authorization-response';
import { unmarkState } from '../frame/framed-state';
import { getSession } from '../session/session-check';
import { SignInCookie } from './sign-in-cookie';
import type { SignInFlow } from './sign-in-flow';

/** A callback of a sign-in that is under way in this browser. */
export interface PendingCallback {
  readonly response: AuthorizationResponse;
  readonly state: string;
  readonly cookie: SignInCookie;
  /** The cookie's random value. */
  readonly secret: string;
}

/** A callback that has finished in this browser already, asked again by *Back* or *Reload*. */
export interface FinishedCallback {
  readonly response: AuthorizationResponse;
  /** A hash of the user who has signed in. */
  readonly finishedBy: string;
  readonly returnTo: string | undefined;
}

/**
 * Checks a callback's method, its query and its cookie. Nothing is consumed.
 *
 * @throws MarketingCloudError `invalid_callback`, `session_unavailable`, `invalid_state` without the state or its cookie
 */
export function parseCallback(flow: SignInFlow, query: URLSearchParams): PendingCallback | FinishedCallback {
  if (flow.req.method !== 'GET') throw new MarketingCloudError('invalid_callback', { status: 405 });
  const response = parseAuthorizationResponse(query);
  const state = response.state === undefined ? undefined : unmarkState(response.state);
  getSession(flow.req);
  const cookie = state === undefined ? undefined : new SignInCookie(flow.cookies, state);
  const value = cookie?.read();
  if (state === undefined || cookie === undefined || value === undefined) {
    const reason = getKnownRefusal(response) ?? (state === undefined ? undefined : 'cookie_missing');
    throw new MarketingCloudError('invalid_state', { reason });
  }
  return 'secret' in value
    ? { response, state, cookie, secret: value.secret }
    : { response, finishedBy: value.user, returnTo: value.returnTo };
}
