import { MarketingCloudError } from '../errors';
import { getEmbedding } from '../frame/embedding';
import { assertOneSessionCookie } from '../frame/sign-in-blocks';
import { createSecret } from '../identifiers';
import { buildAuthorizationUrl } from '../protocol/authorization-request';
import { PENDING_SIGN_IN_MS, type PendingSignIn } from './pending-sign-ins';
import { assertNoLoop } from './refusal-count';
import type { RequestTarget } from '../session/request-target';
import { parseReturnTo } from './return-to';
import { assertCookieComesBack, getSession } from '../session/session-check';
import { warnOfHost } from './setup-warnings';
import { publishStart } from './sign-in-events';
import { SignInCookie } from './sign-in-cookie';
import type { SignInFlow } from './sign-in-flow';
import { getAuthorizationParams } from './strategy-hooks';

/**
 * Answers the login route by a redirect to Marketing Cloud.
 *
 * @throws MarketingCloudError as `beginSignIn` does
 */
export async function startSignIn(flow: SignInFlow, target: RequestTarget): Promise<void> {
  flow.redirect(await beginSignIn(flow, target, (state) => state));
}

/**
 * Begins a sign-in: checks that it can come back and that its tenant may sign in, keeps the pending sign-in and sets its
 * cookie. Nothing is written to the session. Resolves to the URL of Marketing Cloud that the browser goes to.
 *
 * @param toSent the `state` as it is sent, from the one that the pending sign-in is kept by
 * @throws MarketingCloudError `invalid_callback` for a method that starts nothing, `session_unavailable`, `sign_in_loop`,
 * `tenant_not_allowed`, `vault_unavailable`
 */
export async function beginSignIn(
  flow: SignInFlow,
  target: RequestTarget,
  toSent: (state: string) => string,
): Promise<string> {
  const { parts, req, options } = flow;
  const { settings, tenants } = parts;
  assertCanStart(flow);
  const subdomain = options.subdomain ?? settings.subdomain;
  if (subdomain !== settings.subdomain && !(await tenants.maySignIn(subdomain, req))) {
    throw new MarketingCloudError('tenant_not_allowed');
  }
  const scope = options.scope ?? settings.scope;
  const extra = getAuthorizationParams(flow.strategy, flow, { scope });
  const state = createSecret();
  const secret = createSecret();
  const codeVerifier = settings.pkce ? createSecret() : undefined;
  const pending: PendingSignIn = {
    subdomain,
    pinned: options.subdomain !== undefined,
    verifier: codeVerifier,
    scope,
    accountId: options.accountId ?? settings.accountId,
    returnTo: chooseReturnTo(flow, target),
    refusalUrl: options.refusalUrl,
  };
  await parts.pending.create(state, secret, pending);
  new SignInCookie(flow.cookies, state).set(secret, PENDING_SIGN_IN_MS);
  publishStart(parts.engine.name, subdomain);
  return buildAuthorizationUrl({
    authBaseUrl: tenants.get(subdomain).authBaseUrl,
    clientID: settings.clientID,
    redirectUri: settings.callbackURL,
    state: toSent(state),
    scope,
    codeVerifier,
    extra,
  });
}

function assertCanStart(flow: SignInFlow): void {
  const { parts, req, cookies } = flow;
  const { settings } = parts;
  if (req.method !== 'GET' && req.method !== 'POST') {
    throw new MarketingCloudError('invalid_callback', { status: 405, message: 'A sign-in starts by GET or POST.' });
  }
  if (getEmbedding(req) !== undefined) assertOneSessionCookie(req, parts.engine.name);
  assertCookieComesBack(req, getSession(req), parts.isHttps);
  assertNoLoop(cookies, settings.now());
  warnOfHost(parts, req, parts.callbackHostname);
}

/** Where the user goes after the sign-in: as the route says, or the request's own query, or the session. */
function chooseReturnTo({ parts, req, options }: SignInFlow, { path, query }: RequestTarget): string | undefined {
  const wanted = options.returnTo ?? query.get('returnTo') ?? req.session?.returnTo;
  if (wanted === undefined) return undefined;
  return parseReturnTo(wanted, parts.engine.origin, [parts.engine.callbackPath, path]);
}
