import { MarketingCloudError } from '../errors';
import { getKnownRefusal } from '../protocol/authorization-response';
import { getCurrentUserTag, getUser } from '../session/app-request';
import { belongsToUser, getSessionGrant } from '../session/session-grants';
import type { FinishedCallback } from './parse-callback';
import { offerReturnTo, parseReturnTo } from './return-to';
import { getSession } from '../session/session-check';
import { toGrantMark } from './sign-in-cookie';
import type { SignInFlow } from './sign-in-flow';

/**
 * Answers a callback that has finished in this browser as it was answered then, while its user is signed in. Passport and
 * the app's own callback would log that user in once more: that is skipped, so that the session stays as it is.
 *
 * @throws MarketingCloudError `invalid_state` when the user is not signed in any more
 */
export function repeatFinishedSignIn(flow: SignInFlow, callback: FinishedCallback): void {
  const { parts, req, options } = flow;
  const grantId = getGrantOfUser(flow, callback.finishedBy);
  if (grantId === undefined) {
    throw new MarketingCloudError('invalid_state', { reason: getKnownRefusal(callback.response) });
  }
  const returnTo = parseReturnTo(callback.returnTo, parts.engine.origin, [parts.engine.callbackPath]);
  if (options.connects) {
    flow.redirect(returnTo ?? '/');
    return;
  }
  const user = getUser(req) as object;
  skipLoginOf(user, req);
  offerReturnTo(getSession(req), returnTo);
  flow.succeed(user, { grantId });
}

/** The session's grant that a finished sign-in made, while its user is signed in. */
function getGrantOfUser({ parts, req }: SignInFlow, mark: string): string | undefined {
  const grant = getSessionGrant(getSession(req), parts.engine.name);
  const user = getUser(req);
  if (grant === undefined || typeof user !== 'object' || user === null || !belongsToUser(grant, req)) return undefined;
  return getCurrentUserTag(req)?.id === mark || toGrantMark(grant.grantId) === mark ? grant.grantId : undefined;
}

/** Makes `req.logIn` of this very user call back at once. */
function skipLoginOf(user: object, req: object): void {
  for (const name of ['logIn', 'login']) {
    const logIn: unknown = Reflect.get(req, name);
    if (typeof logIn !== 'function') continue;
    const value = (...args: unknown[]): unknown => {
      const done = args.at(-1);
      const isRepeated = args[0] === user && typeof done === 'function';
      return isRepeated ? (done as () => unknown)() : (logIn as (...given: unknown[]) => unknown).apply(req, args);
    };
    Object.defineProperty(req, name, { configurable: true, enumerable: true, writable: true, value });
  }
}
