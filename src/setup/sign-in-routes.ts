import type { IncomingMessage } from 'node:http';
import type { Authenticator } from 'passport';
import { Connection } from '../api/connection';
import { ENGINE } from '../api/engine';
import { marketingCloud } from '../express/marketing-cloud';
import type { Middleware } from '../express/middleware';
import { appMenuSignOut, parseText, signOut } from '../express/sign-out';
import { getStrippedPrefix, toComparablePath } from '../session/paths';
import { parseTarget } from '../session/request-target';
import type { Strategy } from '../passport/strategy';
import { getEngines } from '../session/request-engines';
import type { AppRequest } from '../session/app-request';
import { optionError, parseOptions } from '../strict-options';
import { authenticateWith, type FailedHandler } from './authenticate-with';

/**
 * The options of `signInRoutes()`. Paths are relative to where the middleware is mounted.
 *
 * @example
 * const options: SignInRoutesOptions = { refusalUrl: '/sign-in-failed', appMenuLogout: '/mc-logout' };
 * app.use(signInRoutes(strategy, options));
 */
export interface SignInRoutesOptions {
  /** @default '/login' */
  login?: string | undefined;
  /** Needed only where a proxy removes a prefix of it. @default the path of `callbackURL` */
  callback?: string | undefined;
  /** For POST, from the app's own pages. @default '/logout' */
  logout?: string | undefined;
  /** The *Logout endpoint* of an app in Marketing Cloud's menu. @default none */
  appMenuLogout?: string | undefined;
  /**
   * Answers refusals, and errors of this package, of the login and the callback route.
   * @default Passport's own answer, and `next(error)`
   */
  failed?: FailedHandler | undefined;
  /** The page that a refused sign-in is sent to, with `?code=`. Not together with `failed`. */
  refusalUrl?: string | undefined;
  /** Where a user goes after signing in without having asked for a page, and after signing out. @default '/' */
  redirectTo?: string | undefined;
  /** The `name` that express-session was given. @default 'connect.sid' */
  cookieName?: string | undefined;
  /** An app's own instance of Passport. @default what `import passport from 'passport'` gives */
  passport?: Pick<Authenticator, 'authenticate'> | undefined;
}

const OWNER = 'signInRoutes()';
const PATHS = ['login', 'callback', 'logout', 'appMenuLogout'] as const;
const OTHERS = ['failed', 'refusalUrl', 'redirectTo', 'cookieName', 'passport'] as const;

type PathName = (typeof PATHS)[number];

/**
 * The usual routes of a sign-in in one middleware, out of the parts that can also be used alone: `marketingCloud(strategy)`
 * where it is not mounted yet, `passport.authenticate` on the login and the callback route, `signOut()` and
 * `appMenuSignOut()`. It goes after `passport.session()`; other paths pass through.
 *
 * @throws TypeError for bad options, and for two routes with one path
 *
 * @example
 * app.use(passport.session());
 * app.use(signInRoutes(strategy, { failed: (failure, _req, res) => res.status(failure.status).send(failure.message) }));
 * app.get('/', requireMarketingCloud(), home);
 */
