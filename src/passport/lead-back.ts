import { getUser } from '../session/session-request';
import type { Attempt } from './attempt';
import { getSession } from './request';
import { offerReturnTo } from './return-to';
import type { RequestSettings } from './sign-in-options';

/**
 * Answers a callback that has finished in this browser as it was answered then, for the user who is signed in. Passport
 * and the app's own callback would log that user in once more: that is skipped, so that the session stays as it is.
 */
export function leadBack(
  { req, outcomes }: Attempt,
  finished: { readonly grantId: string; readonly returnTo: string | undefined },
  { connects }: RequestSettings,
): void {
  if (connects) {
    outcomes.redirect(finished.returnTo ?? '/');
    return;
  }
  const user = getUser(req) as object;
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
  offerReturnTo(getSession(req), finished.returnTo);
  outcomes.success(user, { grantId: finished.grantId });
}
