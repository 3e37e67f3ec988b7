import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Authenticator, AuthenticateCallback, AuthenticateOptions } from 'passport';
import type { ErrorReason } from '../error-pages';
import { isErrorCode, MarketingCloudError } from '../errors';
import type { Middleware } from '../express/middleware';
import type { Strategy } from '../passport/strategy';

/**
 * Answers a sign-in that has failed. `failure.status` is the status to answer with, `failure.hint` is for developers.
 *
 * @example
 * const failed: FailedHandler = ({ status, code }, _req, res) => res.status(status).render('failed', { code });
 * app.use(signInRoutes(strategy, { failed }));
 */
export type FailedHandler = (failure: MarketingCloudError, req: Request, res: Response, next: NextFunction) => unknown;

/** How the login and the callback route end. */
interface Endings {
  readonly failed?: FailedHandler | undefined;
  readonly refusalUrl?: string | undefined;
  readonly redirectTo: string;
  readonly passport?: Pick<Authenticator, 'authenticate'> | undefined;
}

/**
 * `passport.authenticate` for the login and the callback route of a strategy. Passport is loaded here, so that a worker
 * without routes does not load it, and here already, so that it is the app's copy also where modules are replaced later, as
 * by Jest's `resetModules`.
 */
export function authenticateWith(strategy: Strategy, endings: Endings): Middleware {
  const { failed, refusalUrl, redirectTo } = endings;
  const options: AuthenticateOptions = {
    successReturnToOrRedirect: redirectTo,
    ...(refusalUrl !== undefined && { refusalUrl }),
    // Says that the app answers refusals, which a callback alone does not say.
    ...(failed !== undefined && { failWithError: true }),
  };
  const loading = endings.passport ?? import('passport').then((loaded) => loaded.default);
  // Where Passport is missing each request says so.
  Promise.resolve(loading).catch(() => undefined);
  const handle = async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const passport = await loading;
    const answer = failed && answerWith(failed, redirectTo, { req, res, next });
    const authenticate = passport.authenticate(strategy, options, answer) as RequestHandler;
    void authenticate(req, res, next);
  };
  return (req, res, next) => {
    handle(req as Request, res as Response, next).catch(next);
  };
}

/** Logs the user in, or has the app answer a refusal or an error. */
function answerWith(
  failed: FailedHandler,
  redirectTo: string,
  { req, res, next }: { readonly req: Request; readonly res: Response; readonly next: NextFunction },
): AuthenticateCallback {
  const fail = (error: unknown): void => {
    if (!(error instanceof MarketingCloudError)) next(error);
    else
      Promise.resolve(res.set({ ...error.headers }))
        .then(() => failed(error, req, res, next))
        .catch(next);
  };
  return (error: unknown, user, info, status) => {
    if (error) fail(error);
    else if (!user) fail(toFailure(info, status));
    else {
      req.logIn(user, (loginError: unknown) => {
        if (loginError) fail(loginError);
        else res.redirect(takeReturnTo(req) ?? redirectTo);
      });
    }
  };
}

/** The error of a refusal. Where `verify` refuses, `info` is the app's own: anything, and a number is the status. */
function toFailure(info: unknown, status: unknown): MarketingCloudError {
  const { code, message, reason } = Object(typeof info === 'string' ? { message: info } : info) as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly reason?: ErrorReason;
  };
  const given = {
    ...(typeof status === 'number' && { status }),
    ...(typeof message === 'string' && { message }),
  };
  if (typeof status !== 'number' || !isErrorCode(code)) return new MarketingCloudError('sign_in_refused', given);
  return new MarketingCloudError(code, { ...given, reason });
}

/** The page that the user asked for before signing in. It is used once. */
function takeReturnTo(req: Request): string | undefined {
  // Without the types of express-session, a request has no session.
  const { session } = req as unknown as { readonly session?: { returnTo?: string } };
  const returnTo = session?.returnTo;
  if (session !== undefined) delete session.returnTo;
  return returnTo;
}
