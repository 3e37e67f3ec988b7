import { beforeHead } from '../frame/before-head';
import { getEmbedding, setEmbedding } from '../frame/embedding';
import { allowFraming, isFrameAncestor, MARKETING_CLOUD_ANCESTORS } from '../frame/frame-ancestors';
import { optionError, parseOptions } from '../strict-options';
import type { Middleware } from './middleware';

/**
 * The options of `embedded()`.
 *
 * @example
 * const options: EmbeddedOptions = { frameAncestors: ['https://mc.s7.exacttarget.com'] };
 * app.use(embedded(options));
 */
export interface EmbeddedOptions {
  /**
   * Who may frame the app, besides the app itself: https origins with at most a leading `*.`. Narrow it to your stack:
   * under `exacttarget.com` customers publish pages of their own.
   * @default ['https://*.exacttarget.com', 'https://*.marketingcloudapps.com']
   */
  frameAncestors?: readonly string[] | undefined;
}

/**
 * Makes an app at home in Marketing Cloud's frames. Its responses may be framed there, also where helmet forbids that,
 * before or after; and a sign-in inside a frame needs no navigation that a browser or Marketing Cloud would block. Goes
 * before the login route and the guard; the session needs `cookie: embeddedCookie`.
 *
 * @throws TypeError for bad options
 *
 * @example
 * app.use(embedded({ frameAncestors: ['https://mc.s7.exacttarget.com', 'https://*.s7.marketingcloudapps.com'] }));
 * app.use(session({ name: '__Host-app.sid', cookie: embeddedCookie, ...rest }));
 */
export function embedded(options: EmbeddedOptions = {}): Middleware {
  const owner = 'embedded()';
  const given = parseOptions(owner, options, ['frameAncestors'])('frameAncestors') ?? MARKETING_CLOUD_ANCESTORS;
  if (!Array.isArray(given) || !given.every(isFrameAncestor)) {
    const problem =
      "must list https origins with at most a leading '*.', such as https://*.exacttarget.com; 'self' is always added";
    throw optionError('frameAncestors', problem, owner);
  }
  const frameAncestors = ["'self'", ...given];
  return function embeddedMiddleware(req, res, next) {
    if (getEmbedding(req) === undefined) {
      setEmbedding(req, { frameAncestors });
      beforeHead(res, () => allowFraming(res, frameAncestors));
    }
    next();
  };
}
