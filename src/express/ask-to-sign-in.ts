import type { ServerResponse } from 'node:http';
import { saved } from '../grants/session-io';
import { isNavigation } from './navigation';
import type { AppRequest } from './request';

/**
 * Answers a request that needs a sign-in first: a page navigation goes to the login page and comes back later, anything
 * else gets 401 as JSON.
 *
 * @throws MarketingCloudError `vault_unavailable` when where to come back to cannot be stored
 */
export async function askToSignIn(
  req: AppRequest,
  res: ServerResponse,
  loginUrl: string,
  timeoutMs: number,
): Promise<'answered'> {
  res.setHeader('Cache-Control', 'no-store');
  if (!isNavigation(req)) {
    res.statusCode = 401;
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.end(JSON.stringify({ error: 'sign_in_required', loginUrl }));
    return 'answered';
  }
  if (req.session !== undefined) {
    const target = req.originalUrl ?? req.url ?? '/';
    // `//host/…` is a page of ours here, and another site in a redirect: whatever login page comes next may use it as it is.
    if (/^\/(?![/\\])/.test(target)) req.session.returnTo = target;
    else delete req.session.returnTo;
    // Before the redirect is out: the login route reads it.
    await saved(req.session, timeoutMs);
  }
  res.statusCode = 302;
  res.setHeader('Location', loginUrl);
  res.setHeader('Content-Length', '0');
  res.end();
  return 'answered';
}
