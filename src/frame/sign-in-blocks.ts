import { MarketingCloudError } from '../errors';
import { publish, type SignInBlock } from '../grants/events';
import type { AppRequest } from '../session/app-request';
import { assertCookieComesBack, assertFramedCookie, getSession } from '../session/session-check';
import { findDuplicateCookie } from './duplicate-cookies';

/** Publishes a sign-in that cannot work. */
export function publishBlock(strategy: string, reason: SignInBlock, hint?: string): void {
  publish('sign-in-blocked', () => ({ strategy, reason, ...(hint !== undefined && { hint }) }));
}

/**
 * Checks that the browser has not sent two session cookies of one name.
 *
 * @throws MarketingCloudError `session_unavailable`
 */
export function assertOneSessionCookie(req: AppRequest, strategy: string): void {
  const name = findDuplicateCookie(req);
  if (name === undefined) return;
  const error = new MarketingCloudError('session_unavailable', {
    message: `This browser holds two session cookies of the name ${name}: express-session may read the old one.`,
    hint: `Give the session's cookie a new name in place of ${name}: one that was set before with other attributes, such as without Partitioned, is sent along as long as it lives.`,
  });
  publishBlock(strategy, 'duplicate_cookies', error.hint);
  throw error;
}

/** Why the session's cookie cannot come back in a frame; undefined where it can, as far as the app is concerned. */
export function findCookieMistake(
  req: AppRequest,
  strategy: string,
  isHttps: boolean,
): MarketingCloudError | undefined {
  try {
    const session = getSession(req);
    assertOneSessionCookie(req, strategy);
    assertCookieComesBack(req, session, isHttps);
    assertFramedCookie(req, session);
    return undefined;
  } catch (error) {
    if (!(error instanceof MarketingCloudError)) throw error;
    if (findDuplicateCookie(req) === undefined) publishBlock(strategy, 'cookie_options', error.hint);
    return error;
  }
}
