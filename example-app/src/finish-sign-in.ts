import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Authenticator } from 'passport';
import type { Report } from './error-page';

/** What Passport says of a sign-in that was refused: a fixed word of the package, and sometimes why. */
interface Refusal {
  readonly code?: unknown;
  readonly reason?: unknown;
}

/**
 * The callback's route: the user goes where they wanted to go, or to the page of a refused sign-in, which is logged too.
 *
 * Without the log it is one line: `passport.authenticate(name, { successReturnToOrRedirect, refusalUrl })`.
 */
export function finishSignIn(
  passport: Pick<Authenticator, 'authenticate'>,
  name: string,
  { home, refusalUrl, report }: { readonly home: string; readonly refusalUrl: string; readonly report: Report },
): RequestHandler {
  return function signInFinished(req: Request, res: Response, next: NextFunction): void {
    const finish = (error: unknown, user: Express.User | false | null | undefined, info: unknown): void => {
      if (error) {
        next(error);
        return;
      }
      if (!user) {
        const { code, reason } = Object(info) as Refusal;
        const word = typeof code === 'string' ? code : 'sign_in_refused';
        report(`Sign-in refused: ${word}${typeof reason === 'string' ? ` (${reason})` : ''}.`);
        res.redirect(`${refusalUrl}?code=${encodeURIComponent(word)}`);
        return;
      }
      req.logIn(user, (failure: unknown) => {
        if (failure) next(failure);
        else res.redirect(takeReturnTo(req) ?? home);
      });
    };
    (passport.authenticate(name, finish) as RequestHandler)(req, res, next);
  };
}

/** The page that the user wanted, which the package has put on the session: a path on this app's own origin. */
function takeReturnTo({ session }: Request): string | undefined {
  const record = session as unknown as { returnTo?: string };
  const { returnTo } = record;
  delete record.returnTo;
  return returnTo;
}
