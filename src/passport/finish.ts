import { currentUserTag, getUser } from '../session/session-request';
import { hasCode, MarketingCloudError } from '../errors';
import { belongsToUser, sessionGrants } from '../session/session-grants';
import { readAuthorizationResponse, wellKnownRefusal } from '../protocol/authorization-response';
import { explain } from '../protocol/explanations';
import { toDescription, toErrorWord } from '../protocol/server-text';
import type { Attempt } from './attempt';
import type { PendingSignIn } from './pending-sign-ins';
import { prefixTakenOff, getSession, getTarget } from './request';
import { readReturnTo } from './return-to';
import { grantMark, readSignInCookie, removeSignInCookie } from './sign-in-cookie';
import type { StrategyParts } from './strategy-parts';
import { tenantOfCallback } from './tenants';

/** What a callback turns out to be. */
export type ParsedCallback =
  /** A sign-in that has come back with a code, from a tenant that may sign in. */
  | {
      readonly kind: 'code';
      readonly code: string;
      readonly state: string;
      readonly subdomain: string;
      readonly pending: PendingSignIn;
    }
  /** One that has finished in this browser already, asked again by *Back* or *Reload*: its user is still signed in. */
  | { readonly kind: 'finished'; readonly grantId: string; readonly returnTo: string | undefined };

/**
 * Reads a callback and consumes the pending sign-in that it names, before anything it says is acted upon: first the
 * grammar, then the state and its cookie, then the error, then the tenant.
 *
 * @throws MarketingCloudError for every refusal of the outcomes table up to the token call
 */
export async function finish(parts: StrategyParts, attempt: Attempt, query: string): Promise<ParsedCallback> {
  const { req, cookies } = attempt;
  if (req.method !== 'GET') throw new MarketingCloudError('invalid_callback', { status: 405 });
  const response = readAuthorizationResponse(query);
  const { state } = response;
  getSession(req);
  const refusal = wellKnownRefusal(response);
  const cookie = state === undefined ? undefined : readSignInCookie(cookies, state);
  if (state === undefined || cookie === undefined) {
    const reason = refusal ?? (state === undefined ? undefined : 'cookie_missing');
    throw new MarketingCloudError('invalid_state', { reason });
  }
  if (!('secret' in cookie)) {
    const grantId = grantOfUser(parts, attempt, cookie.user);
    if (grantId === undefined) throw new MarketingCloudError('invalid_state', { reason: refusal });
    const returnTo = readReturnTo(cookie.returnTo, parts.engine.origin, [parts.callbackPath]);
    return { kind: 'finished', grantId, returnTo };
  }
  const pending = await consume(parts, attempt, { state, secret: cookie.secret }, refusal);
  attempt.refusalUrl ??= pending.refusalUrl;

  if (refusal !== undefined) throw new MarketingCloudError(refusal);
  if (response.error !== undefined) {
    const error = toErrorWord(response.error);
    const description = toDescription(response.description);
    throw new MarketingCloudError('authorization_failed', {
      response: {
        status: 302,
        ...(error !== undefined && { error }),
        ...(description !== undefined && { description }),
      },
      ...explain(description),
    });
  }
  const subdomain = await tenantOfCallback(parts.settings, pending, response.tssd, req);
  if (subdomain === undefined) throw new MarketingCloudError('tenant_not_allowed');
  if (response.code === undefined) throw new MarketingCloudError('invalid_callback');
  const returnTo = withPrefix(pending.returnTo, getTarget(req).path, parts.callbackPath);
  return { kind: 'code', code: response.code, state, subdomain, pending: { ...pending, returnTo } };
}

/** Consumes the pending sign-in; its cookie goes once it is certain that there is none any more. */
async function consume(
  parts: StrategyParts,
  { cookies }: Attempt,
  { state, secret }: { readonly state: string; readonly secret: string },
  refusal: string | undefined,
): Promise<PendingSignIn> {
  try {
    const pending = await parts.pending.consume(state, secret);
    removeSignInCookie(cookies, state);
    return pending;
  } catch (error) {
    if (!hasCode(error, 'invalid_state')) throw error;
    removeSignInCookie(cookies, state);
    throw new MarketingCloudError('invalid_state', { reason: refusal });
  }
}

/** The session's grant that a finished sign-in made, while its user is signed in. */
function grantOfUser({ engine }: StrategyParts, { req }: Attempt, mark: string): string | undefined {
  const grant = sessionGrants(getSession(req)).get(engine.name);
  const [user, tag] = [getUser(req), currentUserTag(req)];
  if (grant === undefined || typeof user !== 'object' || user === null || !belongsToUser(grant, tag)) return undefined;
  return tag?.id === mark || grantMark(grant.grantId) === mark ? grant.grantId : undefined;
}

/** A page of the app as its users see it, where a proxy takes off a prefix that `callbackURL` shows. */
function withPrefix(returnTo: string | undefined, path: string, callbackPath: string): string | undefined {
  const prefix = prefixTakenOff(path, callbackPath) ?? '';
  const isComplete = returnTo?.startsWith(prefix) === true && /^(?:[/?#]|$)/.test(returnTo.slice(prefix.length));
  return returnTo === undefined || prefix === '' || isComplete ? returnTo : prefix + returnTo;
}
