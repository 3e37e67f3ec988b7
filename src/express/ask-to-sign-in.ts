import type { ServerResponse } from 'node:http';
import { toSignInChallenge } from '../api/sign-in-challenge';
import { answer, answerJson } from '../session/answers';
import { isNavigation, isPostNavigation } from './navigation';
import type { AppRequest } from '../session/app-request';

/**
 * Answers a request that needs a sign-in first. A page navigation goes to the login page and comes back afterwards: to its
 * own path, or, where a form was sent, to the form's page. Anything else gets 401 as JSON. The session is not touched.
 *
 * @param origin the app's own
 */
export function askToSignIn(req: AppRequest, res: ServerResponse, loginUrl: string, origin: string): 'answered' {
  res.setHeader('Cache-Control', 'no-store');
  if (isNavigation(req)) {
    return answer(res, 302, { Location: withReturnTo(loginUrl, pathIn(req.originalUrl ?? req.url)) });
  }
  if (isPostNavigation(req)) {
    return answer(res, 303, { Location: withReturnTo(loginUrl, refererOn(req, origin)) });
  }
  res.setHeader('WWW-Authenticate', toSignInChallenge(loginUrl));
  return answerJson(res, 401, { error: 'sign_in_required', loginUrl });
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
