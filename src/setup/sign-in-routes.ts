import type { IncomingMessage } from 'node:http';
import type { Authenticator } from 'passport';
import { ENGINE } from '../api/engine';
import { marketingCloud } from '../express/marketing-cloud';
import type { Middleware } from '../express/middleware';
import { appMenuSignOut, signOut } from '../express/sign-out';
import { toComparablePath } from '../passport/paths';
import { parseTarget } from '../passport/request-target';
import type { Strategy } from '../passport/strategy';
import { getEngines } from '../session/request-engines';
import type { AppRequest } from '../session/app-request';
import { optionError, readOptions } from '../strict-options';
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
  /** Answers refusals and errors of the login and the callback route. @default Passport's own answer, and `next(error)` */
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
  const option = readOptions(OWNER, options, [...PATHS, ...OTHERS]);
  const path = (name: PathName, fallback?: string): string | undefined => parsePath(name, option(name) ?? fallback);
  const login = path('login', '/login');
  const connect = marketingCloud(strategy, { loginUrl: login });
  const engine = strategy[ENGINE]();
  const callbackPath = toComparablePath(engine.callbackPath);
  const { redirectTo = '/', cookieName } = options;
  const authenticate = authenticateWith(strategy, { ...parseAnswers(options), redirectTo, passport: options.passport });
  const routes = toRoutes([
    ['login', login, authenticate],
    ['callback', parseCallback(path('callback'), callbackPath), authenticate],
    ['logout', path('logout', '/logout'), signOut({ redirectTo, cookieName })],
    ['appMenuLogout', path('appMenuLogout'), appMenuSignOut({ cookieName })],
  ]);
  const getRoute = (req: AppRequest): Middleware | undefined => {
    const route = routes.get(toComparablePath(getOwnPath(req)) ?? '');
    // The callback's path is that of callbackURL, also where this middleware is mounted below a path.
    return route ?? (toComparablePath(parseTarget(req).path) === callbackPath ? authenticate : undefined);
  };

  return function signInRoutesMiddleware(req, res, next) {
    const go = (error?: unknown): void => {
      const route = error === undefined ? getRoute(req) : undefined;
      if (route === undefined) next(error);
      else route(req, res, next);
    };
    if (getEngines(req).includes(engine)) go();
    else connect(req, res, go);
  };
}

/** @throws TypeError for anything but a path */
function parsePath(name: PathName, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const path = typeof value === 'string' && /^\/[\x21-\x7e]*$/.test(value) ? toComparablePath(value) : undefined;
  if (path === undefined || /[?#]/.test(path)) throw optionError(name, 'must be a path, such as /login', OWNER);
  return path;
}

/** @throws TypeError for a path that `callbackURL` does not lead to */
function parseCallback(path: string | undefined, callbackPath: string | undefined): string | undefined {
  if (path === undefined || callbackPath?.endsWith(path) === true) return path;
  throw optionError(
    'callback',
    'must be the path of callbackURL, or what a proxy or a mount point leaves of it',
    OWNER,
  );
}

/** @throws TypeError for two answers to a refusal, or one that is no function */
function parseAnswers({ failed, refusalUrl }: SignInRoutesOptions): Pick<SignInRoutesOptions, 'failed' | 'refusalUrl'> {
  if (failed !== undefined && typeof failed !== 'function') throw optionError('failed', 'must be a function', OWNER);
  if (failed !== undefined && refusalUrl !== undefined) {
    throw optionError('refusalUrl', 'cannot be used together with failed, which answers refusals in place', OWNER);
  }
  return { failed, refusalUrl };
}

/** @throws TypeError for two routes with one path */
function toRoutes(
  entries: readonly (readonly [PathName, string | undefined, Middleware])[],
): ReadonlyMap<string, Middleware> {
  const routes = new Map<string, Middleware>();
  for (const [name, path, route] of entries) {
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