export function signInRoutes(strategy: Strategy, options: SignInRoutesOptions = {}): Middleware {
  const option = parseOptions(OWNER, options, [...PATHS, ...OTHERS]);
  const path = (name: PathName, otherwise?: string): string | undefined => parsePath(name, option(name), otherwise);
  const [login = '/login', callback] = [path('login'), path('callback')];
  const connect = marketingCloud(strategy, { loginUrl: login });
  const engine = strategy[ENGINE]();
  const redirectTo = parseText(OWNER, 'redirectTo', option('redirectTo'), '/');
  const cookieName = parseText(OWNER, 'cookieName', option('cookieName'), 'connect.sid');
  const passport = parsePassport(option('passport'));
  const authenticate = authenticateWith(strategy, { ...parseAnswers(option), redirectTo, passport });
  const prefix = parseCallbackPrefix(callback, engine.callbackPath);
  const routes = toRoutes([
    ['login', login, authenticate],
    ['callback', callback, authenticate],
    ['logout', path('logout', '/logout'), signOut({ redirectTo, cookieName })],
    ['appMenuLogout', path('appMenuLogout'), appMenuSignOut({ cookieName })],
  ]);
  const callbackPath = toComparablePath(engine.callbackPath);
  const getRoute = (req: AppRequest): Middleware | undefined => {
    const route = routes.get(toComparablePath(getOwnPath(req)) ?? '');
    // The callback's path is that of callbackURL, also where this middleware is mounted below a path.
    return route ?? (toComparablePath(parseTarget(req).path) === callbackPath ? authenticate : undefined);
  };

  return function signInRoutesMiddleware(incoming, res, next) {
    const req = incoming as AppRequest;
    const go = (error?: unknown): void => {
      const route = error === undefined ? getRoute(req) : undefined;
      if (route === undefined) next(error);
      else route(incoming, res, next);
    };
    if (getEngines(req).includes(engine)) {
      go();
      return;
    }
    connect(incoming, res, (error?: unknown) => {
      const mountPath = prefix ?? req.baseUrl ?? '';
      if (req.marketingCloud !== undefined) Connection.setLoginUrl(req.marketingCloud, mountPath + login);
      go(error);
    });
  };
}

/** @throws TypeError for anything but a path */
function parsePath(name: PathName, value: unknown, otherwise: string | undefined): string | undefined {
  if (value === undefined) return otherwise;
  const isPath = typeof value === 'string' && /^\/(?!\/)[\x21-\x7e]*$/.test(value) && !/[?#\\]/.test(value);
  if (!isPath || toComparablePath(value) === undefined)
    throw optionError(name, 'must be a path, such as /login', OWNER);
  return value;
}

/**
 * What a proxy or a mount point takes off the paths; undefined where no option says so.
 *
 * @throws TypeError for a path that `callbackURL` does not lead to
 */
function parseCallbackPrefix(callback: string | undefined, callbackPath: string): string | undefined {
  if (callback === undefined) return undefined;
  const prefix = getStrippedPrefix(callback, callbackPath);
  if (prefix !== undefined) return prefix;
  throw optionError(
    'callback',
    'must be the path of callbackURL, or what a proxy or a mount point leaves of it',
    OWNER,
  );
}

/** @throws TypeError for anything but an instance of Passport */
function parsePassport(value: unknown): SignInRoutesOptions['passport'] {
  const { authenticate } = Object(value) as { readonly authenticate?: unknown };
  if (value === undefined || typeof authenticate === 'function') return value as SignInRoutesOptions['passport'];
  throw optionError('passport', "must be the app's instance of Passport", OWNER);
}

/** @throws TypeError for two answers to a refusal, or for a bad one */
function parseAnswers(option: (name: 'failed' | 'refusalUrl') => unknown): {
  readonly failed: FailedHandler | undefined;
  readonly refusalUrl: string | undefined;
} {
  const [failed, refusalUrl] = [option('failed'), option('refusalUrl')];
  if (failed !== undefined && typeof failed !== 'function') throw optionError('failed', 'must be a function', OWNER);
  if (failed !== undefined && refusalUrl !== undefined) {
    throw optionError('refusalUrl', 'cannot be used together with failed, which answers refusals in place', OWNER);
  }
  return {
    failed: failed as FailedHandler | undefined,
    refusalUrl: refusalUrl === undefined ? undefined : parseText(OWNER, 'refusalUrl', refusalUrl, ''),
  };
}

/** @throws TypeError for two routes with one path */
function toRoutes(
  entries: readonly (readonly [PathName, string | undefined, Middleware])[],
): ReadonlyMap<string, Middleware> {
  const routes = new Map<string, Middleware>();
  for (const [name, written, route] of entries) {
    const path = written === undefined ? undefined : toComparablePath(written);
    if (path === undefined) continue;
    const other = routes.get(path);
    // One route can be both login and callback.
    if (other !== undefined && other !== route) throw optionError(name, `is the path of another route: ${path}`, OWNER);
    routes.set(path, route);
  }
  return routes;
}

/** The path below the mount point. */
function getOwnPath({ url = '' }: IncomingMessage): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
