import { MarketingCloudError } from '../errors';
import { findDuplicateCookie } from '../frame/duplicate-cookies';
import { publish, type SignInBlock } from '../grants/events';
import type { SignInFlow } from './sign-in-flow';

/** Tells of a sign-in that cannot work. */
export function publishBlock({ parts }: Pick<SignInFlow, 'parts'>, reason: SignInBlock, hint?: string): void {
  const strategy = parts.engine.name;
  publish('sign-in-blocked', () => ({ strategy, reason, ...(hint !== undefined && { hint }) }));
}

/**
 * Checks that the browser has not sent two session cookies of one name.
 *
 * @throws MarketingCloudError `session_unavailable`
 */
export function assertOneSessionCookie(flow: Pick<SignInFlow, 'parts' | 'req'>): void {
  const name = findDuplicateCookie(flow.req);
  if (name === undefined) return;
  const error = new MarketingCloudError('session_unavailable', {
    message: `This browser holds two session cookies of the name ${name}: express-session may read the old one.`,
    hint: `Give the session's cookie a new name in place of ${name}: one that was set before with other attributes, such as without Partitioned, is sent along as long as it lives.`,
  });
  publishBlock(flow, 'duplicate_cookies', error.hint);
  throw error;
}
