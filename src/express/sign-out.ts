import { getEngines } from '../session/request-engines';
import type { Engine } from '../api/engine';
import { MarketingCloudError } from '../errors';
import { optionError, parseOptions } from '../strict-options';
import { answer, answerJson } from '../session/answers';
import { endSession } from './end-session';
import { isFromOwnOrigin } from '../session/own-origin';
import { crossOrigin } from './same-origin';
import { middleware, type Middleware } from './middleware';
import type { AppRequest } from '../session/app-request';

/** The options of `appMenuSignOut()`. */
export interface AppMenuSignOutOptions {
  /**
   * The `name` that express-session was given.
   * @default 'connect.sid'
   */
  cookieName?: string | undefined;
}

/** The options of `signOut()`. */
export interface SignOutOptions extends AppMenuSignOutOptions {
  /** @default '/' */
  redirectTo?: string | undefined;
}

/**
 * Signs the user out, by POST from the app's own pages: forgets the grants, destroys the session, and clears its cookie
 * with the attributes it was set with. Needs `marketingCloud(strategy)` before it. While the vault or the store is away
 * it is an error 503 and leaves the session, so that it can be repeated.
 *
 * @throws TypeError for bad options
 *
 * @example
 * app.post('/logout', signOut({ redirectTo: '/goodbye' }));
 */
export function signOut(options: SignOutOptions = {}): Middleware {
  const owner = 'signOut()';
  const option = parseOptions(owner, options, ['redirectTo', 'cookieName']);
  const redirectTo = parseText(owner, 'redirectTo', option('redirectTo'), '/');
  const cookieName = parseText(owner, 'cookieName', option('cookieName'), 'connect.sid');
  return middleware('signOutMiddleware', async (req, res) => {
    const engine = getEngine(req, 'signOut');
    res.setHeader('Cache-Control', 'no-store');
    if (req.method !== 'POST') return answer(res, 405, { Allow: 'POST' });
    if (!isFromOwnOrigin(req, engine.origin)) return answerJson(res, 403, crossOrigin(engine.origin));
    if (req.session === undefined) throw new MarketingCloudError('session_unavailable');
    await endSession(req, res, req.session, cookieName, engine.vaultTimeoutMs);
    return answer(res, 302, { Location: redirectTo });
  });
}

/**
 * The *Logout endpoint* of a Marketing Cloud App, which Marketing Cloud calls by a cross-site GET from the browser:
 * https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/create-a-mc-app.html
 * It ends this browser's session and nothing else, takes no parameters, never redirects and may be repeated.
 *
 * @throws TypeError for bad options
 *
 * @example
 * app.get('/marketing-cloud/logout', appMenuSignOut());
 */
export function appMenuSignOut(options: AppMenuSignOutOptions = {}): Middleware {
  const owner = 'appMenuSignOut()';
  const option = parseOptions(owner, options, ['cookieName']);
  const cookieName = parseText(owner, 'cookieName', option('cookieName'), 'connect.sid');
  return middleware('appMenuSignOutMiddleware', async (req, res) => {
    const engine = getEngine(req, 'appMenuSignOut');
    res.setHeader('Cache-Control', 'no-store');
    if (req.method === 'HEAD') return answer(res, 204);
    if (req.method !== 'GET') return answer(res, 405, { Allow: 'GET' });
    if (req.session === undefined) throw new MarketingCloudError('session_unavailable');
    await endSession(req, res, req.session, cookieName, engine.vaultTimeoutMs);
    return answer(res, 200);
  });
}

function getEngine(req: AppRequest, middlewareName: string): Engine {
  const engine = getEngines(req).at(-1);
  if (engine === undefined) throw new Error(`${middlewareName}() needs app.use(marketingCloud(strategy)) before it.`);
  return engine;
}

/** @throws TypeError for anything but visible text */
export function parseText(owner: string, option: string, value: unknown, otherwise: string): string {
  if (value === undefined) return otherwise;
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw optionError(option, 'must be a string that is not empty', owner);
}
