import { getEngines } from '../session/request-engines';
import type { AppRequest } from '../session/app-request';
import { answerJson } from '../session/answers';
import { isFromOwnOrigin } from '../session/own-origin';
import { parseOptions } from '../strict-options';
import type { Middleware } from './middleware';

const SAFE_METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses requests that change something and do not show that a page of the app has sent them: with a session cookie that
 * is `SameSite=None` any site could send them. GET, HEAD and OPTIONS pass; else the browser must say
 * `Sec-Fetch-Site: same-origin`, or where it does not say that, send the app's own `Origin`. Anything else gets 403 with
 * `{ "error": "cross_origin" }`.
 *
 * @throws TypeError for options: there are none
 *
 * @example
 * app.use(sameOrigin());
 * app.post('/items', requireMarketingCloud(), createItem);
 */
export function sameOrigin(...given: []): Middleware {
  parseOptions('sameOrigin()', (given as readonly unknown[])[0], []);
  return function sameOriginMiddleware(incoming, res, next) {
    const req = incoming as AppRequest;
    if (SAFE_METHODS.has(req.method) || isFromOwnOrigin(req, getEngines(req).at(-1)?.origin)) next();
    else answerJson(res, 403, crossOrigin(getEngines(req).at(-1)?.origin));
  };
}

/** Says why, since a developer sees this answer first: behind a proxy, or from a script. */
export function crossOrigin(origin: string | undefined): { readonly error: 'cross_origin'; readonly hint: string } {
  const own = origin === undefined ? 'the app' : `${origin}, the origin of callbackURL`;
  return {
    error: 'cross_origin',
    hint: `The request must be sent from a page of ${own}: with Sec-Fetch-Site: same-origin, or without that header with an Origin equal to it.`,
  };
}
