import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Authenticator } from 'passport';

/** What Passport says about a refused sign-in: the package's code, and sometimes a reason. */
interface Refusal {
  readonly code?: unknown;
  readonly reason?: unknown;
}

/** Where the callback route redirects to, and where it logs. */
export interface CallbackRouteOptions {
  /** The page after a sign-in that did not start at another page. */
  readonly homeUrl: string;
  /** The page of a refused sign-in. Its query gets the refusal's `code`. */
  readonly refusalUrl: string;
  /** Receives a line for each refused sign-in. */
  readonly report: (text: string) => void;
}

/**
 * Creates the callback route. It finishes the sign-in and redirects to the page that the user asked for, or to the page
 * of a refused sign-in. It has its own Passport callback only to log refusals. Without a log, one line does the same:
 *
 * @example
 * app.get('/auth/callback', passport.authenticate('marketing-cloud', {
 *   successReturnToOrRedirect: '/dashboard', refusalUrl: '/sign-in-failed',
 * }));
 */
export function createCallbackRoute(
  passport: Pick<Authenticator, 'authenticate'>,
  strategyName: string,
  { homeUrl, refusalUrl, report }: CallbackRouteOptions,
): RequestHandler {
  return function callbackRoute(req: Request, res: Response, next: NextFunction): void {
    const finish = (error: unknown, user: Express.User | false | null | undefined, info: unknown): void => {
      if (error) {
        next(error);
        return;
      }
      if (!user) {
        const { code: word, reason } = Object(info) as Refusal;
        const code = typeof word === 'string' ? word : 'sign_in_refused';
        report(`Sign-in refused: ${code}${typeof reason === 'string' ? ` (${reason})` : ''}.`);
        res.redirect(`${refusalUrl}?code=${encodeURIComponent(code)}`);
        return;
      }
      req.logIn(user, (failure: unknown) => {
        if (failure) next(failure);
        else res.redirect(takeReturnTo(req) ?? homeUrl);
      });
    };
    (passport.authenticate(strategyName, finish) as RequestHandler)(req, res, next);
  };
}

/** Takes the page that the user asked for from the session. The package has checked that it is a path of this app. */
function takeReturnTo({ session }: Request): string | undefined {
  const record = session as unknown as { returnTo?: string };
  const { returnTo } = record;
  delete record.returnTo;
  return returnTo;
}
