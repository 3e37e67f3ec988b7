import type { ServerResponse } from 'node:http';
import type { Engine } from '../api/engine';
import { toSignInChallenge } from '../api/sign-in-challenge';
import { isAuthorizationResponse } from '../protocol/authorization-response';
import { getDestination } from '../frame/destination';
import { getEmbedding } from '../frame/embedding';
import { sendSignInPage } from '../frame/sign-in-page';
import { answer, answerJson } from '../session/answers';
import { isNavigation, isPostNavigation } from './navigation';
import type { AppRequest } from '../session/app-request';
import { toComparablePath } from '../session/paths';
import { parseTarget } from '../session/request-target';

/**
 * Answers a request that needs a sign-in first. A page navigation goes to the login page and comes back afterwards: to its
 * own path, or, where a form was sent, to the form's page. Anything else gets 401 as JSON. The session is not touched.
 */
export function askToSignIn(req: AppRequest, res: ServerResponse, loginUrl: string, engine: Engine): 'answered' {
  res.setHeader('Cache-Control', 'no-store');
  if (isNavigation(req)) {
    assertNotSignInRoute(req, loginUrl, engine);
    const url = withReturnTo(loginUrl, pathIn(req.originalUrl ?? req.url));
    return answerInFrame(req, res, { loginUrl, url }, engine) ?? answer(res, 302, { Location: url });
  }
  if (isPostNavigation(req)) {
    return answer(res, 303, { Location: withReturnTo(loginUrl, refererOn(req, engine.origin)) });
  }
  res.setHeader('WWW-Authenticate', toSignInChallenge(loginUrl));
  return answerJson(res, 401, { error: 'sign_in_required', loginUrl });
}

/**
 * A guard in front of the login route or of the callback's would lead there again and again.
 *
 * @throws Error that names the order of the routes
 */
function assertNotSignInRoute(req: AppRequest, loginUrl: string, { origin, callbackPath }: Engine): void {
  const { path, query } = parseTarget(req);
  const own = toComparablePath(path);
  const login = loginUrl.startsWith(`${origin}/`) ? loginUrl.slice(origin.length) : loginUrl;
  // A query may tell the login route from the page.
  const isLogin = login.startsWith('/') && !/[?#]/.test(login) && own === toComparablePath(login);
  const isCallback = own === toComparablePath(callbackPath) && isAuthorizationResponse(query) && query.has('state');
  if (!isLogin && !isCallback) return;
  throw new Error(
    `requireMarketingCloud() guards the ${isLogin ? 'login route' : 'callback route'} itself: mount the routes of the sign-in before the guard.`,
  );
}

/**
 * Answers a page navigation inside a frame with the page that signs in, in place of the page that was asked for: three tabs
 * that are opened at once each go on where they are. Undefined where the app is not embedded, and for a login route
 * elsewhere.
 */
function answerInFrame(
  req: AppRequest,
  res: ServerResponse,
  { loginUrl, url }: { readonly loginUrl: string; readonly url: string },
  engine: Engine,
): 'answered' | undefined {
  const embedding = getEmbedding(req);
  const isOwn = /^\/(?![/\\])/.test(loginUrl) || loginUrl.startsWith(`${engine.origin}/`);
  if (embedding === undefined || !isOwn || getDestination(req) !== 'frame') return undefined;
  res.setHeader('WWW-Authenticate', toSignInChallenge(loginUrl));
  sendSignInPage(req, res, { status: 401, loginUrl: url, embedding, engine });
  return 'answered';
}

/** A sign-in keeps no longer one; a URL that holds one would be refused by servers. */
const MAX_LENGTH = 2048;

/** A path of the app, without its query where it is long; `//host/…` is one here, and another site in a redirect. */
function pathIn(target: string | undefined): string | undefined {
  if (target === undefined || !/^\/(?![/\\])/.test(target)) return undefined;
  const [path = ''] = target.split('?', 1);
  return [target, path].find(({ length }) => length <= MAX_LENGTH);
}

/** The page that a form was sent from. */
function refererOn(req: AppRequest, origin: string): string | undefined {
  const { referer } = req.headers;
  return referer?.startsWith(`${origin}/`) === true ? pathIn(referer.slice(origin.length)) : undefined;
}

function withReturnTo(loginUrl: string, path: string | undefined): string {
  if (path === undefined) return loginUrl;
  const [, url = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(loginUrl) ?? [];
  return `${url}${url.includes('?') ? '&' : '?'}returnTo=${encodeURIComponent(path)}${fragment}`;
}
